"""Reads who asked to be erased."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from lib.terms import Term, late_before, term_of
from privacy.models import ErasureRequest

# What this site promises to who asks. The term of the law is for counsel to confirm.
ANSWER_DAYS = 10


def last_erasure_request(user: User) -> ErasureRequest | None:
    """Return the last time the person asked to be erased, or None."""
    return (
        ErasureRequest.objects.filter(learner=user.learner_key).order_by("-asked_at", "-pk").first()
    )


@dataclass(frozen=True)
class WaitingErasure:
    """One request that an operator must decide, with the person who asked."""

    request: ErasureRequest
    person: User | None
    term: Term


def waiting_erasures() -> QuerySet[ErasureRequest]:
    """Return the requests that nobody decided yet."""
    return ErasureRequest.objects.filter(state=ErasureRequest.State.PENDING)


def waits_for_erasure(*learners: UUID) -> bool:
    """Say whether one of some people asked to be erased and nobody decided yet. One statement."""
    return waiting_erasures().filter(learner__in=learners).exists()


def erasures_late_before(now: datetime) -> datetime:
    """Return the moment before which a request that still waits is late."""
    return late_before(ANSWER_DAYS, now)


def erasure_requests_to_decide(now: datetime) -> list[WaitingErasure]:
    """Return the requests that wait, the oldest and so the latest first. Two statements."""
    waiting = list(waiting_erasures())
    people = {
        person.learner_key: person
        for person in User.objects.filter(learner_key__in=[row.learner for row in waiting])
    }
    return [
        WaitingErasure(row, people.get(row.learner), term_of(row.asked_at, ANSWER_DAYS, now))
        for row in waiting
    ]
