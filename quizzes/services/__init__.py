"""Writes attempts: one verb, one transaction."""

from quizzes.services.accommodating import (
    NeedsNoAttempt,
    NeedsNoTime,
    give_attempt,
    give_time,
)
from quizzes.services.answering import AttemptClosed, StoredAnswer, save_response
from quizzes.services.reopening import CannotBeReopened, reopen_attempt
from quizzes.services.starting import TIME_LIMIT, NoAttemptsLeft, start_attempt
from quizzes.services.submitting import abandon_open_attempts, submit_attempt

__all__ = [
    "TIME_LIMIT",
    "AttemptClosed",
    "CannotBeReopened",
    "NeedsNoAttempt",
    "NeedsNoTime",
    "NoAttemptsLeft",
    "StoredAnswer",
    "abandon_open_attempts",
    "give_attempt",
    "give_time",
    "reopen_attempt",
    "save_response",
    "start_attempt",
    "submit_attempt",
]
