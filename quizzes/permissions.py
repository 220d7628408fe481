"""Says whose attempts a person may see."""

from django.db.models import QuerySet

from accounts.models import User
from quizzes.models import Attempt


def attempts_of(user: User) -> QuerySet[Attempt]:
    """Return the person's own attempts: nobody else ever sees answers."""
    return Attempt.objects.filter(learner=user.learner_key)
