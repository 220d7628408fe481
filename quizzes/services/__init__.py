"""Writes attempts: one verb, one transaction."""

from quizzes.services.accommodating import NeedsNoAttempt, give_attempt
from quizzes.services.answering import AttemptClosed, StoredAnswer, save_response
from quizzes.services.reopening import CannotBeReopened, reopen_attempt
from quizzes.services.starting import NoAttemptsLeft, start_attempt
from quizzes.services.submitting import abandon_open_attempts, submit_attempt

__all__ = [
    "AttemptClosed",
    "CannotBeReopened",
    "NeedsNoAttempt",
    "NoAttemptsLeft",
    "StoredAnswer",
    "abandon_open_attempts",
    "give_attempt",
    "reopen_attempt",
    "save_response",
    "start_attempt",
    "submit_attempt",
]
