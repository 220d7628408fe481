"""Keeps who approved which revision of a page, and the one step of the review."""

import json

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page, Revision, TaskState

from accounts.models import Organisation, User
from accounts.permissions import Role, looks_after_everybody
from accounts.roles import holders_of
from content.publishing import CannotPublish, PublishingProblem
from courses.models.words import text_of
from lib.append_only import AppendOnly


class Approval(AppendOnly):
    """One revision of a page that may be published: signed by a reviewer, or let through by an
    operator with a reason.
    """

    personal_data = False

    revision = models.PositiveBigIntegerField(
        unique=True, help_text="Identifier of the revision, which may be purged"
    )
    page_key = models.UUIDField(help_text="Wagtail's translation_key of the page")
    approver_key = models.UUIDField(help_text="Opaque identifier of who approved")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField()
    reason = models.CharField(
        max_length=300,
        blank=True,
        help_text="Why it was published without a review; empty when signed",
    )

    class Meta:
        verbose_name = _("aprobación")
        verbose_name_plural = _("aprobaciones")
        indexes = [models.Index(fields=["page_key"], name="approvals_of_a_page")]

    def __str__(self):
        return f"{self.page_key} {self.revision}"


def reviewers_besides(user: User) -> bool:
    """Say whether somebody else reviews today."""
    return reviewers_today().exclude(pk=user.pk).exists()


def reviewers_today() -> QuerySet[User]:
    """Return the people who review today."""
    return holders_of(Role.REVIEWER, timezone.localdate()).filter(is_active=True)


def who_may_approve(page: Page) -> QuerySet[User]:
    """Return the people who review today and wrote nothing of the newest revision."""
    revision = page.get_latest_revision()
    return reviewers_today().exclude(pk__in=writers_of(revision) if revision else ())


def is_alone(user: User, page: Page | None = None) -> bool:
    """Say whether a person operates the site on a day when nobody else reviews, or may approve a
    page.
    """
    operates = user.is_superuser or looks_after_everybody(user)
    others = who_may_approve(page) if page else reviewers_today()
    return operates and not others.exclude(pk=user.pk).exists()


def revisions_until(revision: Revision) -> QuerySet[Revision]:
    """Return a revision and those between it and the published one, the oldest first."""
    live = live_of(revision)
    same = Revision.page_revisions.filter(object_id=revision.object_id)
    between = same.filter(pk__gt=live, pk__lte=revision.pk) | same.filter(pk=revision.pk)
    return between.order_by("pk")


def live_of(revision: Revision) -> int:
    """Return the identifier of the published revision of the same page, or 0."""
    return (
        Page.objects.filter(pk=revision.object_id)
        .values_list("live_revision_id", flat=True)
        .first()
        or 0
    )


def is_by_people(revision: Revision) -> bool:
    """Say whether a person saved a revision or one of those since the page was published last."""
    return revisions_until(revision).exclude(user=None).exists()


def writers_of(revision: Revision) -> set[int]:
    """Return the people who wrote what a revision changes since the page was published last.

    Saving the same text, with a comment beside it, is not writing; nor is taking back a text that
    others wrote.
    """
    live = live_of(revision)
    hands: dict[str, frozenset[int]] = {}
    if 0 < live < revision.pk:
        live_revision = Revision.objects.filter(pk=live).first()
        hands = {_as_key(live_revision): frozenset()} if live_revision else {}
    writers: frozenset[int] = frozenset()
    for one in revisions_until(revision):
        author = {one.user_id} if one.user_id else set()
        writers = hands.setdefault(_as_key(one), writers | author)
    return set(writers)


def _as_key(revision: Revision) -> str:
    return json.dumps(text_of(revision), sort_keys=True, default=str)


def follow_newest(task_state: TaskState) -> None:
    """Let a review be of the newest revision: that is the one its screen shows."""
    newest = Page.objects.values_list("latest_revision_id", flat=True).get(
        pk=task_state.revision.object_id
    )
    if newest and newest != task_state.revision_id:
        task_state.revision = Revision.objects.get(pk=newest)
        task_state.save(update_fields=["revision"])


def own_words(page: Page) -> str:
    """Return why who wrote a part of a change does not approve it, and who may."""
    names = [f"{one.first_name} {one.last_name}".strip() for one in who_may_approve(page)]
    sentence = _now("Escribiste una parte de este cambio: lo aprueba otra persona.")
    if names:
        others = _now("Puede hacerlo %(names)s.") % {"names": get_text_list(names, _now("o"))}
        return f"{sentence} {others}"
    nobody = _now(
        "Hoy nadie más puede: avisa a quien opera el sitio, que puede publicarla con un motivo."
    )
    return f"{sentence} {nobody}"


class ReviewTask(AbstractGroupApprovalTask):
    """Somebody else reads what an author wrote, and approves it or sends it back with a comment."""

    personal_data = False

    def get_actions(self, obj: Page, user: User) -> list[tuple]:
        """Leave approving out for who wrote a part of it."""
        actions = super().get_actions(obj, user)
        revision = obj.get_latest_revision() if actions else None
        is_own = revision is not None and user.pk in writers_of(revision)
        return [action for action in actions if action[0] != "approve"] if is_own else actions

    def get_template_for_action(self, action: str) -> str:
        """Ask in a dialog that carries what was shown and keeps a comment that was refused."""
        return "courses/decide.html"

    def on_action(self, task_state: TaskState, user: User, action_name: str, **kwargs) -> object:
        """Decide on the newest revision. Raises CannotPublish to who wrote a part of it."""
        follow_newest(task_state)
        if action_name == "approve" and user.pk in writers_of(task_state.revision):
            problem = PublishingProblem("", own_words(task_state.revision.content_object))
            raise CannotPublish(task_state.revision.as_object(), [problem])
        return super().on_action(task_state, user, action_name, **kwargs)

    def locked_for_user(self, obj: Page, user: User) -> bool:
        """Open a page that nobody may approve to an operator, who publishes it with a reason."""
        return super().locked_for_user(obj, user) and not is_alone(user, obj)

    @classmethod
    def get_description(cls) -> str:
        return _now(
            "Quienes revisan leen lo que otra persona escribió, y lo aprueban o lo devuelven con "
            "un comentario."
        )

    class Meta:
        verbose_name = _("revisión por otra persona")
        verbose_name_plural = _("revisiones por otra persona")
