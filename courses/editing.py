"""Makes one act on the page tree one transaction, so that it becomes one edition, and tells
afterwards what it did.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages as editor_messages
from wagtail.models import Page, TaskState

from content.publishing import CannotPublish
from courses.deciding import (
    Act,
    CannotDecide,
    Decision,
    answer_refused,
    decision_of,
    forget_comment,
    kept_text,
    led_to,
)
from courses.editions import collected_failures
from courses.models import CourseHead, CoursePage
from courses.queries import day_to_come, waits_for
from courses.scheduling import forget_date

View = Callable[..., HttpResponse]
# What changes a course and publishes nothing.
OTHER_ACTS = {"unpublish", "delete", "move_confirm", "set_page_position"}


def in_one_transaction(view: View) -> View:
    """Run what an editor sends to a screen of the page tree in one transaction.

    Wagtail does so for its bulk actions only: a copied course would be frozen page by page, first
    without its modules. Reading and previews, which come with every key pressed, must not take the
    one write lock of SQLite.
    """

    @wraps(view)
    def whole(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        match = request.resolver_match
        is_bulk = match.url_name == "wagtail_bulk_action"
        is_act = is_bulk or "wagtailadmin_pages" in match.namespaces or "review" in match.namespaces
        if request.method != "POST" or not is_act or match.url_name.startswith("preview_"):
            return view(request, *args, **kwargs)
        decision = decision_of(request)
        if decision:
            return decide(request, decision, lambda: view(request, *args, **kwargs))
        try:
            with collected_failures() as stuck, transaction.atomic():
                answer = view(request, *args, **kwargs)
                if match.url_name == "revisions_unschedule":
                    take_date_out(request, match.kwargs["page_id"])
        except CannotPublish as refused:
            return tell_refusal(request, refused)
        publishes = match.url_name not in OTHER_ACTS and match.kwargs.get("action") in {
            None,
            "publish",
        }
        tell_what_is_stuck(request, stuck, publishes=publishes)
        return answer

    return whole


def take_date_out(request: HttpRequest, page_id: int) -> None:
    """Take the date of a publication that was taken back out of the draft too, and tell it."""
    page = Page.objects.get(pk=page_id).specific
    if not page.scheduled_revision and forget_date(page):
        messages.info(
            request,
            _(
                "El borrador quedó sin fecha: si lo apruebas o lo envías a revisión, no se "
                "programa solo."
            ),
        )


def decide(request: HttpRequest, decision: Decision, act: Act) -> HttpResponse:
    """Approve or return what the screen showed, in one transaction; a refusal is told, and keeps
    what was typed.
    """
    began, before = timezone.now(), decision.page.get_latest_revision()
    is_stale = False
    try:
        with collected_failures() as stuck, transaction.atomic():
            decision.check(request.user)
            answer = act()
            decision.check_text(before)
    except CannotDecide as refused:
        sentences, is_stale = [refused.sentence], refused.is_stale
    except CannotPublish as refused:
        sentences = refusals(refused)
    else:
        forget_comment(request, decision)
        tell_what_was_decided(request, began, stuck)
        tell_what_is_stuck(request, stuck, publishes=decision.action == "approve")
        return answer
    with transaction.atomic():
        text = kept_text(request, decision, act, is_stale=is_stale)
        repeat = decision.made_before(request.user) if is_stale and text is None else None
        return (
            tell_again(request, decision, repeat)
            if repeat
            else answer_refused(request, decision, sentences, text)
        )


def tell_again(request: HttpRequest, decision: Decision, made: TaskState) -> HttpResponse:
    """Tell whoever pressed twice, or whose answer was lost, what was decided, and lead to what
    waits.
    """
    forget_comment(request, decision)
    tell_decision(request, made, stuck=())
    return led_to(request, reverse("wagtailadmin_home"))


def refusals(refused: CannotPublish) -> list[str]:
    """Return a sentence for each thing that stopped a page."""
    sentence = _("“%(title)s” no se publicó. %(problem)s")
    return [
        sentence % {"title": refused.page.title, "problem": problem} for problem in refused.problems
    ]


def tell_refusal(request: HttpRequest, refused: CannotPublish) -> HttpResponse:
    """Lead to the page that could not be published, with all that stops it; nothing was written."""
    for sentence in refusals(refused):
        messages.error(request, sentence)
    address = (
        reverse("wagtailadmin_pages:edit", args=[refused.page.pk])
        if refused.page.pk
        else reverse("wagtailadmin_home")
    )
    return led_to(request, address)


def tell_what_was_decided(request: HttpRequest, began: datetime, stuck: Collection[UUID]) -> None:
    """Tell a reviewer what became of the page that this act decided on: Wagtail says at most that
    it was saved.

    `stuck` are the courses that it did not reach yet.
    """
    for state in TaskState.objects.filter(
        finished_by=request.user.pk, finished_at__gte=began
    ).select_related("revision"):
        tell_decision(request, state, stuck)


def tell_decision(request: HttpRequest, state: TaskState, stuck: Collection[UUID]) -> None:
    """Tell one approval or return that was made."""
    page = Page.objects.get(pk=state.revision.object_id).get_latest_revision_as_object()
    if state.status == TaskState.STATUS_REJECTED:
        with_words = _("Devolviste “%(title)s” a quien la escribió, con tu comentario.")
        without = _("Devolviste “%(title)s” a quien la escribió, sin comentario.")
        messages.success(
            request, (with_words if state.comment else without) % {"title": page.title}
        )
    elif state.status == TaskState.STATUS_APPROVED:
        tell_approval(request, page, stuck)


def tell_approval(request: HttpRequest, page: Page, stuck: Collection[UUID]) -> None:
    """Tell whether an approved page is published, and since when or from when learners see it."""
    if day := day_to_come(page):
        messages.success(
            request,
            _("Aprobaste “%(title)s”. Se publica el %(day)s.") % {"title": page.title, "day": day},
        )
        return
    sentence = _("Aprobaste y publicaste “%(title)s”.") % {"title": page.title}
    is_there = (
        not CoursePage.objects.ancestor_of(page, inclusive=True)
        .filter(translation_key__in=stuck)
        .exists()
    )
    address = page.url if is_there else None
    buttons = [editor_messages.button(address, _("Mira la página publicada"))] if address else []
    editor_messages.success(request, f"{sentence} {waits_for([page])}".strip(), buttons=buttons)


def tell_what_is_stuck(request: HttpRequest, stuck: Collection[UUID], *, publishes: bool) -> None:
    """Tell at once that what this act changed has not reached learners."""
    sentence = _("Publicada, pero el curso todavía no cambió: %(problem)s")
    if not publishes:
        sentence = _("Hecho, pero el curso todavía no cambió: %(problem)s")
    for head in CourseHead.objects.filter(key__in=stuck) if stuck else ():
        messages.warning(request, sentence % {"problem": head.problem})
