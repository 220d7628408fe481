"""Keeps one page of what one form of a new page sends, however often and in whatever order it arrives."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.views.pages.edit import EditView
from wagtail.models import Page


@hooks.register("before_create_page")
def continue_what_was_created(request: HttpRequest, parent: Page, page_class: type[Page]) -> HttpResponse | None:
    """Edit the page that an earlier sending of the same form made: saved twice, or by the editor itself on its way.

    What the editor keeps by itself is refused then: it may be older than what the author sent.
    """
    key = page_key(request.POST.get("page_key", ""))
    if key is None:
        return None
    Page.objects.select_for_update().filter(pk=parent.pk).first()  # one creation at a time below one parent
    page = page_class.objects.child_of(parent).filter(translation_key=key).first()
    if page is None:
        return None
    if request.accepts("text/html"):
        return EditView.as_view()(request, page.pk)
    told = _("Esta página ya se guardó. Pulsa “Guardar borrador” para guardar lo último que escribiste.")
    return JsonResponse({"success": False, "error_code": "blocked_by_hook", "error_message": told}, status=400)


def page_key(written: str) -> UUID | None:
    """Read the key that a form gave its new page."""
    try:
        return UUID(written)
    except ValueError:
        return None
