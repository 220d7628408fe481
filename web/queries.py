"""Reads what error pages tell a person."""

from datetime import datetime
from uuid import UUID

from django.db.models import Max

from learning.models import Statement
from quizzes.models import ResponseEvent


def last_saved_at(learner: UUID) -> datetime | None:
    """Return when something of a learner was stored last; None when nothing ever was."""
    acts = Statement.objects.filter(learner=learner).aggregate(latest=Max("received_at"))["latest"]
    answers = ResponseEvent.objects.filter(attempt__learner=learner, counts=True).aggregate(
        latest=Max("received_at")
    )["latest"]
    return max((moment for moment in (acts, answers) if moment), default=None)
