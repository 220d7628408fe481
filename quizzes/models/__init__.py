"""Holds what is tested: bank, quiz and attempts."""

from quizzes.models.attempt import Attempt, AttemptQuerySet, ResponseEvent
from quizzes.models.bank import Bank, Question, QuestionReview, QuestionVersion
from quizzes.models.quiz import QuizItemDraw, QuizPage
from quizzes.models.reopening import Reopening

__all__ = [
    "Attempt",
    "AttemptQuerySet",
    "Bank",
    "Question",
    "QuestionReview",
    "QuestionVersion",
    "QuizItemDraw",
    "QuizPage",
    "Reopening",
    "ResponseEvent",
]
