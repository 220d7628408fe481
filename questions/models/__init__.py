"""Holds what can be asked: banks, questions with their versions, and what reviewers decided about
them.
"""

from questions.models.bank import Bank, Question, QuestionQuerySet, QuestionReview, QuestionVersion

__all__ = ["Bank", "Question", "QuestionQuerySet", "QuestionReview", "QuestionVersion"]
