"""Enrols learners, records results and completes courses: every act is one transaction and may be
sent twice.
"""

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField
from django.utils import timezone

from accounts.models import Membership, User
from accounts.services import hold_person
from courses.editions import edition_of, outline_of
from courses.models import CourseHead, Edition, LessonPage
from courses.outline import Activity, Outline
from learning.completion import is_complete, reaches
from learning.models import ActivityProgress, Enrolment, EnrolmentQuerySet, ProgressRow, Statement
from learning.permissions import enrolments_of, enrolments_with
from learning.queries import LEARNER, SLUG, may_be_studied
from learning.signals import course_completed, enrolment_withdrawn, learner_enrolled
from lib.prepared import LockedQuery, Parameter
from lib.write_limit import write_transaction

Verb = Statement.Verb
# What "I have read it" may be said of.
READ_KINDS = frozenset({LessonPage.kind})


class ConflictingRepeat(Exception):
    """The same identifier came again with another content: nothing was stored."""


class NotInOutline(Exception):
    """The newest edition of the course has no such activity, or it is of a kind that the act does
    not take.
    """


class WrongGrade(ValueError):
    """An activity with a pass mark was to be finished without a grade, or one without a pass mark
    with one.
    """


@dataclass(frozen=True)
class Provenance:
    """Where an act comes from: when the server received it, when it happened as its client tells
    it, which edition was read.

    Rules ask the server's clock and the newest edition; the journal keeps the rest. What says
    nothing happened when it was received, in the newest edition; nothing happens after it was
    received.
    """

    received_at: datetime
    told_at: datetime | None = None
    edition_id: int | None = None

    @property
    def occurred_at(self) -> datetime:
        """When it happened."""
        return min(self.told_at or self.received_at, self.received_at)


@dataclass(frozen=True)
class Outcome:
    """What one act led to. `is_repeat` says that it had been recorded before."""

    enrolment: Enrolment
    completed_course: bool = False
    is_repeat: bool = False


def digest_of(sent: dict[str, Any]) -> str:
    """Return the SHA-256 (hex) of what a client sent, to recognise a repeat with other content."""
    return hashlib.sha256(json.dumps(sent, sort_keys=True, default=str).encode()).hexdigest()


def enrol_learner(
    *,
    user: User,
    course: CourseHead,
    received_at: datetime,
    occurred_at: datetime | None = None,
    uuid: UUID | None = None,
) -> Enrolment:
    """Join a person to an open course, or return the enrolment that is already there."""
    provenance = Provenance(received_at, occurred_at)
    try:
        with write_transaction():
            return _enrol(user=user, course=course, provenance=provenance, uuid=uuid or uuid4())
    except IntegrityError:
        # Two tabs at once: the database let one through; the other gets the same answer.
        return Enrolment.objects.exclude(state=Enrolment.State.WITHDRAWN).get(
            learner=user.learner_key, course=course
        )


def _enrol(*, user: User, course: CourseHead, provenance: Provenance, uuid: UUID) -> Enrolment:
    now = provenance.received_at
    # Who moves in the same moment takes this enrolment along, or had moved before.
    hold_person(user)
    place = (
        Membership.objects.filter(user=user, ended_on=None).select_related("organisation").first()
    )
    enrolment = Enrolment.objects.create(
        learner=user.learner_key,
        course=course,
        enrolled_at=now,
        last_act_on=timezone.localdate(now),
        organisation=place.organisation if place else None,
        district_code=place.organisation.district_id if place else "",
    )
    _statement(enrolment, uuid=uuid, verb=Verb.ENROLLED, provenance=provenance).save(
        force_insert=True
    )
    learner_enrolled.send(sender=Enrolment, enrolment=enrolment, now=now)
    return enrolment


def withdraw_enrolment(*, enrolment: Enrolment, now: datetime, uuid: UUID | None = None) -> None:
    """Take a learner out of a course; what was done stays in the journal."""
    with write_transaction():
        locked = (
            Enrolment.objects.select_for_update(of=("self",))
            .select_related("course")
            .get(pk=enrolment.pk)
        )
        if locked.state != Enrolment.State.ACTIVE:
            return
        locked.state = Enrolment.State.WITHDRAWN
        locked.save(update_fields=["state"])
        _statement(
            locked, uuid=uuid or uuid4(), verb=Verb.WITHDRAWN, provenance=Provenance(now)
        ).save(force_insert=True)
        enrolment_withdrawn.send(sender=Enrolment, enrolment=locked, now=now)


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


def idempotently(
    *, learner: UUID, uuid: UUID, request_digest: str, act: Callable[[], Outcome]
) -> Outcome:
    """Run `act` in one transaction; when its identifier is already in the journal, answer as the
    first time.

    Raises ConflictingRepeat when the identifier was used for another content.
    """
    try:
        with write_transaction():
            return act()
    except IntegrityError:
        earlier = (
            Statement.objects.filter(learner=learner, uuid=uuid)
            .select_related("enrolment__course")
            .first()
        )
        if earlier is None:
            raise
        if earlier.request_digest != request_digest:
            raise ConflictingRepeat from None
        return Outcome(
            earlier.enrolment, earlier.answer.get("completed_course", False), is_repeat=True
        )


def lock_enrolment(enrolment_id: int, learner: UUID) -> Enrolment:
    """Lock and return a learner's enrolment with course and progress.

    Raises Enrolment.DoesNotExist when it is another learner's or was withdrawn.
    """
    return _locked(_by_key, pk=enrolment_id, learner=learner)


def _locked(which: LockedQuery[Enrolment], **values: Any) -> Enrolment:
    found = which.first(**values)
    if found is None:
        raise Enrolment.DoesNotExist
    return found


def _held(**which: Any) -> LockedQuery[Enrolment]:
    """Return the read of an enrolment with course and progress, for whoever is about to change
    it.
    """

    def rows() -> EnrolmentQuerySet:
        return enrolments_with(LEARNER).filter(**which)

    return LockedQuery(rows, lambda: rows().with_progress().select_related("course"))


_by_key = _held(pk=Parameter("pk", BigIntegerField()))
_by_slug = _held(course__slug=SLUG, course__is_open=True)


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
    _refresh_projection(enrolment, activity, passed=passed, score=score, now=now)
    reaches_completion = _reaches_completion(enrolment, outline)

    verb = {None: Verb.COMPLETED, True: Verb.PASSED, False: Verb.FAILED}[passed]
    statement = _statement(
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
            _statement(enrolment, uuid=uuid4(), verb=Verb.COMPLETED, provenance=provenance)
        )
    Statement.objects.bulk_create(statements)
    _touch(enrolment, reaches_completion=reaches_completion, now=now)
    if reaches_completion:
        course_completed.send(sender=Enrolment, enrolment=enrolment, now=now)
    return Outcome(enrolment, reaches_completion)


def is_edition_of(course: CourseHead, edition_id: int) -> bool:
    """True for an edition of that course: a client may say anything.

    No statement for the newest.
    """
    return (
        edition_id == course.latest_edition_id
        or Edition.objects.filter(pk=edition_id, course=course).exists()
    )


def _reaches_completion(enrolment: Enrolment, outline: Outline) -> bool:
    completed = {key for key, row in enrolment.progress.items() if row.is_completed}
    return enrolment.state == Enrolment.State.ACTIVE and is_complete(outline, completed)


def settle_enrolment(*, enrolment_id: int, learner: UUID, now: datetime) -> bool:
    """Record what the newest edition made true of an enrolment in progress without an act of the
    learner; say whether it is complete.

    A quiz is passed by a score that reaches a pass mark lowered since; a course is completed, and
    certified, by whoever meets every condition that is left. Nothing is ever taken away. Raises
    Enrolment.DoesNotExist.
    """
    with transaction.atomic():
        enrolment = lock_enrolment(enrolment_id, learner)
        if enrolment.state != Enrolment.State.ACTIVE:
            return enrolment.state == Enrolment.State.COMPLETED
        outline, edition_id = (
            outline_of(enrolment.course.latest_edition_id),
            enrolment.course.latest_edition_id,
        )
        statements = []
        for activity in outline.activities:
            row = enrolment.progress.get(activity.key)
            if row and not row.is_completed and reaches(row.score, activity.pass_mark):
                _refresh_projection(enrolment, activity, passed=True, score=row.score, now=now)
                uuid = uuid5(enrolment.uuid, f"{edition_id} {activity.key}")
                statements.append(
                    _statement(
                        enrolment,
                        uuid=uuid,
                        verb=Verb.PASSED,
                        provenance=Provenance(now),
                        activity_key=activity.key,
                        score=row.score,
                    )
                )
        is_over = _reaches_completion(enrolment, outline)
        if is_over:
            statements.append(
                _statement(
                    enrolment,
                    uuid=uuid5(enrolment.uuid, f"{edition_id}"),
                    verb=Verb.COMPLETED,
                    provenance=Provenance(now),
                )
            )
        Statement.objects.bulk_create(statements)
        if is_over:
            enrolment.save(update_fields=_complete(enrolment, now))
            course_completed.send(sender=Enrolment, enrolment=enrolment, now=now)
    return is_over


def _refresh_projection(
    enrolment: Enrolment,
    activity: Activity,
    *,
    passed: bool | None,
    score: float | None,
    now: datetime,
) -> None:
    before = enrolment.progress.get(activity.key)
    was_completed = bool(before and before.is_completed)
    earlier = before.score if before else None
    is_better = score is not None and (earlier is None or score > earlier)
    success = {None: "unknown", True: "passed", False: "failed"}[passed]
    if before and before.success == ActivityProgress.Success.PASSED:
        success = ActivityProgress.Success.PASSED
    is_completed = was_completed or passed is not False
    if before and was_completed:
        completed_on = before.completed_on
    else:
        completed_on = timezone.localdate(now) if is_completed else None
    row = ActivityProgress(
        enrolment=enrolment,
        activity_key=activity.key,
        state=ActivityProgress.State.COMPLETED
        if is_completed
        else ActivityProgress.State.IN_PROGRESS,
        success=success,
        score=score if is_better else earlier,
        completed_on=completed_on,
        updated_at=now,
    )
    ActivityProgress.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["enrolment", "activity_key"],
        # What was read is never written back: only a better score is.
        update_fields=[
            "state",
            "success",
            "completed_on",
            "updated_at",
            *(["score"] if is_better else []),
        ],
    )
    # The certificate copies the scores from here in the same transaction.
    enrolment.progress[activity.key] = ProgressRow(
        activity.key, row.state, row.success, row.score, row.completed_on
    )


def _touch(enrolment: Enrolment, *, reaches_completion: bool, now: datetime) -> None:
    """Write the enrolment where it changed: the day of the last act once a day, the completion
    once.
    """
    changed, today = [], timezone.localdate(now)
    if enrolment.last_act_on != today:
        enrolment.last_act_on = today
        changed.append("last_act_on")
    if reaches_completion:
        changed += _complete(enrolment, now)
    if changed:
        enrolment.save(update_fields=changed)


def _complete(enrolment: Enrolment, now: datetime) -> list[str]:
    """Note the completion, unsaved, and return the fields that changed."""
    enrolment.state, enrolment.completed_at = Enrolment.State.COMPLETED, now
    # From the cache of the process: the certificate reads it, and must not ask again.
    enrolment.completed_edition = edition_of(enrolment.course.latest_edition_id)
    return ["state", "completed_at", "completed_edition"]


def _statement(
    enrolment: Enrolment,
    *,
    uuid: UUID,
    verb: str,
    provenance: Provenance,
    activity_key: UUID | None = None,
    score: float | None = None,
) -> Statement:
    return Statement(
        uuid=uuid,
        learner=enrolment.learner,
        enrolment=enrolment,
        verb=verb,
        course_key=enrolment.course.key,
        activity_key=activity_key,
        edition_id=enrolment.course.latest_edition_id,
        # type: ignore[misc] # a course with enrolments has an edition
        score=score,
        occurred_at=provenance.occurred_at,
        received_at=provenance.received_at,
        organisation_id=enrolment.organisation_id,
        district_code=enrolment.district_code,
    )


def move_bookmark(*, user: User, enrolment_uuid: UUID, activity_key: UUID, now: datetime) -> None:
    """Remember where a learner is reading, in an activity of any kind.

    Not a statement: it proves nothing.

    Raises Enrolment.DoesNotExist for an enrolment that is not theirs, or in a course that is not
    open, and NotInOutline.
    """
    rows = enrolments_of(user).filter(uuid=enrolment_uuid)
    enrolment = rows.filter(course__is_open=True).select_related("course").get()
    open_activity(enrolment.course, activity_key, now=now)
    rows.update(bookmark=activity_key)
