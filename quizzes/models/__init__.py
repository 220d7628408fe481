"""Holds what is tested: quiz and attempts."""

from quizzes.models.accommodation import MOST_ATTEMPTS, MOST_MINUTES, Accommodation, MoreTime
from quizzes.models.attempt import Attempt, AttemptQuerySet, ResponseEvent
from quizzes.models.quiz import QUIZ_KINDS, QuizItemDraw, QuizPage
from quizzes.models.reopening import Reopening

__all__ = [
    "MOST_ATTEMPTS",
    "MOST_MINUTES",
    "QUIZ_KINDS",
    "Accommodation",
    "Attempt",
    "AttemptQuerySet",
    "MoreTime",
    "QuizItemDraw",
    "QuizPage",
    "Reopening",
    "ResponseEvent",
]
