"""Lets a learner submit, an answer arrive and the due job find the time over, all at the same
instant of one clock.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

from django.db import connections
from django.utils import timezone

from learning.models import Statement
from learning.services import Provenance
from questions.kinds.choices.read import response_with
from quizzes.models import Attempt
from quizzes.overdue import overdue_act, submit_overdue_attempts
from quizzes.services import AttemptClosed, Order, save_response, submit_attempt
from quizzes.timing import GRACE, SETTLING

APART = timedelta(minutes=10)  # so that the job finds one attempt over at a time
SLOT, SEQUENCE = 1, 1000
PATIENCE = 120  # seconds that the others wait at the barrier


def race(attempts: list[str]) -> dict[str, int]:
    """Race over every attempt; return what went wrong, by its name, how many the job submitted, and
    how many answers counted.
    """
    start = timezone.now()
    rows = sorted(Attempt.objects.filter(uuid__in=attempts), key=lambda attempt: attempt.pk)
    for number, attempt in enumerate(rows, start=1):
        attempt.deadline_at = start + APART * number
    Attempt.objects.bulk_update(rows, ["deadline_at"], batch_size=500)
    barrier = Barrier(3)
    with ThreadPoolExecutor(3) as threads:
        parties = [
            threads.submit(take_part, act, rows, barrier) for act in (submit, expire, answer)
        ]
        scores, _counts, choices = (party.result() for party in parties)
    return settle(rows, scores, choices)


def take_part(
    act: Callable[[Attempt, datetime], Any], attempts: list[Attempt], barrier: Barrier
) -> list[Any]:
    """Act on every attempt at the moment when its time is over for good, together with the
    others.
    """
    outcomes = []
    try:
        for attempt in attempts:
            barrier.wait(PATIENCE)
            outcomes.append(
                act(attempt, attempt.deadline_at + GRACE + SETTLING + timedelta(seconds=1))
            )
    except BaseException:
        barrier.abort()  # the others must not wait for who fails
        raise
    finally:
        connections.close_all()
    return outcomes


def submit(attempt: Attempt, now: datetime) -> float | None:
    """Submit as the learner; return the score that they are told."""
    return submit_attempt(
        attempt_uuid=attempt.uuid, learner=attempt.learner, uuid=uuid4(), received_at=now
    ).score_scaled


def expire(attempt: Attempt, now: datetime) -> int:
    """Run the due job; return how many attempts it submitted."""
    return submit_overdue_attempts(now=now)


def answer(attempt: Attempt, now: datetime) -> list[int] | None:
    """Store an answer that reached the server in time and waited; return it when it was told to
    count.
    """
    choice = [attempt.pk % 4]
    facts = {
        "slot": SLOT,
        "order": Order(SEQUENCE),
        "is_marked": False,
        "provenance": Provenance(attempt.deadline_at),
    }
    facts["answer"] = lambda _kind: response_with(choice)
    try:
        outcome = save_response(
            attempt_uuid=attempt.uuid, learner=attempt.learner, uuid=uuid4(), **facts
        )
    except AttemptClosed:
        return None
    return choice if outcome.counts else None


def settle(
    rows: list[Attempt], submitted: list[float | None], answered: list[list[int] | None]
) -> dict[str, int]:
    """Compare what everybody was told with what is stored."""
    by_key = {
        attempt.pk: attempt
        for attempt in Attempt.objects.filter(pk__in=[attempt.pk for attempt in rows])
    }
    results = [
        Statement.objects.filter(
            enrolment=attempt.enrolment_id, activity_key=attempt.quiz_key
        ).count()
        for attempt in by_key.values()
    ]
    final = [by_key[attempt.pk] for attempt in rows]
    stored_choices = [
        attempt.evidence and attempt.evidence[SLOT - 1]["response"]["chosen"] for attempt in final
    ]
    return {
        "open": sum(attempt.state != Attempt.State.SUBMITTED for attempt in final),
        "results": sum(count != 1 for count in results),
        "scores": sum(
            attempt.score_scaled != score for attempt, score in zip(final, submitted, strict=True)
        ),
        "dropped": sum(
            choice is not None and choice != stored_choice
            for choice, stored_choice in zip(answered, stored_choices, strict=True)
        ),
        "by_time": Statement.objects.filter(
            uuid__in=[overdue_act(attempt.uuid) for attempt in rows]
        ).count(),
        "counted": sum(choice is not None for choice in answered),
    }
