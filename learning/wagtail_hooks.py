"""Guards course pages where Wagtail would serve, alias or delete them behind the learner record's
back.
"""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages as editor_messages
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.views.pages.bulk_actions.delete import DeleteBulkAction
from wagtail.models import Page

from courses.models import ActivityPage, CataloguePage, CoursePage, ModulePage
from learning.activities import has_records_above
from learning.files import may_open_upload
from learning.models import Enrolment, Statement
from learning.queries import keys_of_editors, people_inside
from learning.taking_away import less_asked_without, told_before_taking_away


@hooks.register("before_serve_page")
def send_to_our_route(page, request, serve_args, serve_kwargs):
    """Below the catalogue only our own routes show a page: they check enrolment, edition and
    expiry.
    """
    if isinstance(page, ActivityPage | ModulePage | CoursePage | CataloguePage):
        raise Http404


@hooks.register("before_serve_document")
def guard_document(document, request):
    """Let nobody fetch what no page gives them: the numbers of documents can be counted up."""
    if not may_open_upload(request.user, document):
        raise Http404


def has_records(page: Page) -> bool:
    """Say whether somebody who studies has records of this page or of anything below it."""
    keys = list(page.get_descendants(inclusive=True).values_list("translation_key", flat=True))
    own = keys_of_editors(timezone.localdate())
    if Enrolment.objects.filter(course__key__in=keys).exclude(learner__in=own).exists():
        return True
    return Statement.objects.filter(activity_key__in=keys).exclude(
        learner__in=own
    ).exists() or has_records_above(keys, own)


def tell_people(request: HttpRequest, pages: Iterable[Page]) -> None:
    """Tell how many people are inside, before an act on pages."""
    for course in people_inside(pages, timezone.localdate()):
        messages.warning(request, str(course))


@hooks.register("before_move_page")
def tell_people_before_moving(request: HttpRequest, page: Page, destination: Page) -> None:
    """Tell who is in the course that a page leaves, and in the one it reaches, and whether readers
    lose it.
    """
    if request.method != "GET" or not page.live:
        return
    tell_people(request, [page, destination])
    courses = CoursePage.objects.ancestor_of(page)
    stays = courses.ancestor_of(destination, inclusive=True).exists()
    closed = next(
        (above for above in destination.get_ancestors(inclusive=True) if not above.live), None
    )
    if closed and stays:
        sentence = _("“%(title)s” no está publicada: mientras tanto nadie verá lo que muevas ahí.")
        messages.warning(request, sentence % {"title": closed.title})
    less = less_asked_without([page], timezone.localdate())
    if less and (closed or not stays):
        messages.warning(request, less)


@hooks.register("before_delete_page")
def keep_pages_with_records(request: HttpRequest, page: Page) -> HttpResponse | None:
    """What has records is refused before the question, with the way out; else who is in the course
    is told.
    """
    if refusal := refuse_records(request, [page]):
        return refusal
    if request.method == "GET":
        for line in told_before_taking_away([page], timezone.localdate()):
            messages.warning(request, line)
    return None


@hooks.register("before_bulk_action")
def keep_pages_with_records_in_bulk(
    request: HttpRequest, action_type: str, objects: list, action_class_instance: BulkAction
) -> HttpResponse | None:
    pages = [page for page in objects if isinstance(page, Page)]
    return refuse_records(request, pages) if action_type == "delete" else None


class DeleteWithoutRecords(DeleteBulkAction):
    """Wagtail's act, which asks nothing about what is kept anyway."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        pages, _without_access = self.get_actionable_objects()
        return refuse_records(request, pages) or super().get(request, *args, **kwargs)


# After Wagtail's own, which it replaces.
hooks.register("register_bulk_action", DeleteWithoutRecords, order=10)


def refuse_records(request: HttpRequest, pages: Iterable[Page]) -> HttpResponse | None:
    """Lead back from deleting when somebody has records: why, who is inside, and the way to
    withdraw the page instead.
    """
    page = next((page for page in pages if has_records(page)), None)
    if page is None:
        return None
    may_withdraw = page.permissions_for_user(request.user).can_unpublish()
    button = editor_messages.button(
        reverse("wagtailadmin_pages:unpublish", args=[page.pk]), _("Retira")
    )
    sentence = refusal(page, may_withdraw=may_withdraw)
    editor_messages.error(request, sentence, buttons=[button] if may_withdraw else [])
    tell_people(request, [page])
    return redirect("wagtailadmin_explore", page.get_parent().pk)


def refusal(page: Page, *, may_withdraw: bool) -> str:
    """Return why a page is kept and what to do instead, as far as this person may do it now."""
    if may_withdraw:
        way_out = _("No se elimina: retírala de la publicación.")
    elif not page.live:
        way_out = _("No se elimina: no está publicada, así que nadie la abre.")
    elif page.workflow_in_progress:
        way_out = _("No se elimina. Está en revisión: cuando salga de ahí, se puede retirar.")
    else:
        way_out = _("No se elimina.")
    reason = _("“%(title)s” tiene registros de personas que estudian.") % {"title": page.title}
    return f"{reason} {way_out}"


@hooks.register("before_copy_page")
def refuse_aliases_in_courses(request, page):
    """An alias in the same language would repeat an activity under a second key."""
    is_alias = request.method == "POST" and request.POST.get("alias")
    if is_alias and CoursePage.objects.ancestor_of(page, inclusive=True).exists():
        messages.error(
            request, _("Dentro de un curso no se usan alias. Copia la página sin marcar “alias”.")
        )
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None
