"""Deletes what has had its time: ended sessions, old recovery codes, letters that went out,
requests that came to nothing.
"""

from datetime import datetime

from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from accounts.models import RecoveryCode, Session
from privacy.models import ErasureRequest


def forget_ended_sessions(before: datetime) -> int:
    """Delete the sessions that ended before a moment; return how many."""
    return Session.objects.filter(expire_date__lt=before).delete()[0]


def forget_recovery_codes(before: datetime) -> int:
    """Delete the codes that expired before a moment, used or not; return how many."""
    return RecoveryCode.objects.filter(expires_at__lt=before).delete()[0]


def forget_letters(before: datetime) -> int:
    """Delete the notes of tasks that ended before a moment, or were queued before it and never
    ended; return how many.

    Those of letters name their person, also when the worker was killed over them.
    """
    is_over = Q(finished_at__lt=before) | Q(finished_at=None, enqueued_at__lt=before)
    return DBTaskResult.objects.filter(is_over).delete()[0]


def forget_decided_requests(before: datetime) -> int:
    """Delete requests for erasure that came to nothing; those carried out are the erasure list, and
    stay. Return how many.
    """
    came_to_nothing = [ErasureRequest.State.WITHDRAWN, ErasureRequest.State.DECLINED]
    return ErasureRequest.objects.filter(state__in=came_to_nothing, decided_at__lt=before).delete()[
        0
    ]
