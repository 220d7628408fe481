"""Writes attempts and questions: one verb, one transaction."""

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
from quizzes.services.bank import (
    OwnQuestion,
    StaleVersion,
    add_bank,
    content_of,
    decision_made,
    review_question,
    save_question,
    set_question_state,
    writers_of,
)
from quizzes.services.reopening import CannotBeReopened, reopen_attempt

__all__ = [
    "AttemptClosed",
    "CannotBeReopened",
    "NoAttemptsLeft",
    "OwnQuestion",
    "Saved",
    "StaleVersion",
    "abandon_open_attempts",
    "add_bank",
    "close_attempt",
    "content_of",
    "decision_made",
    "make_paper",
    "new_attempt",
    "reopen_attempt",
    "review_question",
    "save_question",
    "save_response",
    "set_question_state",
    "start_attempt",
    "submit_attempt",
    "writers_of",
]
