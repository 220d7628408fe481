"""Takes answers away and leaves scores: after an erasure, and when their time is over."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from quizzes.models import Attempt, ResponseEvent


def forget_answers(attempts: QuerySet[Attempt]) -> int:
    """Delete what was answered in these attempts and close those left open; return how many
    attempts. Scores and journal stay.

    An attempt that was submitted and has no evidence is one whose answers were taken away. One that
    waited for a person's mark is closed without a score: nothing is left to mark.
    """
    states = (Attempt.State.OPEN, Attempt.State.MARKING)
    with transaction.atomic():
        keys = list(attempts.values_list("pk", flat=True))
        ResponseEvent.objects.filter(attempt__in=keys).delete()
        rows = Attempt.objects.filter(pk__in=keys)
        rows.filter(state__in=states).update(state=Attempt.State.ABANDONED)
        rows.update(evidence=[])
    return len(keys)


def forget_answers_before(moment: datetime) -> int:
    """Delete the answers of attempts that were submitted before `moment`; return how many attempts
    had some.
    """
    return forget_answers(Attempt.objects.filter(submitted_at__lt=moment).exclude(evidence=[]))
