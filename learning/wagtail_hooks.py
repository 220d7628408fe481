"""Guards course pages where Wagtail would serve, alias or delete them behind the learner record's back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from courses.models import ActivityPage, CataloguePage, CourseHead, CoursePage, ModulePage
from learning.activities import has_records_above
from learning.files import may_open_upload
from learning.models import Statement


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


def has_records(page: Page) -> bool:
    """Say whether learners have records of this page or of anything below it."""
    keys = list(page.get_descendants(inclusive=True).values_list("translation_key", flat=True))
    if CourseHead.objects.filter(key__in=keys, enrolments__isnull=False).exists():
        return True
    return Statement.objects.filter(activity_key__in=keys).exists() or has_records_above(keys)


@hooks.register("before_delete_page")
def keep_pages_with_records(request, page):
    """Deleting a page with learners is refused with the way out."""
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
