"""Makes one act on the page tree one transaction, so that it becomes one edition, and tells afterwards what it did."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages as editor_messages
from wagtail.models import Page, TaskState

from content.publishing import CannotPublish
from courses.models import CourseHead, CoursePage
from courses.queries import day_to_come, waits_for

View = Callable[..., HttpResponse]


def in_one_transaction(view: View) -> View:
    """Run what an editor sends to a screen of the page tree in one transaction.

    Wagtail does so for its bulk actions only: a copied course would be frozen page by page, first without its modules.
    Reading and previews, which come with every key pressed, must not take the one write lock of SQLite.
    """

    @wraps(view)
    def whole(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        match = request.resolver_match
        is_bulk = match.url_name == "wagtail_bulk_action"
        is_act = is_bulk or "wagtailadmin_pages" in match.namespaces or "review" in match.namespaces
        if request.method != "POST" or not is_act or match.url_name.startswith("preview_"):
            return view(request, *args, **kwargs)
        began = timezone.now()
        try:
            with transaction.atomic():
                answer = view(request, *args, **kwargs)
        except CannotPublish as refused:
            return tell_refusal(request, refused)
        if match.url_name == "workflow_action" or "action-workflow-action" in request.POST:
            tell_what_was_decided(request, began)
        tell_what_is_stuck(request, kwargs.get("page_id"))
        return answer

    return whole


def tell_refusal(request: HttpRequest, refused: CannotPublish) -> HttpResponse:
    """Lead to the page that could not be published, with all that stops it; nothing was written."""
    for problem in refused.problems:
        sentence = _("“%(title)s” no se publicó. %(problem)s") % {"title": refused.page.title, "problem": problem}
        messages.error(request, sentence)
    address = reverse("wagtailadmin_pages:edit", args=[refused.page.pk]) if refused.page.pk else reverse("wagtailadmin_home")
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"step": "success", "redirect": address})
    return redirect(address)


def tell_what_was_decided(request: HttpRequest, began: datetime) -> None:
    """Tell a reviewer what became of the page that this act decided on: Wagtail says at most that it was saved."""
    for state in TaskState.objects.filter(finished_by=request.user.pk, finished_at__gte=began).select_related("revision"):
        page = Page.objects.get(pk=state.revision.object_id).specific
        if state.status == TaskState.STATUS_REJECTED:
            with_words = _("Devolviste “%(title)s” a quien la escribió, con tu comentario.")
            without = _("Devolviste “%(title)s” a quien la escribió, sin comentario.")
            messages.success(request, (with_words if state.comment else without) % {"title": page.title})
        elif state.status == TaskState.STATUS_APPROVED:
            tell_approval(request, page)


def tell_approval(request: HttpRequest, page: Page) -> None:
    """Tell whether an approved page is published, and since when or from when learners see it."""
    if day := day_to_come(page):
        messages.success(request, _("Aprobaste “%(title)s”. Se publica el %(day)s.") % {"title": page.title, "day": day})
        return
    told = _("Aprobaste y publicaste “%(title)s”.") % {"title": page.title}
    address = page.url
    buttons = [editor_messages.button(address, _("Ver la página publicada"))] if address else []
    editor_messages.success(request, f"{told} {waits_for([page])}".strip(), buttons=buttons)


def tell_what_is_stuck(request: HttpRequest, page_id: int | None) -> None:
    """Tell at once that a published change has not reached learners; without a page, of every course."""
    stuck = CourseHead.objects.filter(is_dirty=True).exclude(problem="")
    if page_id:
        page = Page.objects.filter(pk=page_id).first()
        courses = CoursePage.objects.ancestor_of(page, inclusive=True) if page else CoursePage.objects.none()
        stuck = stuck.filter(key__in=courses.values("translation_key"))
    for head in stuck:
        messages.warning(request, _("Publicada, pero el curso todavía no cambió: %(problem)s") % {"problem": head.problem})
