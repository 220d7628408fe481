"""Who looks after people gives one attempt more: with a reason, once, and only where it helps."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.corrections import Why
from accounts.services import BeyondTheCeiling
from courses.editions import outline_of
from courses.models import ModulePage
from learning.services import enrol_learner
from quizzes.invariants import check as check_attempts
from quizzes.models import Accommodation, Attempt
from quizzes.queries import rules_of, standing_of
from quizzes.services import NeedsNoAttempt, NoAttemptsLeft, give_attempt, start_attempt
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz, answer_all, submit
from tests.roster.test_acts import REASON, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(course, django_capture_on_commit_callbacks):
    """A quiz of one attempt without end of waiting, at the end of the small course."""
    with django_capture_on_commit_callbacks(execute=True):
        add_quiz(
            ModulePage.objects.get(slug="m2"),
            [(make_bank(), 4)],
            attempts_allowed=1,
            attempts_maximum=1,
        )
    course.refresh_from_db()
    activities = outline_of(course.latest_edition_id).activities
    return next(activity for activity in activities if activity.kind == "quiz")


@pytest.fixture
def enrolment(nusta, course, quiz):
    return enrol_learner(user=nusta, course=course, received_at=timezone.now())


def try_once(enrolment, quiz, *, right):
    attempt = start_attempt(enrolment=enrolment, quiz_key=quiz.key, now=timezone.now())
    answer_all(attempt, right=right)
    submit(attempt)


def standing(enrolment, quiz):
    return standing_of(enrolment, quiz.key, rules_of(quiz), timezone.now())


def choice(enrolment, quiz) -> str:
    return f"{enrolment.uuid}:{quiz.key}"


def violations() -> list[str]:
    return [finding.name for finding in check_attempts() if finding.violations]


def test_a_coordinator_gives_one_more_and_it_is_used_once(as_nora, nora, nusta, enrolment, quiz):
    try_once(enrolment, quiz, right=0)
    card = as_nora.get(reverse("roster:card", args=[nusta.username])).content.decode()
    assert "Dale un intento más" in card
    answer = send(as_nora, nusta, "intento", quiz=choice(enrolment, quiz))
    assert answer["Location"] == reverse("roster:card", args=[nusta.username])
    assert standing(enrolment, quiz).left == 1
    accommodation = Accommodation.objects.get()
    assert (accommodation.given_by_key, accommodation.after.number) == (nora.learner_key, 1)
    try_once(enrolment, quiz, right=0)
    assert standing(enrolment, quiz).left == 0
    with pytest.raises(NoAttemptsLeft):
        start_attempt(enrolment=enrolment, quiz_key=quiz.key, now=timezone.now())
    assert violations() == []
    card = as_nora.get(reverse("roster:card", args=[nusta.username])).content.decode()
    assert f"Intento adicional dado: {quiz.title}" in card
    assert REASON in card


def test_the_link_on_the_card_is_about_its_quiz(as_nora, nusta, enrolment, quiz):
    try_once(enrolment, quiz, right=0)
    card = as_nora.get(reverse("roster:card", args=[nusta.username])).content.decode()
    link = f"{reverse('roster:act', args=[nusta.username, 'intento'])}?cuestionario="
    assert f"{link}{choice(enrolment, quiz)}" in card
    for asked, chosen in ((choice(enrolment, quiz), True), ("otro", False), ("", False)):
        page = as_nora.get(f"{link}{asked}").content.decode()
        assert ("checked" in page) is chosen
    answer = as_nora.post(f"{link}otro", {"quiz": "otro", "reason": REASON})
    assert "Elige un cuestionario que hoy no puede intentar." in answer.content.decode()


def test_another_may_follow_when_that_one_fails_too(nora, nusta, enrolment, quiz):
    for _ in range(2):
        try_once(enrolment, quiz, right=0)
        why = Why(nora, REASON, uuid4())
        give_attempt(
            person=nusta, enrolment=enrolment, quiz_key=quiz.key, why=why, now=timezone.now()
        )
    try_once(enrolment, quiz, right=4)
    assert standing(enrolment, quiz).has_passed
    assert Accommodation.objects.count() == 2
    assert violations() == []


def test_sent_twice_it_is_given_once(nora, nusta, enrolment, quiz):
    try_once(enrolment, quiz, right=0)
    why = Why(nora, REASON, uuid4())
    for _ in range(2):
        give_attempt(
            person=nusta, enrolment=enrolment, quiz_key=quiz.key, why=why, now=timezone.now()
        )
    assert standing(enrolment, quiz).left == 1


@pytest.mark.parametrize("rights", [None, 4])
def test_nobody_gets_one_who_needs_none(nora, nusta, enrolment, quiz, rights):
    if rights is not None:
        try_once(enrolment, quiz, right=rights)
    with pytest.raises(NeedsNoAttempt):
        give_attempt(
            person=nusta,
            enrolment=enrolment,
            quiz_key=quiz.key,
            why=Why(nora, REASON, uuid4()),
            now=timezone.now(),
        )
    assert not Accommodation.objects.exists()


def test_a_quiz_that_can_be_tried_is_not_offered(as_nora, nusta, enrolment, quiz):
    page = send(as_nora, nusta, "intento", quiz=choice(enrolment, quiz))
    body = page.content.decode()
    assert "Elige un cuestionario que hoy no puede intentar." in body
    assert "no hace falta" in body
    assert not Accommodation.objects.exists()


@pytest.mark.parametrize("act", ["intento", "tiempo", "inscribir", "emitir-certificado"])
def test_where_there_is_nothing_to_choose_no_form_asks(as_nora, nusta, act):
    page = as_nora.get(f"/personas/{nusta.username}/{act}/")
    assert "Vuelve a su ficha" in page.content.decode()
    assert 'name="reason"' not in page.content.decode()


def test_nobody_gives_one_to_themselves_or_outside(as_nora, nora, max_, nusta, enrolment, quiz):
    try_once(enrolment, quiz, right=0)
    with pytest.raises(BeyondTheCeiling):
        give_attempt(
            person=nusta,
            enrolment=enrolment,
            quiz_key=quiz.key,
            why=Why(max_, REASON, uuid4()),
            now=timezone.now(),
        )
    own = as_nora.get(reverse("roster:act", args=[nora.username, "intento"]))
    assert own.status_code == 404


def test_it_waits_for_nobody(as_nora, client, nusta, enrolment, quiz, course):
    try_once(enrolment, quiz, right=0)
    assert standing(enrolment, quiz).is_over
    send(as_nora, nusta, "intento", quiz=choice(enrolment, quiz))
    client.force_login(nusta)
    address = f"/cursos/{course.slug}/{quiz.module_slug}/{quiz.slug}/"
    page = client.get(address).content.decode()
    assert "Tienes un intento más" in " ".join(page.split())
    client.post(address)
    assert Attempt.objects.filter(learner=nusta.learner_key, state="open").exists()


def test_several_are_used_one_after_the_other(nora, nusta, enrolment, quiz):
    try_once(enrolment, quiz, right=0)
    why = Why(nora, REASON, uuid4())
    give_attempt(
        person=nusta, enrolment=enrolment, quiz_key=quiz.key, why=why, now=timezone.now(), count=3
    )
    for left in (3, 2, 1):
        assert standing(enrolment, quiz).left == left
        try_once(enrolment, quiz, right=0)
    assert standing(enrolment, quiz).is_stuck
    with pytest.raises(NoAttemptsLeft):
        start_attempt(enrolment=enrolment, quiz_key=quiz.key, now=timezone.now())
    assert violations() == []


def test_who_passes_keeps_none(nora, nusta, enrolment, quiz):
    try_once(enrolment, quiz, right=0)
    why = Why(nora, REASON, uuid4())
    give_attempt(
        person=nusta, enrolment=enrolment, quiz_key=quiz.key, why=why, now=timezone.now(), count=2
    )
    try_once(enrolment, quiz, right=4)
    assert standing(enrolment, quiz).left == 0
    assert violations() == []


def test_the_database_gives_three_at_most(nusta, enrolment, quiz):
    try_once(enrolment, quiz, right=0)
    for count in (0, 4):
        with pytest.raises(IntegrityError), transaction.atomic():
            Accommodation.objects.create(
                after=Attempt.objects.get(),
                count=count,
                given_at=timezone.now(),
                given_by_key=nusta.learner_key,
            )
