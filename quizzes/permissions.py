"""Says whose attempts a person may see."""

from uuid import UUID

from django.db.models import UUIDField

from accounts.models import User
from learning.queries import LEARNER
from lib.prepared import Parameter, PreparedQuery
from quizzes.models import Attempt

_own_attempt = PreparedQuery(
    lambda: Attempt.objects.filter(uuid=Parameter("uuid", UUIDField()), learner=LEARNER)
)


def attempt_of(user: User, uuid: UUID) -> Attempt | None:
    """Return one of the person's own attempts, or None: nobody else ever sees answers.

    One statement.
    """
    return _own_attempt.first(uuid=uuid, learner=user.learner_key)
