"""Guards course pages where Wagtail would serve, alias or delete them behind the learner record's back."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.models import Page

from accounts.models import User
from accounts.permissions import Role
from accounts.roles import holders_of
from courses.models import ActivityPage, CataloguePage, CoursePage, ModulePage
from learning.activities import has_records_above
from learning.files import may_open_upload
from learning.models import Enrolment, Statement


@hooks.register("before_serve_page")
def send_to_our_route(page, request, serve_args, serve_kwargs):
    """Below the catalogue only our own routes show a page: they check enrolment, edition and expiry."""
    if isinstance(page, ActivityPage | ModulePage | CoursePage | CataloguePage):
        raise Http404


@hooks.register("before_serve_document")
def guard_document(document, request):
    """Let nobody fetch what no page gives them: the numbers of documents can be counted up."""
    if not may_open_upload(request.user, document):
        raise Http404


def editors() -> QuerySet[User]:
    """Return the people who write, review or operate today: trying a course is no study of theirs."""
    today = timezone.localdate()
    people = User.objects.none()
    for role in (Role.AUTHOR, Role.REVIEWER, Role.OPERATOR):
        people = people | holders_of(role, today)
    return people


def has_records(page: Page) -> bool:
    """Say whether somebody who studies has records of this page or of anything below it."""
    keys = list(page.get_descendants(inclusive=True).values_list("translation_key", flat=True))
    own = list(editors().values_list("learner_key", flat=True))
    if Enrolment.objects.filter(course__key__in=keys).exclude(learner__in=own).exists():
        return True
    return Statement.objects.filter(activity_key__in=keys).exclude(learner__in=own).exists() or has_records_above(keys, own)


def people_in(page: Page) -> str:
    """Return how many people study the course of a page, and how many finished; an empty text when nobody does."""
    course = CoursePage.objects.ancestor_of(page, inclusive=True).first()
    if course is None:
        return ""
    own = list(editors().values_list("learner_key", flat=True))
    rows = Enrolment.objects.filter(course__key=course.translation_key).exclude(learner__in=own)
    studying = rows.filter(state=Enrolment.State.ACTIVE).count()
    done = rows.filter(state=Enrolment.State.COMPLETED).count()
    if not studying + done:
        return ""
    first = ngettext("%(count)d persona estudia este curso", "%(count)d personas estudian este curso", studying)
    second = ngettext("%(count)d lo terminó", "%(count)d lo terminaron", done)
    return f"{first % {'count': studying}}, {second % {'count': done}}."


@hooks.register("before_move_page")
def tell_people_before_moving(request: HttpRequest, page: Page, destination: Page) -> None:
    if request.method == "GET" and (told := people_in(page)):
        messages.warning(request, told)


@hooks.register("before_delete_page")
def keep_pages_with_records(request, page):
    """Deleting a page with learners is refused with the way out; who is in the course is told before the question."""
    if request.method == "GET" and (told := people_in(page)):
        messages.warning(request, told)
    if request.method == "POST" and has_records(page):
        messages.error(request, refusal(page))
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("before_bulk_action")
def keep_pages_with_records_in_bulk(request, action_type, objects, action_class_instance):
    if action_type != "delete":
        return None
    for page in objects:
        if isinstance(page, Page) and has_records(page):
            messages.error(request, refusal(page))
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


def refusal(page: Page) -> str:
    """Return why a page is kept and what to do instead."""
    return _("“%(title)s” tiene registros de personas que estudian. No se elimina: retírala de la publicación.") % {"title": page.title}


@hooks.register("before_copy_page")
def refuse_aliases_in_courses(request, page):
    """An alias in the same language would repeat an activity under a second key."""
    is_alias = request.method == "POST" and request.POST.get("alias")
    if is_alias and CoursePage.objects.ancestor_of(page, inclusive=True).exists():
        messages.error(request, _("Dentro de un curso no se usan alias. Copia la página sin marcar “alias”."))
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None
