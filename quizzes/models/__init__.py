"""Holds what is tested: quiz and attempts."""

from quizzes.models.attempt import Attempt, AttemptQuerySet, ResponseEvent
from quizzes.models.quiz import QuizItemDraw, QuizPage
from quizzes.models.reopening import Reopening

__all__ = ["Attempt", "AttemptQuerySet", "QuizItemDraw", "QuizPage", "Reopening", "ResponseEvent"]
