"""Writes attempts: one verb, one transaction."""

from quizzes.services.accommodating import (
    NeedsNoAttempt,
    NeedsNoTime,
    give_attempt,
    give_time,
)
from quizzes.services.answering import AttemptClosed, Order, StoredAnswer, save_response
from quizzes.services.merging import (
    AttemptIsOpen,
    has_open_attempt,
    join_attempts,
    refuse_open_attempts,
)
from quizzes.services.reopening import CannotBeReopened, reopen_attempt
from quizzes.services.starting import TIME_LIMIT, EnrolmentChanged, NoAttemptsLeft, start_attempt
from quizzes.services.submitting import abandon_open_attempts, submit_attempt

__all__ = [
    "TIME_LIMIT",
    "AttemptClosed",
    "AttemptIsOpen",
    "CannotBeReopened",
    "EnrolmentChanged",
    "NeedsNoAttempt",
    "NeedsNoTime",
    "NoAttemptsLeft",
    "Order",
    "StoredAnswer",
    "abandon_open_attempts",
    "give_attempt",
    "give_time",
    "has_open_attempt",
    "join_attempts",
    "refuse_open_attempts",
    "reopen_attempt",
    "save_response",
    "start_attempt",
    "submit_attempt",
]
