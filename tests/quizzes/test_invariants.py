"""Each broken record is found and counted; whole ones are not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from courses.models import CourseHead
from learning.services import enrol_learner
from questions.kinds.choices.content import Choice, content_with
from questions.kinds.choices.read import response_with
from questions.question_rules import QuestionContent
from quizzes.invariants import check
from quizzes.models import Attempt, ResponseEvent
from quizzes.services import start_attempt
from tests.factories.questions import add_question, make_bank
from tests.factories.quizzes import answer, answer_all, right_answers, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(attempt, enrolment, quiz):
    """A submitted attempt with a changed answer, and a second one that is open."""
    answer_all(attempt, right=2)
    wrong = min({0, 1} - set(right_answers(attempt)[3]) or {2})
    answer(attempt, 3, [wrong], sequence=9)
    done = submit(attempt)
    answer(
        start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now()),
        1,
        [0],
    )
    return done


def broken():
    return {finding.name[:2]: finding.violations for finding in check() if finding.violations}


def test_whole_records_have_no_violations(submitted):
    assert broken() == {}
    assert [finding.name[:2] for finding in check()] == [
        "I1",
        "I2",
        "I3",
        "I4",
        "I5",
        "Ev",
        "Ev",
        "Ev",
        "Ev",
        "Ev",
        "I6",
    ]


def test_hole_in_the_numbers_is_found(submitted):
    Attempt.objects.filter(number=2).update(number=3)
    assert broken() == {"I2": 1}


@pytest.mark.parametrize(
    "facts",
    [{"slot": 9, "response": response_with([0])}, {"slot": 1, "response": response_with([8])}],
)
def test_answer_to_what_was_not_drawn_is_found(submitted, facts):
    event = ResponseEvent.objects.filter(attempt__state="open").get()
    ResponseEvent.objects.filter(pk=event.pk).update(**facts)
    assert broken() == {"I3": 1}


def test_response_other_than_its_events_is_found(submitted):
    evidence = submitted.evidence
    evidence[3]["response"]["chosen"] = [0, 1]
    Attempt.objects.filter(pk=submitted.pk).update(evidence=evidence)
    assert broken() == {"I4": 1}


@pytest.mark.parametrize(
    ("facts", "found"),
    # Another score is not that of the journal either.
    [
        ({"score_scaled": 0.9}, {"I5": 1, "Ev": 1}),
        ({"passed": True}, {"I5": 1}),
        ({"score_raw": 4.0}, {"I5": 1}),
    ],
)
def test_score_other_than_recomputed_is_found(submitted, facts, found):
    Attempt.objects.filter(pk=submitted.pk).update(**facts)
    assert broken() == found


def test_score_made_by_the_rule_before_stays_right(publish_quiz, lina, course):
    bank = make_bank("varias", count=0)
    choices = tuple(Choice(letter, letter != "e") for letter in "abcde")
    add_question(bank, QuestionContent("multiple", "¿Cuáles?", content_with(choices), "Por esto."))
    page = publish_quiz([(bank, 1)], slug="varias")
    enrolment = enrol_learner(
        user=lina, course=CourseHead.objects.get(pk=course.pk), received_at=timezone.now()
    )
    attempt = start_attempt(enrolment=enrolment, quiz_key=page.translation_key, now=timezone.now())
    rules = {name: value for name, value in attempt.rules.items() if name != "scoring"}
    Attempt.objects.update(rules=rules)
    answer(attempt, 1, range(5))
    assert submit(attempt).score_raw == 0.75
    assert broken() == {}


def test_more_attempts_than_allowed_are_found(submitted):
    for attempt in Attempt.objects.all():
        attempt.rules = {**attempt.rules, "attempts_allowed": 1}
        attempt.save(update_fields=["rules"])
    assert broken() == {"I6": 1}


def test_attempt_that_did_not_wait_is_found(enrolment, quiz):
    now = datetime(2026, 11, 30, 15, 40, tzinfo=UTC)
    for hours in (0, 0, 0, 24):
        moment = now + timedelta(hours=hours)
        submit(
            start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=moment),
            now=moment,
        )
    assert broken() == {}
    Attempt.objects.filter(number=4).update(started_at=now + timedelta(hours=23))
    assert broken() == {"I6": 1}
