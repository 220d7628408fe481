"""Ties a decision of the review to the text that was before the eyes of who decides, by every door
of the editor.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.messages import get_messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, TaskState

from accounts.models import User
from content.page_form import NOT_SAVED
from courses.models import own_words, text_of, writers_of

Act = Callable[[], HttpResponse]
EDITOR = "wagtailadmin_pages"
OF_A_DECISION = ("action-workflow-action", "workflow-action-name", "workflow-action-extra-data")
KEPT_COMMENTS = "comments_of_refused_decisions"
OUTCOMES = {"approve": TaskState.STATUS_APPROVED, "reject": TaskState.STATUS_REJECTED}


class CannotDecide(Exception):
    """A decision was refused, because of what the sentence says; nothing was written."""

    def __init__(self, sentence: str, *, is_stale: bool = False):
        super().__init__(sentence)
        self.sentence, self.is_stale = sentence, is_stale


def mark_of(revision: Revision | None) -> str:
    """Return what tells one state of a revision from another: the editor overwrites its own
    drafts.
    """
    return f"{revision.pk} {revision.created_at.isoformat()}" if revision else ""


@dataclass(frozen=True)
class Decision:
    """An approval or a return that is being sent, with the mark of what its screen showed."""

    page: Page
    action: str
    shown_version: str
    comment: str
    task_state: int | None
    is_in_form: bool

    def check(self, user: User) -> None:
        """Raise CannotDecide when the page is no more as it was shown, or this person may not
        decide so.

        Whoever decides on the same page at the same moment waits for this decision, and reads what
        became of it.
        """
        Page.objects.select_for_update().get(pk=self.page.pk)
        state, title = (
            self.page.current_workflow_task_state,
            {"title": self.page.get_admin_display_title()},
        )
        if state is None or state.status != TaskState.STATUS_IN_PROGRESS:
            raise CannotDecide(
                _("“%(title)s” ya no espera una decisión: no cambió nada.") % title, is_stale=True
            )
        newest = self.page.get_latest_revision()
        is_shown = self.shown_version == mark_of(newest) or self.is_only_commented(newest, user)
        if not is_shown or self.task_state not in {None, state.pk}:
            sentence = _(
                "“%(title)s” cambió después de que la abriste: no decidimos nada. Lee cómo está "
                "ahora y decide otra vez."
            )
            raise CannotDecide(sentence % title, is_stale=True)
        names = {
            name for name, _label, _is_modal in state.task.specific.get_actions(self.page, user)
        }
        if names and self.action not in names and user.pk in writers_of(newest):
            raise CannotDecide(own_words(self.page))

    def is_only_commented(self, newest: Revision | None, user: User) -> bool:
        """Say whether nobody but this person saved the page since it was shown, and in the same
        words: what they wrote are comments.
        """
        revisions = Revision.page_revisions.filter(object_id=str(self.page.pk))
        number = self.shown_version.split(" ")[0]
        shown = revisions.filter(pk=number).first() if number.isdecimal() else None
        if newest is None or shown is None or mark_of(shown) != self.shown_version:
            return False
        since = revisions.filter(pk__gt=shown.pk)
        return not since.exclude(user=user).exists() and text_of(newest) == text_of(shown)

    def check_text(self, before: Revision) -> None:
        """Raise CannotDecide when what was approved is not what was shown: the form held another
        text.
        """
        now = Page.objects.get(pk=self.page.pk).get_latest_revision()
        if self.action == "approve" and text_of(now) != text_of(before):
            raise CannotDecide(_("Cambiaste el texto: no aprobamos nada."))

    def made_before(self, user: User) -> TaskState | None:
        """Return what this person decided in the same words as the last thing in the review of the
        page: it was sent twice.
        """
        last = own_states(self.page).order_by("pk").last()
        if last is None or self.task_state not in {None, last.pk}:
            return None
        is_same = (last.finished_by_id, last.status, last.comment) == (
            user.pk,
            OUTCOMES.get(self.action),
            self.comment,
        )
        return last if is_same else None


def decision_of(request: HttpRequest) -> Decision | None:
    """Return the decision that somebody of the editor sends about a page's own review, or None: the
    view refuses the others.
    """
    match, fields = request.resolver_match, request.POST
    if request.method != "POST" or EDITOR not in match.namespaces or "page_id" not in match.kwargs:
        return None
    if not request.user.has_perm("wagtailadmin.access_admin"):
        return None
    is_in_form = bool(fields.get("action-workflow-action"))
    if not is_in_form and match.url_name != "workflow_action":
        return None
    page = Page.objects.filter(pk=match.kwargs["page_id"]).first()
    if page is None:
        return None
    page = page.specific
    if not is_in_form and not own_states(page).filter(pk=match.kwargs["task_state_id"]).exists():
        return None
    if is_in_form:
        action = fields.get("workflow-action-name", "")
        return Decision(
            page,
            action,
            shown_in_form(request, page),
            comment_in_form(request),
            None,
            is_in_form=True,
        )
    version = fields.get("shown") or request.GET.get("shown", "")
    action, state = match.kwargs["action_name"], match.kwargs["task_state_id"]
    return Decision(page, action, version, fields.get("comment", ""), state, is_in_form=False)


def own_states(page: Page) -> QuerySet[TaskState]:
    """Return every state that a task had for a page, in this review or an earlier one."""
    return TaskState.objects.filter(workflow_state__in=page.workflow_states)


def shown_in_form(request: HttpRequest, page: Page) -> str:
    """Return the mark of the revision that a form of the editor was made from, or that it saved
    itself since.
    """
    own = request.POST.get("overwrite_revision_id")
    newest = page.get_latest_revision()
    if own:
        return mark_of(newest) if newest and own == str(newest.pk) else ""
    number = request.POST.get("loaded_revision_id", "")
    return f"{number} {request.POST.get('loaded_revision_created_at', '')}"


def comment_in_form(request: HttpRequest) -> str:
    """Return the comment that a dialog of the editor put into the form."""
    try:
        more = json.loads(request.POST.get("workflow-action-extra-data", "{}"))
    except (ValueError, RecursionError):
        return ""
    return str(more.get("comment", "")) if isinstance(more, dict) else ""


def kept_text(
    request: HttpRequest, decision: Decision, act: Act, *, is_stale: bool
) -> HttpResponse | None:
    """Keep a text that the form of a refused decision holds, in the form or as a draft; None where
    it holds none of its own.
    """
    forget_told(request)
    if not decision.is_in_form:
        return None
    return (
        shown_again(request, decision, act) if is_stale else saved_as_draft(request, decision, act)
    )


def answer_refused(
    request: HttpRequest, decision: Decision, sentences: list[str], answer: HttpResponse | None
) -> HttpResponse:
    """Tell why nothing was decided, and keep a comment for its dialog; `answer` shows the text that
    was kept.
    """
    keep_comment(request, decision)
    for sentence in sentences:
        messages.error(request, sentence)
    if decision.comment:
        messages.info(
            request,
            _("Tu comentario no se perdió: está escrito en el cuadro cuando decidas otra vez."),
        )
    return answer or led_to(request, reverse("wagtailadmin_pages:edit", args=[decision.page.pk]))


def led_to(request: HttpRequest, address: str) -> HttpResponse:
    """Lead on from a form, or from the dialog of a script, which asks for the address."""
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"step": "success", "redirect": address})
    return redirect(address)


def saved_as_draft(request: HttpRequest, decision: Decision, act: Act) -> HttpResponse | None:
    """Save a text that was changed in the form as a draft, and approve nothing; None where it was
    not changed.
    """
    before = decision.page.get_latest_revision()
    answer, is_changed = tried(request, decision, act, before, is_kept=True)
    if not is_changed:
        return None
    if answer.status_code != 200:
        messages.warning(
            request,
            _(
                "Cambiaste el texto: tu cambio quedó guardado como borrador, y lo aprueba otra "
                "persona."
            ),
        )
    return answer


def shown_again(request: HttpRequest, decision: Decision, act: Act) -> HttpResponse | None:
    """Show a form again that holds a text of its own, unsaved; None where it holds only what it was
    opened with.
    """
    revisions = Revision.page_revisions.filter(object_id=str(decision.page.pk))
    number = decision.shown_version.split(" ")[0]
    before = revisions.filter(pk=number).first() if number.isdecimal() else None
    _answer, is_changed = tried(request, decision, act, before, is_kept=False)
    if not is_changed:
        return None
    request.POST = request.POST.copy()
    request.POST[NOT_SAVED] = "true"
    answer = act()
    page = getattr(answer, "context_data", None) and answer.context_data.get("page")
    if page and before:
        # The form stays one of the revision it was opened with, so that saving it warns of the
        # newer one.
        page.latest_revision_id = before.pk
        answer.context_data["loaded_revision_created_at"] = before.created_at.isoformat()
    return answer


def tried(
    request: HttpRequest, decision: Decision, act: Act, before: Revision | None, *, is_kept: bool
) -> tuple[HttpResponse, bool]:
    """Save the form without its decision, and say whether its text is another one; take the save
    back unless it is kept.
    """
    request.POST = request.POST.copy()
    for name in OF_A_DECISION:
        request.POST.pop(name, None)
    with transaction.atomic():
        answer = act()
        now = Page.objects.get(pk=decision.page.pk).get_latest_revision()
        is_changed = answer.status_code == 200 or before is None or text_of(now) != text_of(before)
        if not is_kept or not is_changed:
            transaction.set_rollback(True)
            forget_told(request)
    return answer, is_changed


def forget_told(request: HttpRequest) -> None:
    """Take back what was told of an act that was taken back."""
    for _message in get_messages(request):
        pass


def keep_comment(request: HttpRequest, decision: Decision) -> None:
    """Keep the comment of a refused decision until one is made."""
    if decision.comment:
        comments = request.session.get(KEPT_COMMENTS, {})
        request.session[KEPT_COMMENTS] = comments | {str(decision.page.pk): decision.comment}


def forget_comment(request: HttpRequest, decision: Decision) -> None:
    """Forget it once a decision was made."""
    comments = request.session.get(KEPT_COMMENTS, {})
    if comments.pop(str(decision.page.pk), None) is not None:
        request.session[KEPT_COMMENTS] = comments
