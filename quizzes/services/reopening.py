"""Lets an attempt go on that a wrong clock, or a mistake, had closed."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from audit.services import record_act
from quizzes.models import Attempt, Reopening, ResponseEvent
from quizzes.timing import GRACE


class CannotBeReopened(Exception):
    """The attempt is open, waits for a mark, was passed or abandoned, its answers were deleted, or
    another one is open.
    """


def reopen_attempt(
    *, attempt_uuid: UUID, reason: str, minutes: int, actor_key: UUID, now: datetime
) -> Attempt:
    """Open a submitted attempt again with its answers; one with a deadline gets `minutes` from now.

    Answers that had come too late for the earlier deadline count now. The trail says who and when;
    the reason stays with the attempt, as it may name a person. What the submission gave stays in
    the journal: a better result takes its place. The caller has checked that the actor may do it.
    Raises ValueError without a reason, Attempt.DoesNotExist and CannotBeReopened.
    """
    if not reason.strip():
        raise ValueError("reopening needs a reason")
    try:
        with transaction.atomic():
            attempt = Attempt.objects.select_for_update(of=("self",)).get(uuid=attempt_uuid)
            if attempt.state != Attempt.State.SUBMITTED or attempt.passed or not attempt.evidence:
                raise CannotBeReopened(attempt_uuid)
            _open(attempt, reason.strip(), minutes, actor_key, now)
    except IntegrityError:
        raise CannotBeReopened(attempt_uuid) from None
    return attempt


def _open(attempt: Attempt, reason: str, minutes: int, actor_key: UUID, now: datetime) -> None:
    Reopening.objects.create(
        attempt=attempt,
        at=now,
        by_key=actor_key,
        reason=reason,
        submitted_at=attempt.submitted_at,  # type: ignore[misc] # it was submitted
        score_scaled=attempt.score_scaled,  # type: ignore[misc]
    )
    attempt.state, attempt.submitted_at, attempt.passed, attempt.evidence = (
        Attempt.State.OPEN,
        None,
        None,
        [],
    )
    attempt.score_raw = attempt.score_maximum = attempt.score_scaled = None
    if attempt.deadline_at:
        attempt.deadline_at = now + timedelta(minutes=minutes)
    attempt.save()
    in_time = Q(attempt__deadline_at=None) | Q(
        received_at__lte=(attempt.deadline_at or now) + GRACE
    )
    ResponseEvent.objects.filter(in_time, attempt=attempt.pk, counts=False).update(counts=True)
    record_act(
        actor_key=actor_key,
        action="attempt_reopened",
        object_type="attempt",
        object_key=str(attempt.uuid),
        now=now,
    )
