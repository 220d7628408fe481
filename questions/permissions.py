"""Says who may work on the bank."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import Role, holds_role, holds_site_role
from courses.models import is_alone
from questions.models import Bank, Question, QuestionQuerySet

MAY_READ_BANK = (Role.AUTHOR, Role.REVIEWER, Role.OPERATOR)
MAY_WRITE_BANK = (Role.AUTHOR, Role.OPERATOR)
MAY_REVIEW_BANK = (Role.REVIEWER, Role.OPERATOR)


def banks_visible_to(user: User | AnonymousUser) -> QuerySet[Bank]:
    """Return the banks a person may open: every one for those who write or review questions."""
    return Bank.objects.all() if holds_site_role(user, *MAY_READ_BANK) else Bank.objects.none()


def questions_visible_to(user: User | AnonymousUser) -> QuestionQuerySet:
    """Return the questions a person may read with their keys."""
    rows = Question.objects.with_shown_state().select_related("bank", "current__norm", "approved")
    return rows if holds_site_role(user, *MAY_READ_BANK) else rows.none()


def may_review_questions(user: User | AnonymousUser) -> bool:
    """Say whether a person approves questions: reviewers, and an operator, with a reason, where
    nobody else reviews.
    """
    return holds_role(user, Role.REVIEWER) or (user.is_authenticated and is_alone(user))


def may_write_bank(user: User | AnonymousUser) -> bool:
    """Say whether a person may write questions."""
    return holds_site_role(user, *MAY_WRITE_BANK)
