"""Records results and completes courses."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import BigIntegerField
from django.utils import timezone

from courses.editions import edition_of, outline_of
from courses.models import CourseHead, LessonPage
from courses.outline import Activity, Outline
from learning.completion import is_complete
from learning.models import ActivityProgress, Enrolment, EnrolmentQuerySet, ProgressRow, Statement
from learning.permissions import enrolments_with
from learning.queries import LEARNER, SLUG, may_be_studied
from learning.services.journal import (
    Outcome,
    Provenance,
    digest_of,
    idempotently,
    is_edition_of,
    new_statement,
)
from learning.signals import course_completed
from lib.prepared import LockedQuery, Parameter

Verb = Statement.Verb
State = ActivityProgress.State
# What "I have read it" may be said of.
READ_KINDS = frozenset({LessonPage.kind})


class NotInOutline(Exception):
    """The newest edition of the course has no such activity, or it is of a kind that the act does
    not take.
    """


class WrongGrade(ValueError):
    """An activity with a pass mark was to be finished without a grade, or one without a pass mark
    with one.
    """


def complete_activity(
    *,
    learner: UUID,
    activity_key: UUID,
    uuid: UUID,
    received_at: datetime,
    occurred_at: datetime | None = None,
    edition_id: int | None = None,
    enrolment_id: int | None = None,
    course_slug: str = "",
) -> Outcome:
    """Record that a learner finished an activity that has no grade (a lesson marked as read).

    The enrolment is told by its identifier or by the slug of an open course; both are read and
    locked in one statement.
    `occurred_at` and `edition_id` are what a late client tells: when it happened, and which edition
    was read (the newest). Raises Enrolment.DoesNotExist, ConflictingRepeat, and NotInOutline for
    what is not read or not open.
    """
    request_digest = digest_of({"verb": Verb.COMPLETED, "activity": activity_key})

    def act() -> Outcome:
        enrolment = (
            lock_enrolment(enrolment_id, learner)
            if enrolment_id
            else _locked(_by_slug, slug=course_slug, learner=learner)
        )
        open_activity(enrolment.course, activity_key, kinds=READ_KINDS, now=received_at)
        return record_result(
            enrolment=enrolment,
            activity_key=activity_key,
            kinds=READ_KINDS,
            uuid=uuid,
            passed=None,
            score=None,
            provenance=Provenance(received_at, occurred_at, edition_id),
            request_digest=request_digest,
        )

    return idempotently(learner=learner, uuid=uuid, request_digest=request_digest, act=act)


def activity_in(outline: Outline, key: UUID, *, kinds: Collection[str]) -> Activity:
    """Return an activity of an outline, of one of the kinds that an act takes.

    Raises NotInOutline.
    """
    activity = outline.by_key.get(key)
    if activity is None or activity.kind not in kinds:
        raise NotInOutline(key)
    return activity


def open_activity(
    course: CourseHead, key: UUID, *, kinds: Collection[str] | None = None, now: datetime
) -> Activity:
    """Return an activity on which an act may begin now, of one of the kinds that it takes (any for
    None).

    Raises NotInOutline for one that is not there, of another kind, expired or withdrawn.
    """
    outline = outline_of(course.latest_edition_id)
    activity = activity_in(outline, key, kinds=kinds or {item.kind for item in outline.activities})
    if not may_be_studied(course, activity, now):
        raise NotInOutline(key)
    return activity


def lock_enrolment(enrolment_id: int, learner: UUID) -> Enrolment:
    """Lock and return a learner's enrolment with course and progress.

    Raises Enrolment.DoesNotExist when it is another learner's or was withdrawn.
    """
    return _locked(_by_key, pk=enrolment_id, learner=learner)


def _locked(query: LockedQuery[Enrolment], **values: Any) -> Enrolment:
    enrolment = query.first(**values)
    if enrolment is None:
        raise Enrolment.DoesNotExist
    return enrolment


def _locked_read(**conditions: Any) -> LockedQuery[Enrolment]:
    """Return the read of an enrolment with course and progress, for whoever is about to change
    it.
    """

    def rows() -> EnrolmentQuerySet:
        return enrolments_with(LEARNER).filter(**conditions)

    return LockedQuery(rows, lambda: rows().with_progress().select_related("course"))


_by_key = _locked_read(pk=Parameter("pk", BigIntegerField()))
_by_slug = _locked_read(course__slug=SLUG, course__is_open=True)


def record_result(
    *,
    enrolment: Enrolment,
    activity_key: UUID,
    kinds: Collection[str],
    uuid: UUID,
    passed: bool | None,
    score: float | None,
    provenance: Provenance,
    request_digest: str = "",
) -> Outcome:
    """Write one result into the journal and its projections; complete the course when this was the
    last condition.

    The caller holds the transaction and a locked enrolment read with its progress
    (`lock_enrolment`). `kinds` are those that its act takes; `passed` is None for an activity
    without a grade, and only there; `score` is scaled from 0 to 1. A better earlier result is never
    taken back. What counts, and on which day, the server's clock and the newest edition decide; the
    journal keeps what the client told besides. Raises NotInOutline and WrongGrade.
    """
    now = provenance.received_at
    outline = outline_of(enrolment.course.latest_edition_id)
    activity = activity_in(outline, activity_key, kinds=kinds)
    if (passed is None) != (activity.pass_mark is None):
        raise WrongGrade(activity_key)
    project_result(enrolment, activity, passed=passed, score=score, now=now)
    reaches_completion = meets_every_condition(enrolment, outline)

    verb = {None: Verb.COMPLETED, True: Verb.PASSED, False: Verb.FAILED}[passed]
    statement = new_statement(
        enrolment,
        uuid=uuid,
        verb=verb,
        provenance=provenance,
        activity_key=activity_key,
        score=score,
    )
    statement.request_digest = request_digest
    if provenance.edition_id and is_edition_of(enrolment.course, provenance.edition_id):
        statement.edition_id = provenance.edition_id
    statement.answer = {"completed_course": True} if reaches_completion else {}
    statements = [statement]
    if reaches_completion:
        statements.append(
            new_statement(enrolment, uuid=uuid4(), verb=Verb.COMPLETED, provenance=provenance)
        )
    Statement.objects.bulk_create(statements)
    _touch(enrolment, reaches_completion=reaches_completion, now=now)
    if reaches_completion:
        course_completed.send(sender=Enrolment, enrolment=enrolment, now=now)
    return Outcome(enrolment, reaches_completion)


def project_result(
    enrolment: Enrolment,
    activity: Activity,
    *,
    passed: bool | None,
    score: float | None,
    now: datetime,
) -> None:
    """Write where the enrolment stands in the activity after a result, on the row and on the
    enrolment; what was better before stays.
    """
    before = enrolment.progress.get(activity.key)
    was_completed = bool(before and before.is_completed)
    earlier = before.score if before else None
    is_better = score is not None and (earlier is None or score > earlier)
    success = {None: "unknown", True: "passed", False: "failed"}[passed]
    if before and before.success == ActivityProgress.Success.PASSED:
        success = ActivityProgress.Success.PASSED
    is_completed = was_completed or passed is not False
    state = State.COMPLETED if is_completed else State.IN_PROGRESS
    if before and was_completed:
        completed_on = before.completed_on
    else:
        completed_on = timezone.localdate(now) if is_completed else None

    row = ActivityProgress(
        enrolment=enrolment,
        activity_key=activity.key,
        state=state,
        success=success,
        score=score if is_better else earlier,
        completed_on=completed_on,
        updated_at=now,
    )
    # A score that was read is never written back: only a better one is.
    fields = ["state", "success", "completed_on", "updated_at", *(["score"] if is_better else [])]
    ActivityProgress.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["enrolment", "activity_key"],
        update_fields=fields,
    )
    # Whether this completes the course is decided from here, in the same transaction.
    enrolment.progress[activity.key] = ProgressRow(
        activity.key, row.state, row.success, row.score, row.completed_on
    )


def meets_every_condition(enrolment: Enrolment, outline: Outline) -> bool:
    """True for an enrolment in progress that has completed everything that an outline requires."""
    completed_keys = {key for key, row in enrolment.progress.items() if row.is_completed}
    return enrolment.state == Enrolment.State.ACTIVE and is_complete(outline, completed_keys)


def _touch(enrolment: Enrolment, *, reaches_completion: bool, now: datetime) -> None:
    """Write the enrolment where it changed: the day of the last act once a day, the completion
    once.
    """
    fields, today = [], timezone.localdate(now)
    if enrolment.last_act_on != today:
        enrolment.last_act_on = today
        fields.append("last_act_on")
    if reaches_completion:
        fields += note_completion(enrolment, now)
    if fields:
        enrolment.save(update_fields=fields)


def note_completion(enrolment: Enrolment, now: datetime) -> list[str]:
    """Note the completion, unsaved, and return the fields that changed."""
    enrolment.state, enrolment.completed_at = Enrolment.State.COMPLETED, now
    # From the cache of the process: the certificate reads it, and must not ask again.
    enrolment.completed_edition = edition_of(enrolment.course.latest_edition_id)
    return ["state", "completed_at", "completed_edition"]
