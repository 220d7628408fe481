"""Writes attempts: one verb, one transaction."""

from quizzes.services.attempts import (
    AttemptClosed,
    NoAttemptsLeft,
    Saved,
    abandon_open_attempts,
    close_attempt,
    make_paper,
    new_attempt,
    save_response,
    start_attempt,
    submit_attempt,
)
from quizzes.services.reopening import CannotBeReopened, reopen_attempt

__all__ = [
    "AttemptClosed",
    "CannotBeReopened",
    "NoAttemptsLeft",
    "Saved",
    "abandon_open_attempts",
    "close_attempt",
    "make_paper",
    "new_attempt",
    "reopen_attempt",
    "save_response",
    "start_attempt",
    "submit_attempt",
]
