"""Two who decide or withdraw one request at the same moment end as one after the other."""

from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import ReasonedAct
from audit.models import AuditEntry
from quizzes.models import Accommodation
from roster.models import Request
from roster.requests import AlreadyDecided, ask, decide, withdraw
from tests.racing import at_once
from tests.roster import test_given_attempts as given

pytestmark = pytest.mark.django_db(transaction=True)
quiz, enrolment = given.quiz, given.enrolment
WHY = "Hubo un corte de luz en el distrito"
State = Request.State


@pytest.fixture
def beside(person):
    """Coordinates Puno too."""
    return person("Pilar", role="coordinator", areas=["21"])


@pytest.fixture
def attempt_asked(nusta, enrolment, quiz):
    """Ñusta used her only attempt up and asks for another."""
    given.try_once(enrolment, quiz, right=0)
    return asked_by(nusta, Request.Kind.ATTEMPT, enrolment=enrolment.uuid, quiz=quiz.key)


def asked_by(person, kind=Request.Kind.CORRECTION, **about) -> Request:
    return Request.objects.create(
        learner=person.learner_key,
        kind=kind,
        words="Falta mi segundo apellido",
        asked_at=timezone.now(),
        **about,
    )


def outcome(request, person, actor, decision) -> str:
    """Return how a decision ended."""
    try:
        decide(
            request=Request.objects.get(pk=request.pk),
            person=person,
            decision=decision,
            reason=f"{WHY}: {actor.first_name}",
            actor=actor,
            now=timezone.now(),
        )
    except AlreadyDecided:
        return "late"
    return "done"


def test_one_of_two_who_grant_an_attempt_at_once_gives_it(nora, beside, nusta, attempt_asked):
    acts = [partial(outcome, attempt_asked, nusta, who, State.GRANTED) for who in (nora, beside)]
    ends = at_once(acts)
    assert sorted(ends) == ["done", "late"]
    assert Accommodation.objects.count() == 1
    assert ReasonedAct.objects.filter(action="attempt_given").count() == 1
    assert AuditEntry.objects.filter(action="request_granted").count() == 1
    first = (nora, beside)[ends.index("done")]
    attempt_asked.refresh_from_db()
    assert attempt_asked.decided_by_key == first.learner_key
    assert attempt_asked.reason.endswith(first.first_name)


def test_who_grants_and_who_declines_at_once_leave_one_answer(nora, beside, nusta, attempt_asked):
    ends = at_once(
        [
            partial(outcome, attempt_asked, nusta, nora, State.GRANTED),
            partial(outcome, attempt_asked, nusta, beside, State.DECLINED),
        ]
    )
    assert sorted(ends) == ["done", "late"]
    attempt_asked.refresh_from_db()
    was_granted = attempt_asked.state == State.GRANTED
    assert was_granted == (ends[0] == "done")
    assert Accommodation.objects.count() == was_granted


def test_the_same_decision_of_one_person_twice_at_once_is_one(nora, nusta, attempt_asked):
    ends = at_once([partial(outcome, attempt_asked, nusta, nora, State.GRANTED)] * 2)
    assert ends == ["done", "done"]
    assert Accommodation.objects.count() == 1
    assert AuditEntry.objects.filter(action="request_granted").count() == 1


def test_who_withdraws_while_somebody_decides_gets_one_end(nora, nusta):
    request = asked_by(nusta)

    def withdrawn() -> bool:
        return withdraw(person=nusta, uuid=request.uuid, now=timezone.now())

    decided, taken_back = at_once(
        [partial(outcome, request, nusta, nora, State.DECLINED), withdrawn]
    )
    assert (decided == "done") != taken_back
    request.refresh_from_db()
    assert request.state == (State.WITHDRAWN if taken_back else State.DECLINED)


def test_who_asks_twice_at_once_asks_once(nusta):
    uuid, words = uuid4(), "Falta mi segundo apellido"

    def asked() -> Request:
        kind = Request.Kind.CORRECTION
        return ask(person=nusta, kind=kind, words=words, uuid=uuid, now=timezone.now())

    first, second = at_once([asked, asked])
    assert first.pk == second.pk
    assert Request.objects.count() == 1
