"""Takes answers away and leaves scores: after an erasure, and when their time is over."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from quizzes.models import Attempt, ResponseEvent


def forget_answers(attempts: QuerySet[Attempt]) -> int:
    """Delete what was answered in these attempts and close those left open; return how many
    attempts. Scores and journal stay.

    An attempt that was submitted and has no evidence is one whose answers were taken away.
    """
    with transaction.atomic():
        found = list(attempts.values_list("pk", flat=True))
        ResponseEvent.objects.filter(attempt__in=found).delete()
        Attempt.objects.filter(pk__in=found, state=Attempt.State.OPEN).update(
            state=Attempt.State.ABANDONED
        )
        Attempt.objects.filter(pk__in=found).update(evidence=[])
    return len(found)


def forget_answers_before(moment: datetime) -> int:
    """Delete the answers of attempts that were submitted before `moment`; return how many attempts
    had some.
    """
    return forget_answers(Attempt.objects.filter(submitted_at__lt=moment).exclude(evidence=[]))
