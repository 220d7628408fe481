"""Says whose attempts a person may see."""

from django.db.models import QuerySet

from accounts.models import User
from quizzes.models import Attempt


def attempts_of(user: User) -> QuerySet[Attempt]:
    """Return the person's own attempts, with enrolment and progress: nobody else ever sees
    answers.
    """
    return Attempt.objects.with_enrolment().filter(learner=user.learner_key)
