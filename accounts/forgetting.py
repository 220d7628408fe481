"""Deletes what has had its time: ended sessions, old recovery codes, letters that went out, requests that came to nothing."""

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django_tasks_db.models import DBTaskResult

from accounts.models import ErasureRequest, RecoveryCode, User


def forget_ended_sessions(before: datetime) -> int:
    """Delete the sessions that ended before a moment; return how many."""
    return Session.objects.filter(expire_date__lt=before).delete()[0]


def end_sessions_of(user: User, *, but: str = "") -> int:
    """Delete the sessions of a person, wherever they signed in, but for one; return how many. Who they are of stands inside each."""
    live = Session.objects.exclude(session_key=but).iterator()
    ended = [row.pk for row in live if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    return Session.objects.filter(pk__in=ended).delete()[0]


def forget_recovery_codes(before: datetime) -> int:
    """Delete the codes that expired before a moment, used or not; return how many."""
    return RecoveryCode.objects.filter(expires_at__lt=before).delete()[0]


def forget_letters(before: datetime) -> int:
    """Delete the notes of tasks that ended before a moment: those of letters name their person; return how many."""
    return DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()[0]


def forget_decided_requests(before: datetime) -> int:
    """Delete requests for erasure that came to nothing; those carried out are the erasure list, and stay. Return how many."""
    came_to_nothing = [ErasureRequest.State.WITHDRAWN, ErasureRequest.State.DECLINED]
    return ErasureRequest.objects.filter(state__in=came_to_nothing, decided_at__lt=before).delete()[0]
