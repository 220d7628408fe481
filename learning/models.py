"""Records what each learner did: the journal, and the enrolments and progress it adds up to."""

import json
import uuid
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from courses.models import CourseHead, Edition
from lib.append_only import AppendOnly


class Cohort(models.Model):
    """Learners who follow a course together, with dates."""

    personal_data = False

    course = models.ForeignKey(CourseHead, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(_("nombre"), max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("grupo")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="cohort_ends_after_it_starts",
            )
        ]

    def __str__(self):
        return self.name


class ProgressJSON(Func):
    """The progress of an enrolment in every activity as one JSON array, on both databases;
    `read_progress` makes rows of it.

    Written out: it is part of every page and act, and the same built from expressions costs more
    than to run it.
    """

    template = (
        "(SELECT %(rows)s FROM learning_activityprogress own"
        " WHERE own.enrolment_id = %(expressions)s)"
    )
    fields = "own.activity_key, own.state, own.success, {score}, own.completed_on"
    output_field = models.TextField()

    def as_sqlite(self, compiler, connection, **context):
        # Its JSON has fifteen digits, which is another number for five of six; seventeen name every
        # number.
        score = "CASE WHEN own.score IS NOT NULL THEN json(printf('%%!.17g', own.score)) END"
        rows = f"json_group_array(json_array({self.fields.format(score=score)}))"
        return self.as_sql(compiler, connection, rows=rows, **context)

    def as_postgresql(self, compiler, connection, **context):
        fields = self.fields.format(score="own.score")
        rows = f"CAST(json_agg(json_build_array({fields})) AS text)"
        return self.as_sql(compiler, connection, rows=rows, **context)


class EnrolmentQuerySet(models.QuerySet):
    def with_progress(self) -> "EnrolmentQuerySet":
        """Add the progress of every activity, so that an act or a page reads enrolment and progress
        at once.
        """
        return self.annotate(progress_json=ProgressJSON("pk"))


class Enrolment(models.Model):
    """A learner joined to a course. A projection of the journal."""

    personal_data = True

    class State(models.TextChoices):
        ACTIVE = "active", _("En curso")
        COMPLETED = "completed", _("Terminado")
        WITHDRAWN = "withdrawn", _("Retirado")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    learner = models.UUIDField(help_text="The person's opaque identifier")
    course = models.ForeignKey(CourseHead, on_delete=models.PROTECT, related_name="enrolments")
    cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    enrolled_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    last_act_on = models.DateField(help_text="Day in Lima of the last statement")
    bookmark = models.UUIDField(null=True, blank=True, help_text="Key of the activity to resume")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    district_code = models.CharField(
        max_length=6, blank=True, help_text="INEI code of where the learner serves"
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("inscripción")
        verbose_name_plural = _("inscripciones")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course"],
                condition=~Q(state="withdrawn"),
                name="one_enrolment_per_learner_and_course",
            ),
            models.CheckConstraint(
                condition=Q(completed_at=None, completed_edition=None)
                | Q(completed_at__isnull=False, completed_edition__isnull=False),
                name="completion_has_its_edition",
            ),
            models.CheckConstraint(
                condition=~Q(state="completed") | Q(completed_at__isnull=False),
                name="completed_enrolment_has_a_date",
            ),
        ]
        indexes = [
            models.Index(fields=["course", "organisation"], name="enrolments_by_organisation")
        ]

    def __str__(self):
        return f"{self.uuid}"

    @property
    def progress(self) -> dict[UUID, "ProgressRow"]:
        """Progress by activity key; only after `with_progress()`."""
        if not hasattr(self, "_progress"):
            self._progress = read_progress(self.progress_json)
        return self._progress


@dataclass(frozen=True)
class ProgressRow:
    """Where one enrolment stands in one activity.

    `score` is scaled from 0 to 1 and is, bit for bit, what was stored; `completed_on` is the day in
    Lima.
    """

    activity_key: UUID
    state: str
    success: str
    score: float | None
    completed_on: date | None

    @property
    def is_completed(self) -> bool:
        """True when the activity counts as done."""
        return self.state == ActivityProgress.State.COMPLETED


def read_progress(stored: str | None) -> dict[UUID, ProgressRow]:
    """Return the rows of what `ProgressJSON` wrote, by activity key."""
    rows = {}
    for text, state, success, score, day in json.loads(stored) if stored else ():
        key = UUID(text)
        completed_on = date.fromisoformat(day) if day else None
        rows[key] = ProgressRow(key, state, success, score, completed_on)
    return rows


class ActivityProgress(models.Model):
    """Where one enrolment stands in one activity. A projection of the journal."""

    personal_data = True

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("En curso")
        COMPLETED = "completed", _("Completo")

    class Success(models.TextChoices):
        UNKNOWN = "unknown", _("Sin nota")
        PASSED = "passed", _("Aprobado")
        FAILED = "failed", _("Todavía no")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="progress_rows")
    activity_key = models.UUIDField()
    state = models.CharField(max_length=12, choices=State.choices)
    success = models.CharField(max_length=8, choices=Success.choices, default=Success.UNKNOWN)
    score = models.FloatField(null=True, blank=True, help_text="Best score, scaled from 0 to 1")
    completed_on = models.DateField(null=True, blank=True, help_text="Day in Lima")
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("avance")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "activity_key"], name="one_progress_per_enrolment_and_activity"
            ),
            models.CheckConstraint(
                condition=Q(score=None) | (Q(score__gte=0) & Q(score__lte=1)),
                name="progress_score_is_scaled",
            ),
            models.CheckConstraint(
                condition=~Q(state="completed") | Q(completed_on__isnull=False),
                name="completed_progress_has_a_day",
            ),
        ]

    def __str__(self):
        return f"{self.activity_key} {self.state}"


class ConditionsCheck(models.Model):
    """The newest edition of a course by which every enrolment in progress was looked at
    (learning/completing.py).
    """

    personal_data = False

    course = models.OneToOneField(
        CourseHead, on_delete=models.CASCADE, related_name="conditions_check"
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("revisión de condiciones")

    def __str__(self):
        return f"{self.course} {self.edition_id}"


class Statement(AppendOnly):
    """One line of the journal, shaped after xAPI. It is also the record of idempotency."""

    personal_data = True

    class Verb(models.TextChoices):
        ENROLLED = "enrolled", _("se inscribió")
        COMPLETED = "completed", _("terminó")
        PASSED = "passed", _("aprobó")
        FAILED = "failed", _("todavía no aprobó")
        ATTENDED = "attended", _("asistió")
        EXEMPTED = "exempted", _("fue exonerado")
        WITHDRAWN = "withdrawn", _("se retiró")

    uuid = models.UUIDField(help_text="Given by the client; unique for its learner")
    learner = models.UUIDField(
        help_text="The person's opaque identifier; erasure cuts its link to the person"
    )
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="statements")
    verb = models.CharField(max_length=12, choices=Verb.choices)
    course_key = models.UUIDField()
    activity_key = models.UUIDField(
        null=True, blank=True, help_text="Empty for the course as a whole"
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    score = models.FloatField(null=True, blank=True, help_text="Scaled from 0 to 1")
    request_digest = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of what was sent"
    )
    answer = models.JSONField(
        default=dict, help_text="What was answered, so that a repeat gets the same"
    )
    occurred_at = models.DateTimeField(help_text="As the client tells it; no rule asks it")
    received_at = models.DateTimeField()
    organisation_id = models.BigIntegerField(
        null=True, blank=True, help_text="Where the learner served on that day"
    )
    district_code = models.CharField(max_length=6, blank=True)

    class Meta:
        verbose_name = _("declaración")
        verbose_name_plural = _("declaraciones")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "uuid"], name="one_statement_per_learner_and_uuid"
            ),
            models.CheckConstraint(
                condition=Q(score=None) | (Q(score__gte=0) & Q(score__lte=1)),
                name="statement_score_is_scaled",
            ),
            models.CheckConstraint(
                condition=Q(occurred_at__lte=F("received_at")),
                name="statement_occurs_before_it_is_received",
            ),
        ]
        indexes = [models.Index(fields=["enrolment", "id"], name="statements_of_enrolment")]

    def __str__(self):
        return f"{self.verb} {self.activity_key or self.course_key}"
