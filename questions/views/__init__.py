"""Serves the question bank to those who write and review questions: inside the editor, but neither
pages nor snippets.
"""

from questions.views.banks import banks, new_bank, rename
from questions.views.questions import (
    edit_question,
    new_question,
    question,
    questions,
    review,
    send_again,
    set_state,
)

__all__ = [
    "banks",
    "edit_question",
    "new_bank",
    "new_question",
    "question",
    "questions",
    "rename",
    "review",
    "send_again",
    "set_state",
]
