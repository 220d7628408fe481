"""Serves the learner's quiz: before, question, review, result."""

from quizzes.views.before import quiz
from quizzes.views.questions import question, resume
from quizzes.views.results import result
from quizzes.views.submission import review

__all__ = ["question", "quiz", "result", "resume", "review"]
