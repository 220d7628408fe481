"""Submits attempts whose time is over, also when the device of the learner is off."""

import logging
from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import Count

from quizzes.models import Attempt
from quizzes.services import AttemptClosed, submit_attempt

logger = logging.getLogger(__name__)
# The other due jobs get their turn in between: what is left follows a minute later.
MOST_AT_ONCE = 1000


def submit_overdue_attempts(*, now: datetime) -> int:
    """Submit what counted of every attempt whose deadline and grace have passed; return how many
    this call submitted.

    Safe to run again, and beside the learner's own submission: whoever comes second finds the
    attempt submitted.
    """
    rows = (
        Attempt.objects.overdue(now).annotate(reopened=Count("reopenings")).order_by("deadline_at")
    )
    due = list(rows.values_list("uuid", "learner", "reopened")[:MOST_AT_ONCE])
    return sum(
        _submit(attempt_uuid, learner, reopening_count, now)
        for attempt_uuid, learner, reopening_count in due
    )


def overdue_act(attempt_uuid: UUID, reopened: int = 0) -> UUID:
    """Return the identifier of the submission that time makes: the same however often it is tried,
    another after each reopening.
    """
    return uuid5(attempt_uuid, f"time is over {reopened}" if reopened else "time is over")


def _submit(attempt_uuid: UUID, learner: UUID, reopened: int, now: datetime) -> bool:
    """Submit one attempt; say whether it was this call.

    A fault is logged and leaves the others alone: the next run tries again.
    """
    try:
        act = overdue_act(attempt_uuid, reopened)
        attempt = submit_attempt(
            attempt_uuid=attempt_uuid, learner=learner, uuid=act, received_at=now
        )
    except AttemptClosed:
        return False
    except Exception:
        logger.exception("Attempt %s is over and could not be submitted", attempt_uuid)
        return False
    return attempt.submitted_at == now
