"""Keeps who approved which revision of a page, and the one step of the review."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page, Revision, TaskState

from accounts.models import Organisation, User
from accounts.permissions import Role
from accounts.roles import holders_of
from audit.models import AppendOnly
from content.publishing import CannotPublish, PublishingProblem


class Approval(AppendOnly):
    """One revision of a page that may be published: signed by a reviewer, or let through by an operator with a reason."""

    personal_data = False

    revision = models.PositiveBigIntegerField(unique=True, help_text="Identifier of the revision, which may be purged")
    page_key = models.UUIDField(help_text="Wagtail's translation_key of the page")
    approver_key = models.UUIDField(help_text="Opaque identifier of who approved")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was published without a review; empty when signed")

    class Meta:
        verbose_name = _("aprobación")
        verbose_name_plural = _("aprobaciones")
        indexes = [models.Index(fields=["page_key"], name="approvals_of_a_page")]

    def __str__(self):
        return f"{self.page_key} {self.revision}"


def reviewers_besides(user: User) -> bool:
    """Say whether somebody else reviews today."""
    others = holders_of(Role.REVIEWER, timezone.localdate()).filter(is_active=True).exclude(pk=user.pk)
    return others.exists()


def writers_of(revision: Revision) -> set[int]:
    """Return the people who wrote a revision or one of those since the page was published last."""
    live = Page.objects.filter(pk=revision.object_id).values_list("live_revision_id", flat=True).first() or 0
    same = Revision.page_revisions.filter(object_id=revision.object_id)
    between = same.filter(pk__gt=live, pk__lte=revision.pk) | same.filter(pk=revision.pk)
    return set(between.exclude(user=None).values_list("user_id", flat=True))


class ReviewTask(AbstractGroupApprovalTask):
    """Somebody else reads what an author wrote, and approves it or sends it back with a comment."""

    personal_data = False

    def get_actions(self, obj: Page, user: User) -> list[tuple]:
        """Leave approving out for who wrote a part of it."""
        actions = super().get_actions(obj, user)
        revision = obj.get_latest_revision()
        is_own = revision is not None and user.pk in writers_of(revision)
        return [action for action in actions if action[0] != "approve"] if is_own else actions

    def on_action(self, task_state: TaskState, user: User, action_name: str, **kwargs) -> object:
        """Approve the revision that was sent to review and no other. Raises CannotPublish."""
        if action_name == "approve" and user.pk in writers_of(task_state.revision):
            problem = PublishingProblem("", _now("Escribiste una parte de este cambio: lo aprueba otra persona."))
            raise CannotPublish(task_state.revision.as_object(), [problem])
        return super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls) -> str:
        return _now("Quienes revisan leen lo que otra persona escribió, y lo aprueban o lo devuelven con un comentario.")

    class Meta:
        verbose_name = _("revisión por otra persona")
        verbose_name_plural = _("revisiones por otra persona")
