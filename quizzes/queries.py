"""Reads rules, attempts, answers and standings."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    OuterRef,
    PositiveSmallIntegerField,
    QuerySet,
    Subquery,
    Sum,
    UUIDField,
)

from courses.models import Body
from courses.outline import Activity
from learning.models import Enrolment
from learning.queries import LEARNER
from lib.prepared import LockedQuery, LockingQuery, Parameter, PreparedQuery
from norms.models import Norm
from questions.kinds import JSON
from questions.models import Question
from quizzes.models import Attempt, AttemptQuerySet, MoreTime, ResponseEvent
from quizzes.models.pools import pools_of
from quizzes.papers import Paper, times_seen
from quizzes.selection import is_enough
from quizzes.standing import QuizStanding


@lru_cache(maxsize=512)
def frozen_rules(body_digest: str) -> dict[str, Any]:
    """Return the rules of a quiz by the digest of its body, which names exactly this content."""
    return Body.objects.values_list("content", flat=True).get(digest=body_digest)


def rules_of(activity: Activity) -> dict[str, Any]:
    """Return the rules of a quiz of an outline."""
    return frozen_rules(activity.body)


_attempts = PreparedQuery(
    lambda: (
        Attempt.objects.filter(learner=LEARNER, quiz_key=Parameter("quiz_key", UUIDField()))
        .defer("evidence")
        .order_by("number")
    )
)


def standing_of(
    enrolment: Enrolment, quiz_key: UUID, rules: dict[str, Any], now: datetime
) -> QuizStanding:
    """Return where an enrolment stands in a quiz. One statement."""
    attempts = _attempts(learner=enrolment.learner, quiz_key=quiz_key)
    own = [attempt for attempt in attempts if attempt.enrolment_id == enrolment.pk]
    return QuizStanding(rules, own, len(attempts), now)


def minutes_given(learner: UUID, quiz_key: UUID, number: int) -> int:
    """Return how many minutes beyond the time limit somebody gave a learner for an attempt, begun
    or not. One statement, which nobody asks of a quiz without a limit.
    """
    given = MoreTime.objects.filter(learner=learner, quiz_key=quiz_key, number=number)
    return given.aggregate(total=Sum("minutes"))["total"] or 0


def standings_of(
    enrolment: Enrolment, activities: Collection[Activity], now: datetime
) -> dict[UUID, QuizStanding]:
    """Return where an enrolment stands in some quizzes, by their keys, as far as deciding whether
    they can be tried needs it. One statement.
    """
    attempts: dict[UUID, list[Attempt]] = {activity.key: [] for activity in activities}
    rows = Attempt.objects.filter(enrolment=enrolment, quiz_key__in=attempts)
    fields = ("quiz_key", "state", "passed", "started_at", "submitted_at", "opens_more")
    for attempt in rows.only(*fields).order_by("number"):
        attempts[attempt.quiz_key].append(attempt)
    return {
        activity.key: QuizStanding(
            rules_of(activity), attempts[activity.key], len(attempts[activity.key]), now
        )
        for activity in activities
    }


def standings_in(
    quizzes: Mapping[int, Collection[Activity]], now: datetime
) -> dict[tuple[int, UUID], QuizStanding]:
    """Return where several enrolments stand in some quizzes each, by enrolment and key of the quiz,
    as far as deciding whether they can be tried needs it. One statement at most.
    """
    attempts: dict[tuple[int, UUID], list[Attempt]] = {
        (enrolment, activity.key): []
        for enrolment, activities in quizzes.items()
        for activity in activities
    }
    rows = Attempt.objects.filter(enrolment__in=quizzes) if attempts else Attempt.objects.none()
    fields = ("enrolment", "quiz_key", "state", "passed", "started_at", "submitted_at")
    for attempt in rows.only(*fields, "score_scaled", "opens_more").order_by("number"):
        if (attempt.enrolment_id, attempt.quiz_key) in attempts:
            attempts[attempt.enrolment_id, attempt.quiz_key].append(attempt)
    return {
        (enrolment, activity.key): QuizStanding(
            rules_of(activity),
            attempts[enrolment, activity.key],
            len(attempts[enrolment, activity.key]),
            now,
        )
        for enrolment, activities in quizzes.items()
        for activity in activities
    }


def has_other_paper(standing: QuizStanding) -> bool:
    """Say whether the banks hold a whole paper of questions that no attempt has asked yet.

    One statement.
    """
    draws = standing.rules.get("draws", [])
    seen = times_seen(standing.attempts)
    pools, _approvals = pools_of(draws)
    fresh = [[question for question in pool if question not in seen] for pool in pools]
    counts = [draw["count"] for draw in draws]
    return bool(draws) and is_enough(list(zip(fresh, counts, strict=True)))


_enrolment = PreparedQuery(
    lambda: (
        Enrolment.objects.filter(pk=Parameter("pk", BigIntegerField()))
        .with_progress()
        .select_related("course")
    )
)


def enrolment_of(attempt: Attempt) -> Enrolment:
    """Return the enrolment of an attempt, with its course and progress. One statement."""
    return _enrolment(pk=attempt.enrolment_id)[0]


def _events_that_count() -> QuerySet[ResponseEvent]:
    rows = ResponseEvent.objects.filter(attempt=Parameter("attempt", BigIntegerField()))
    return rows.filter(counts=True).order_by("sequence", "id")


_events = PreparedQuery(_events_that_count)
_responses = PreparedQuery(lambda: _events_that_count().only("slot", "response"))


def current_events(attempt: Attempt) -> dict[int, ResponseEvent]:
    """Return the current response of each slot: of the events that count the last by sequence of
    its device, then by arrival. One statement.
    """
    return {event.slot: event for event in _events(attempt=attempt.pk)}


def current_responses(attempt: Attempt) -> dict[int, JSON]:
    """Return what is answered in each slot now: of the current events what a score needs. One
    statement.
    """
    return {event.slot: event.response for event in _responses(attempt=attempt.pk)}


def approvals_of(paper: Paper) -> dict[int, int]:
    """Return the approved version of today of each question of a paper that still has one. One
    statement.
    """
    questions = {f"question_{place}": entry["question"] for place, entry in enumerate(paper)}
    rows = _approvals(len(paper))(**questions) if paper else []
    return {row.pk: row.approved_id for row in rows if row.approved_id}


@cache
def _approvals(count: int) -> PreparedQuery[Question]:
    """Return the read for papers of so many questions: a place for each."""
    field = BigIntegerField()
    # The stubs know only values in the place of keys.
    keys: list[Any] = [Parameter(f"question_{place}", field) for place in range(count)]
    rows = Question.objects.filter(pk__in=keys, approved__isnull=False)
    return PreparedQuery(lambda: rows.only("approved"))


def norms_in(evidence: list[dict[str, Any]]) -> dict[str, Norm]:
    """Return the norms that back the items of an attempt, in their state of today. One
    statement.
    """
    return Norm.objects.in_bulk({row["norm"] for row in evidence} - {""})


def _own_attempt() -> AttemptQuerySet:
    return Attempt.objects.filter(uuid=Parameter("uuid", UUIDField()), learner=LEARNER)


def _latest_sequence() -> Subquery:
    rows = ResponseEvent.objects.filter(
        attempt=OuterRef("pk"), slot=Parameter("slot", PositiveSmallIntegerField()), counts=True
    )
    return Subquery(rows.order_by("-sequence", "-id").values("sequence")[:1])


_to_answer = LockedQuery(
    _own_attempt,
    lambda: _own_attempt().defer("evidence").annotate(latest_sequence=_latest_sequence()),
)


# The enrolment first, in the order of a withdrawal: two acts that hold what the other wants would
# end in a deadlock.
_to_submit = LockingQuery(
    lambda: _own_attempt().select_related("enrolment").select_for_update(of=("enrolment", "self"))
)


def lock_to_answer(uuid: UUID, learner: UUID, slot: int) -> tuple[Attempt, int | None]:
    """Lock and return a learner's attempt, with the sequence of the current response of one slot:
    who was overtaken meanwhile is told.

    Raises Attempt.DoesNotExist.
    """
    attempt = _to_answer.first(uuid=uuid, learner=learner, slot=slot)
    if attempt is None:
        raise Attempt.DoesNotExist
    return attempt, attempt.latest_sequence  # type: ignore[attr-defined] # annotated


def lock_to_submit(uuid: UUID, learner: UUID) -> tuple[Attempt, Enrolment]:
    """Lock the enrolment and then the attempt of a learner; return both, the enrolment with course
    and progress as they are once it is locked. Two statements.

    Raises Attempt.DoesNotExist.
    """
    attempt = _to_submit.first(uuid=uuid, learner=learner)
    if attempt is None:
        raise Attempt.DoesNotExist
    return attempt, enrolment_of(attempt)


def event_sent_as(attempt_uuid: UUID, uuid: UUID) -> ResponseEvent | None:
    """Return the event of an attempt that carries the identifier of its client, or None."""
    rows = ResponseEvent.objects.select_related("attempt").defer("attempt__evidence")
    return rows.filter(attempt__uuid=attempt_uuid, uuid=uuid).first()


def is_current_among(attempt: Attempt, slot: int, uuids: Collection[UUID]) -> bool:
    """Say whether the current response of a slot carries one of these identifiers."""
    rows = ResponseEvent.objects.filter(attempt=attempt, slot=slot, counts=True)
    return rows.order_by("-sequence", "-id").values_list("uuid", flat=True).first() in uuids


def is_overtaken(event: ResponseEvent) -> bool:
    """Say whether an event that came before this one is later by the order of its device."""
    rows = ResponseEvent.objects.filter(attempt=event.attempt_id, slot=event.slot, counts=True)
    return rows.filter(pk__lt=event.pk, sequence__gt=event.sequence).exists()


def has_attempts(quiz_keys: Collection[UUID], besides: Collection[UUID] = ()) -> bool:
    """Say whether anyone besides some learners began one of these quizzes."""
    return Attempt.objects.filter(quiz_key__in=quiz_keys).exclude(learner__in=besides).exists()
