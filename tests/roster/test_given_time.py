"""Who looks after people gives more minutes for an attempt, open or to come: with a reason, once,
and only where there is a limit.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.corrections import Why
from accounts.services import BeyondTheCeiling
from audit.models import AuditEntry
from courses.editions import outline_of
from courses.models import ModulePage
from learning.services import enrol_learner
from quizzes.invariants import check as check_attempts
from quizzes.models import Attempt, MoreTime, ResponseEvent
from quizzes.queries import rules_of, standing_of
from quizzes.services import NeedsNoTime, give_attempt, give_time, start_attempt
from quizzes.timing import GRACE
from roster.models import Request
from roster.queries import stuck_quizzes, timed_quizzes
from roster.requests import Given, ask, decide
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz, answer, answer_all, submit
from tests.roster.test_acts import REASON, send

pytestmark = pytest.mark.django_db
LIMIT = 20


@pytest.fixture
def make_quiz(course, django_capture_on_commit_callbacks):
    """Return what adds a quiz of one attempt to the small course, and its activity."""

    def make(**options):
        with django_capture_on_commit_callbacks(execute=True):
            module = ModulePage.objects.get(slug="m2")
            once = {"attempts_allowed": 1, "attempts_maximum": 1}
            add_quiz(module, [(make_bank(), 4)], **once, **options)
        course.refresh_from_db()
        activities = outline_of(course.latest_edition_id).activities
        return next(activity for activity in activities if activity.kind == "quiz")

    return make


@pytest.fixture
def quiz(make_quiz):
    return make_quiz(time_limit=LIMIT)


@pytest.fixture
def enrolment(nusta, course, quiz):
    return enrol_learner(user=nusta, course=course, received_at=timezone.now())


@pytest.fixture
def give(nora, nusta, enrolment, quiz):
    """Return what lets Nora give Ñusta minutes."""

    def giving(minutes=30, *, actor=nora, now=None, uuid=None):
        give_time(
            person=nusta,
            enrolment=enrolment,
            quiz_key=quiz.key,
            minutes=minutes,
            why=Why(actor, REASON, uuid or uuid4()),
            now=now or timezone.now(),
        )

    return giving


def start(enrolment, quiz, now=None) -> Attempt:
    return start_attempt(enrolment=enrolment, quiz_key=quiz.key, now=now or timezone.now())


def minutes_of(attempt: Attempt) -> float:
    return (attempt.deadline_at - attempt.started_at) / timedelta(minutes=1)


def choice(enrolment, quiz) -> str:
    return f"{enrolment.uuid}:{quiz.key}"


def violations() -> list[str]:
    return [finding.name for finding in check_attempts() if finding.violations]


def test_the_next_attempt_gets_them_once(as_nora, client, nora, nusta, enrolment, quiz, give):
    card = as_nora.get(reverse("roster:card", args=[nusta.username])).content.decode()
    assert f"/tiempo/?cuestionario={choice(enrolment, quiz)}" in card
    answer = send(as_nora, nusta, "tiempo", quiz=choice(enrolment, quiz), minutes="30")
    assert answer["Location"] == reverse("roster:card", args=[nusta.username])
    kept = MoreTime.objects.get()
    assert (kept.number, kept.minutes, kept.given_by_key) == (1, 30, nora.learner_key)
    card = as_nora.get(answer["Location"]).content.decode()
    assert f"Tiempo adicional dado: {quiz.title}" in card
    client.force_login(nusta)
    address = f"/cursos/{enrolment.course.slug}/{quiz.module_slug}/{quiz.slug}/"
    page = " ".join(client.get(address).content.decode().split())
    assert "y 30 minutos más que te dieron" in page
    assert "Tienes 50 minutos desde que pulsas" in page
    attempt = start(enrolment, quiz)
    assert minutes_of(attempt) == LIMIT + 30
    answer_all(attempt, right=0)
    submit(attempt)
    give_attempt(
        person=nusta, enrolment=enrolment, quiz_key=quiz.key, now=timezone.now(),
        why=Why(nora, REASON, uuid4()),
    )  # fmt: skip
    assert minutes_of(start(enrolment, quiz)) == LIMIT
    assert violations() == []


def test_an_open_attempt_closes_later(enrolment, quiz, give):
    attempt = start(enrolment, quiz)
    give(10)
    give(15)
    attempt.refresh_from_db()
    assert minutes_of(attempt) == LIMIT + 25
    assert violations() == []


def test_whose_hour_has_come_gets_them_from_now(nusta, enrolment, quiz, give):
    now = timezone.now()
    attempt = start(enrolment, quiz, now - timedelta(minutes=LIMIT + 5))
    late = now - timedelta(seconds=1)
    assert late > attempt.deadline_at + GRACE
    answer(attempt, 1, [0], now=late)
    assert not ResponseEvent.objects.get().counts
    give(10, now=now)
    attempt.refresh_from_db()
    assert attempt.deadline_at == now + timedelta(minutes=10)
    assert ResponseEvent.objects.get().counts
    assert violations() == []


def test_sent_twice_they_are_given_once(enrolment, quiz, give):
    uuid = uuid4()
    for _time in range(2):
        give(30, uuid=uuid)
    assert minutes_of(start(enrolment, quiz)) == LIMIT + 30


def test_who_passed_or_has_no_attempt_gets_none(as_nora, nusta, enrolment, quiz, give):
    attempt = start(enrolment, quiz)
    answer_all(attempt, right=0)
    submit(attempt)
    with pytest.raises(NeedsNoTime):
        give()
    page = send(as_nora, nusta, "tiempo", quiz=choice(enrolment, quiz), minutes="30")
    assert "Elige un cuestionario con tiempo límite" in page.content.decode()
    assert not MoreTime.objects.exists()


def test_a_quiz_without_limit_has_no_more_time(nora, nusta, course, make_quiz):
    quiz = make_quiz()
    enrolment = enrol_learner(user=nusta, course=course, received_at=timezone.now())
    assert timed_quizzes(nusta, timezone.now()) == []
    with pytest.raises(NeedsNoTime):
        give_time(
            person=nusta, enrolment=enrolment, quiz_key=quiz.key, minutes=5, now=timezone.now(),
            why=Why(nora, REASON, uuid4()),
        )  # fmt: skip


@pytest.mark.parametrize("typed", ["", "0", "241", "mucho", "1.5"])
def test_how_many_is_said_where_it_is_wrong(as_nora, nusta, enrolment, quiz, typed):
    page = send(as_nora, nusta, "tiempo", quiz=choice(enrolment, quiz), minutes=typed)
    assert "Escribe de 1 a 240 minutos." in page.content.decode()
    assert not MoreTime.objects.exists()


def test_nobody_outside_gives_any(max_, give):
    with pytest.raises(BeyondTheCeiling):
        give(actor=max_)


@pytest.fixture
def asked(client, nusta, enrolment, quiz):
    """What Ñusta asked for on the page of the quiz."""
    client.force_login(nusta)
    address = f"/cursos/{enrolment.course.slug}/{quiz.module_slug}/{quiz.slug}/"
    link = f"{reverse('roster:ask', args=['tiempo'])}?cuestionario={choice(enrolment, quiz)}"
    assert link in client.get(address).content.decode()
    assert "checked" in client.get(link).content.decode()
    client.post(link, {"quiz": choice(enrolment, quiz), "words": "Leo en braille", "uuid": uuid4()})
    return Request.objects.get(kind="time")


def test_a_request_is_granted_with_minutes(client, nora, asked, enrolment, quiz):
    client.force_login(nora)
    address = reverse("roster:request", args=[asked.uuid])
    page = client.post(address, {"decision": "granted", "reason": REASON}).content.decode()
    assert "Escribe cuántos minutos más le das." in page
    client.post(address, {"decision": "granted", "reason": REASON, "minutes": "20"})
    asked.refresh_from_db()
    assert asked.state == "granted"
    assert minutes_of(start(enrolment, quiz)) == LIMIT + 20


def test_a_request_is_declined_without(client, nora, asked):
    client.force_login(nora)
    address = reverse("roster:request", args=[asked.uuid])
    client.post(address, {"decision": "declined", "reason": REASON})
    asked.refresh_from_db()
    assert asked.state == "declined"
    assert not MoreTime.objects.exists()


def test_nothing_is_granted_where_it_helps_no_more(nora, nusta, asked, enrolment, quiz):
    attempt = start(enrolment, quiz)
    answer_all(attempt, right=None)
    submit(attempt)
    with pytest.raises(NeedsNoTime):
        decide(
            request=asked, person=nusta, decision="granted", reason=REASON, actor=nora,
            given=Given(minutes=5), now=timezone.now(),
        )  # fmt: skip
    asked.refresh_from_db()
    assert asked.is_pending


def test_an_attempt_and_time_are_asked_for_apart(nusta, enrolment, quiz, asked):
    again = timed_quizzes(nusta, timezone.now())[0]
    ask(
        person=nusta, kind="attempt", words="Se fue la luz", uuid=uuid4(), quiz=again,
        now=timezone.now(),
    )  # fmt: skip
    assert Request.objects.filter(learner=nusta.learner_key).count() == 2


def test_several_get_what_each_asked_for(client, nora, nusta, asked, person, enrolment, quiz):
    """An outage: one answer with one reason, and a line for each person."""
    omar = person("Omar", organisation="puno")
    theirs = enrol_learner(user=omar, course=enrolment.course, received_at=timezone.now())
    attempt = start(theirs, quiz)
    answer_all(attempt, right=0)
    submit(attempt)
    (stuck,) = stuck_quizzes(omar, timezone.now())
    other = ask(
        person=omar, kind="attempt", words="Se fue la luz", uuid=uuid4(), quiz=stuck,
        now=timezone.now(),
    )  # fmt: skip
    client.force_login(nora)
    queue = reverse("roster:requests")
    assert client.get(queue).content.decode().count('name="asked"') == 2
    sent = {
        "asked": [str(asked.uuid), str(other.uuid)], "decision": "granted", "reason": REASON,
        "attempts": "3",
    }  # fmt: skip
    page = client.post(queue, sent).content.decode()
    assert "Escribe cuántos minutos más" in page
    assert '<option value="3" selected>' in page
    assert client.post(queue, sent | {"minutes": "15"})["Location"] == queue
    assert minutes_of(start(enrolment, quiz)) == LIMIT + 15
    assert standing_of(theirs, quiz.key, rules_of(quiz), timezone.now()).left == 3
    rows = AuditEntry.objects.filter(action__in=("attempt_given", "time_given"))
    assert {row.object_key for row in rows} == {str(each.learner_key) for each in (nusta, omar)}
    assert set(Request.objects.values_list("reason", flat=True)) == {REASON}


def test_more_attempts_than_three_are_not_given(client, nora, asked):
    client.force_login(nora)
    sent = {"asked": [str(asked.uuid)], "decision": "granted", "reason": REASON, "minutes": "5"}
    client.post(reverse("roster:requests"), sent | {"attempts": "4"})
    asked.refresh_from_db()
    assert asked.is_pending
