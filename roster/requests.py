"""Takes what learners ask for, and answers it: once, with a reason, by who may act on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from accounts.corrections import Why
from accounts.models import User
from accounts.permissions import may_act_on
from accounts.services import BeyondTheCeiling, hold_person, record_act_on
from courses.editions import outline_of
from learning.models import Enrolment
from quizzes.services import NeedsNoAttempt, NeedsNoTime, give_attempt, give_time
from roster.models import Request
from roster.queries import RequiredQuiz, stuck_quizzes, timed_quizzes

State = Request.State


class AlreadyAsked(Exception):
    """The same is asked for already and waits for its answer."""


class AlreadyDecided(Exception):
    """Somebody else decided meanwhile, or it was withdrawn or erased."""


@dataclass(frozen=True)
class Given:
    """What whoever grants something of a quiz gives: of these what was asked for."""

    attempts: int = 1
    minutes: int = 0


ONE_ATTEMPT = Given()


@dataclass(frozen=True)
class Asked:
    """A request with who asks, and the quiz that it is about («» for none)."""

    request: Request
    person: User | None
    about: str


def ask(
    *,
    person: User,
    kind: str,
    words: str,
    uuid: UUID,
    now: datetime,
    quiz: RequiredQuiz | None = None,
) -> Request:
    """Return a stored request; sent twice by its identifier, it is one.

    Raises AlreadyAsked while the same waits for its answer.
    """
    cause = {"enrolment": quiz and quiz.enrolment.uuid, "quiz": quiz and quiz.key}
    facts = {"learner": person.learner_key, "kind": kind, **cause}
    with transaction.atomic():
        hold_person(person)
        known = Request.objects.filter(uuid=uuid).first()
        if known and known.learner == person.learner_key and known.words == words:
            return known
        if Request.objects.filter(state=State.PENDING, **facts).exists():
            raise AlreadyAsked
        return Request.objects.create(
            uuid=uuid4() if known else uuid, words=words, asked_at=now, **facts
        )


def waiting_request_of(enrolment: Enrolment, *, kind: str, quiz: UUID) -> Request | None:
    """Return what a learner asked for of a quiz and waits for, or None. One statement."""
    of_quiz = {"kind": kind, "enrolment": enrolment.uuid, "quiz": quiz}
    waiting = Request.objects.filter(learner=enrolment.learner, state=State.PENDING, **of_quiz)
    return waiting.first()


def withdraw(*, person: User, uuid: UUID, now: datetime) -> bool:
    """Take back what a person asked for; False when it waits no more, or is not theirs."""
    waiting = Request.objects.filter(learner=person.learner_key, uuid=uuid, state=State.PENDING)
    return bool(waiting.update(state=State.WITHDRAWN, decided_at=now))


def decide(
    *,
    request: Request,
    person: User,
    decision: str,
    reason: str,
    actor: User,
    now: datetime,
    given: Given = ONE_ATTEMPT,
) -> None:
    """Grant or decline what a person asked for; attempts or minutes are given in the same
    transaction.

    The same decision of the same person sent again changes nothing. Raises AlreadyDecided,
    BeyondTheCeiling, NeedsNoAttempt for who may try or has passed, NeedsNoTime, and as
    `give_attempt` and `give_time` do.
    """
    with transaction.atomic():
        hold_person(person)
        held = Request.objects.select_for_update().filter(pk=request.pk).first()
        if held is None or not held.is_pending:
            if held and (held.state, held.decided_by_key) == (decision, actor.learner_key):
                return
            raise AlreadyDecided
        if not may_act_on(actor, person):
            raise BeyondTheCeiling("request")
        if decision == State.GRANTED:
            _give(held, person, given, Why(actor, reason, uuid4()), now)
        held.state, held.reason = decision, reason
        held.decided_by_key, held.decided_at = actor.learner_key, now
        held.save(update_fields=["state", "reason", "decided_by_key", "decided_at"])
        record_act_on(person, f"request_{decision}", now, {"request": str(held.uuid)}, actor=actor)


def _give(request: Request, person: User, given: Given, why: Why, now: datetime) -> None:
    """Give what a granted request asks for, where that is something of a quiz."""
    if request.kind == Request.Kind.ATTEMPT:
        quiz = _quiz_of(request, stuck_quizzes(person, now))
        if quiz is None:
            raise NeedsNoAttempt
        about = {"enrolment": quiz.enrolment, "quiz_key": quiz.key, "count": given.attempts}
        give_attempt(person=person, why=why, now=now, **about)
    elif request.kind == Request.Kind.TIME:
        quiz = _quiz_of(request, timed_quizzes(person, now))
        if quiz is None:
            raise NeedsNoTime
        about = {"enrolment": quiz.enrolment, "quiz_key": quiz.key, "minutes": given.minutes}
        give_time(person=person, why=why, now=now, **about)


def _quiz_of(request: Request, quizzes: list[RequiredQuiz]) -> RequiredQuiz | None:
    asked = request.enrolment, request.quiz
    return next((quiz for quiz in quizzes if (quiz.enrolment.uuid, quiz.key) == asked), None)


def with_people(requests: Iterable[Request]) -> list[Asked]:
    """Return requests with who asks and what they are about. Two statements, besides what the
    process has not seen.
    """
    rows = list(requests)
    people = {
        person.learner_key: person
        for person in User.objects.filter(learner_key__in={row.learner for row in rows})
    }
    titles = _titles_of(rows)
    return [Asked(row, people.get(row.learner), titles.get(row.uuid, "")) for row in rows]


def _titles_of(requests: Iterable[Request]) -> dict[UUID, str]:
    """Return what quiz and course are called, by request; a course without edition has none."""
    asked = [row for row in requests if row.enrolment]
    enrolments = {
        row.uuid: row
        for row in Enrolment.objects.filter(
            uuid__in={row.enrolment for row in asked}, course__latest_edition__isnull=False
        ).select_related("course")
    }
    titles = {}
    for row in asked:
        if enrolment := enrolments.get(row.enrolment):
            outline = outline_of(enrolment.course.latest_edition_id)
            names = [each.title for each in outline.activities if each.key == row.quiz]
            titles[row.uuid] = " · ".join([*names, outline.title])
    return titles


def own_requests(person: User) -> list[Asked]:
    """Return what a person asked for, the newest first."""
    rows = Request.objects.filter(learner=person.learner_key).order_by("-asked_at", "-pk")
    return with_people(rows[:50])


def forget_requests(before: datetime) -> int:
    """Delete the requests that were decided or withdrawn before a moment; return how many."""
    return Request.objects.filter(decided_at__lt=before).delete()[0]


def forget_requests_of(learner_key: UUID) -> None:
    """Delete what a person asked for."""
    Request.objects.filter(learner=learner_key).delete()


def hand_requests_over(*, kept: UUID, merged: UUID, now: datetime) -> None:
    """Let what one account asked be asked by another of the same person; what both wait for is
    asked once.
    """
    own = Request.objects.filter(learner=merged)
    waiting = Request.objects.filter(learner=kept, state=State.PENDING).values("kind")
    twice = own.filter(state=State.PENDING, enrolment=None, kind__in=waiting)
    twice.update(state=State.WITHDRAWN, decided_at=now)
    own.update(learner=kept)
