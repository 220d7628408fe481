"""Records attempts and the events of their responses."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models import Edition
from learning.models import Enrolment
from lib.append_only import AppendOnly
from questions.scoring import ScoringRule
from quizzes.timing import Arrival, arrival, overdue_before


class AttemptQuerySet(models.QuerySet):
    def overdue(self, now: datetime) -> "AttemptQuerySet":
        """Keep the open attempts that no answer can reach in time any more."""
        return self.filter(state=Attempt.State.OPEN, deadline_at__lt=overdue_before(now))


class Attempt(models.Model):
    """One learner's one go at one quiz, on a paper that pins the version of every question."""

    personal_data = True

    class State(models.TextChoices):
        OPEN = "open", _("En curso")
        MARKING = "marking", _("Por calificar")
        SUBMITTED = "submitted", _("Entregado")
        ABANDONED = "abandoned", _("Abandonado")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    learner = models.UUIDField(help_text="The person's opaque identifier")
    quiz_key = models.UUIDField()
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    rules = models.JSONField(
        help_text=(
            "Title, pass mark, attempts, waiting, review policy, time limit and scoring as "
            "they were at the start"
        )
    )
    paper = models.JSONField(
        help_text=(
            "[{question, version, kind, layout, points}]: what is asked, pinned, how its kind "
            "shows it, and what it weighs"
        )
    )
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(
        null=True, blank=True, help_text="When it closes, fixed at the start; empty: never"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    score_raw = models.FloatField(null=True, blank=True)
    score_maximum = models.FloatField(null=True, blank=True)
    score_scaled = models.FloatField(null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)
    opens_more = models.PositiveSmallIntegerField(
        default=0,
        help_text="How many attempts somebody gave after this one (quizzes.Accommodation)",
    )
    evidence = models.JSONField(
        default=list,
        help_text=(
            "Copied at submission: what was asked and answered, as its kind keeps it, and "
            "what it weighs and earned, a share from 0 to 1"
        ),
    )

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("intento")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "quiz_key"],
                condition=Q(state="open"),
                name="one_open_attempt_per_learner_and_quiz",
            ),
            models.UniqueConstraint(
                fields=["learner", "quiz_key", "number"],
                name="one_attempt_per_learner_quiz_and_number",
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted")
                | Q(submitted_at__isnull=False, score_scaled__isnull=False, passed__isnull=False),
                name="submitted_attempt_has_a_score",
            ),
            models.CheckConstraint(
                condition=~Q(state="marking")
                | Q(
                    submitted_at__isnull=False,
                    score_raw=None,
                    score_maximum=None,
                    score_scaled=None,
                    passed=None,
                ),
                name="attempt_in_marking_was_handed_in_and_has_no_score",
            ),
            models.CheckConstraint(
                condition=Q(score_scaled=None) | (Q(score_scaled__gte=0) & Q(score_scaled__lte=1)),
                name="attempt_score_is_scaled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline_at"],
                condition=Q(state="open", deadline_at__isnull=False),
                name="open_attempts_by_deadline",
            ),
        ]

    def __str__(self):
        return f"{self.uuid}"

    @property
    def ended_at(self) -> datetime:
        """When it was handed in; an abandoned or open one counts from its start."""
        return self.submitted_at or self.started_at

    @property
    def scoring_rule(self) -> int:
        """The rule that scores it; those that were started before rules had a number keep
        theirs.
        """
        return self.rules.get("scoring", ScoringRule.SAME_PART)

    @property
    def is_open(self) -> bool:
        """True while responses are still accepted."""
        return self.state == self.State.OPEN

    @property
    def is_scored(self) -> bool:
        """True once it was handed in and has its score."""
        return self.state == self.State.SUBMITTED

    @property
    def awaits_mark(self) -> bool:
        """True once it was handed in and a person has to mark it first."""
        return self.state == self.State.MARKING

    def is_over(self, now: datetime) -> bool:
        """True once the closing hour has passed; what was on its way still has its grace."""
        return arrival(now, self.deadline_at) != Arrival.IN_TIME

    @property
    def was_closed_by_time(self) -> bool:
        """True for an attempt that was submitted after its time and grace were over, by
        whomever.
        """
        return (
            self.submitted_at is not None
            and arrival(self.submitted_at, self.deadline_at) == Arrival.TOO_LATE
        )


class ResponseEvent(AppendOnly):
    """One answer sent to one item.

    Never updated: the current response is the last event that counts, by sequence, then arrival.
    """

    personal_data = True

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="events")
    uuid = models.UUIDField(help_text="Given by the client; unique for its attempt")
    slot = models.PositiveSmallIntegerField(help_text="Place of the item on the paper, from 1")
    sequence = models.PositiveBigIntegerField(
        default=0, help_text="Order on the device that sent it"
    )
    response = models.JSONField(help_text="What was answered, as the kind of its question keeps it")
    is_marked = models.BooleanField(
        default=False, help_text="The learner wants to look at it again"
    )
    request_digest = models.CharField(max_length=64)
    occurred_at = models.DateTimeField(help_text="As the client tells it; no rule asks it")
    received_at = models.DateTimeField()
    counts = models.BooleanField(
        default=True,
        help_text="False: it came after the closing hour and its grace, and is kept only",
    )

    class Meta:
        verbose_name = _("respuesta enviada")
        ordering = ["sequence", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "uuid"], name="one_response_event_per_attempt_and_uuid"
            ),
            models.CheckConstraint(
                condition=Q(occurred_at__lte=F("received_at")),
                name="response_event_occurs_before_it_is_received",
            ),
        ]

    def __str__(self):
        return f"{self.attempt_id}/{self.slot}"
