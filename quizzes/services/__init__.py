"""Writes attempts: one verb, one transaction."""

from quizzes.services.answering import AttemptClosed, StoredAnswer, save_response
from quizzes.services.reopening import CannotBeReopened, reopen_attempt
from quizzes.services.starting import NoAttemptsLeft, new_attempt, start_attempt
from quizzes.services.submitting import abandon_open_attempts, close_attempt, submit_attempt

__all__ = [
    "AttemptClosed",
    "CannotBeReopened",
    "NoAttemptsLeft",
    "StoredAnswer",
    "abandon_open_attempts",
    "close_attempt",
    "new_attempt",
    "reopen_attempt",
    "save_response",
    "start_attempt",
    "submit_attempt",
]
