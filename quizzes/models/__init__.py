"""Holds what is tested: quiz and attempts."""

from quizzes.models.accommodation import Accommodation
from quizzes.models.attempt import Attempt, AttemptQuerySet, ResponseEvent
from quizzes.models.quiz import QUIZ_KINDS, QuizItemDraw, QuizPage
from quizzes.models.reopening import Reopening

__all__ = [
    "QUIZ_KINDS",
    "Accommodation",
    "Attempt",
    "AttemptQuerySet",
    "QuizItemDraw",
    "QuizPage",
    "Reopening",
    "ResponseEvent",
]
