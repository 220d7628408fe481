"""An answer that a person has to mark: the attempt is handed in and waits, without a score.

No kind of today needs that; the one here is registered by the test.
"""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.models import CourseHead
from learning.models import ActivityProgress, Statement
from learning.queries import open_course, study_of
from learning.services import enrol_learner
from questions.kinds import KINDS
from questions.kinds.single import Single
from questions.question_rules import QuestionContent
from quizzes.deletion import forget_answers, forget_answers_before
from quizzes.invariants import check
from quizzes.models import Attempt
from quizzes.overdue import submit_overdue_attempts
from quizzes.personal_data import attempts as attempts_in_copy
from quizzes.queries import standing_of
from quizzes.services import (
    AttemptClosed,
    CannotBeReopened,
    NoAttemptsLeft,
    reopen_attempt,
    start_attempt,
)
from quizzes.waits import waits_of
from tests.factories.questions import add_question, make_bank, single
from tests.factories.quizzes import answer, answer_all, submit
from tests.quizzes.screens import page, text_of

pytestmark = pytest.mark.django_db


class MarkedByAPerson(Single):
    """Offers choices, and leaves what an answer earns to a person."""

    name = "by_person"

    def score(self, content, layout, response, rule):
        return None


@pytest.fixture
def bank(db, monkeypatch):
    """Two questions, the second of which a person has to mark."""
    kind = MarkedByAPerson()
    monkeypatch.setitem(KINDS, kind.name, kind)
    bank = make_bank("personas", count=0)
    add_question(bank, single("La máquina"))
    content = single("La persona")
    add_question(bank, QuestionContent(kind.name, content.stem, content.content, "Así.", lesson=""))
    return bank


@pytest.fixture
def quiz(publish_quiz, bank):
    return publish_quiz([(bank, 2)], slug="personas", attempts_allowed=1, time_limit=10)


@pytest.fixture
def waiting(attempt):
    """Lina's attempt, handed in."""
    answer_all(attempt)
    return submit(attempt)


def standing(enrolment, quiz):
    rules = quiz.frozen_content()
    return standing_of(enrolment, quiz.translation_key, rules, timezone.now())


def broken():
    return {finding.name[:2]: finding.violations for finding in check() if finding.violations}


def test_it_is_handed_in_without_a_score_and_nothing_is_reported(waiting, enrolment):
    assert (waiting.state, waiting.is_open, waiting.awaits_mark) == ("marking", False, True)
    assert waiting.submitted_at
    scores = (waiting.score_raw, waiting.score_maximum, waiting.score_scaled, waiting.passed)
    assert scores == (None, None, None, None)
    assert {row["kind"]: row["earned"] for row in waiting.evidence} == {
        "single": 1.0,
        "by_person": None,
    }
    assert not Statement.objects.filter(activity_key=waiting.quiz_key).exists()
    assert not ActivityProgress.objects.filter(enrolment=enrolment).exists()


def test_sent_again_it_stays_as_it_is(waiting):
    again = submit(waiting)
    assert (again.pk, again.submitted_at, again.state) == (
        waiting.pk,
        waiting.submitted_at,
        "marking",
    )


def test_it_takes_no_more_answers(waiting):
    with pytest.raises(AttemptClosed):
        answer(waiting, 1, [0])


def test_it_counts_as_used_and_is_neither_open_nor_passed(waiting, enrolment, quiz):
    state = standing(enrolment, quiz)
    assert (state.open_attempt, state.left, state.is_used_up) == (None, 0, True)
    assert (state.has_passed, state.best, state.awaits_mark) == (False, None, True)
    assert (state.scored, state.handed_in) == ([], [waiting])
    with pytest.raises(NoAttemptsLeft):
        start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())


def test_the_database_refuses_a_score_or_no_submission(waiting):
    for facts in ({"score_scaled": 0.5}, {"passed": False}, {"submitted_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attempt.objects.filter(pk=waiting.pk).update(**facts)


def test_the_result_says_that_a_person_marks_it(as_lina, waiting):
    words = text_of(as_lina.get(page(waiting, "resultado")))
    assert "Por calificar" in words
    assert "Una persona califica lo que entregaste; hasta entonces no tiene nota." in words
    assert "Tu nota" not in words
    assert "Todavía no." not in words
    assert "Aprobaste" not in words
    assert as_lina.get(page(waiting, "revisar"))["Location"] == page(waiting, "resultado")


def test_the_review_shows_which_answer_waits(publish_quiz, as_lina, lina, course, bank):
    shown = publish_quiz([(bank, 2)], slug="se-ve", review="after_submission")
    head = CourseHead.objects.get(pk=course.pk)
    enrolment = enrol_learner(user=lina, course=head, received_at=timezone.now())
    now = timezone.now()
    attempt = start_attempt(enrolment=enrolment, quiz_key=shown.translation_key, now=now)
    answer_all(attempt)
    words = text_of(as_lina.get(page(submit(attempt), "resultado")))
    assert words.count("Por calificar") == 2  # the heading and the question
    assert "Correcto" in words


def test_the_page_of_the_quiz_lists_it_and_names_no_grade(as_lina, waiting, quiz_url):
    words = text_of(as_lina.get(quiz_url))
    assert "Intento 1" in words
    assert "Por calificar" in words
    assert "Usaste tu único intento. Una persona califica lo que entregaste" in words
    assert "Tu mejor nota" not in words


def test_the_course_says_that_it_is_to_be_marked(publish_quiz, lina, course, bank):
    """Where no further attempt comes; else it says when that opens."""
    facts = {"attempts_allowed": 1, "attempts_maximum": 1}
    last = publish_quiz([(bank, 2)], slug="uno-solo", **facts)
    head = CourseHead.objects.get(pk=course.pk)
    enrolment = enrol_learner(user=lina, course=head, received_at=timezone.now())
    attempt = start_attempt(enrolment=enrolment, quiz_key=last.translation_key, now=timezone.now())
    submit(attempt)
    study = study_of(lina, open_course(head.slug))
    activity = study.outline.by_key[last.translation_key]
    assert waits_of(study, [activity], timezone.now()) == {activity.key: "Por calificar"}


def test_the_job_of_what_is_over_hands_it_in_once(attempt):
    answer_all(attempt)
    later = attempt.deadline_at + timedelta(hours=1)
    assert submit_overdue_attempts(now=later) == 1
    assert Attempt.objects.get().state == "marking"
    assert submit_overdue_attempts(now=later) == 0


def test_the_audit_takes_it_as_it_is(waiting):
    assert broken() == {}


def test_the_audit_finds_one_that_should_have_a_score(waiting, monkeypatch):
    monkeypatch.setattr(MarkedByAPerson, "score", Single.score)
    assert broken() == {"I5": 1}


def test_the_audit_finds_other_answers_in_its_evidence(waiting):
    waiting.evidence[0]["response"]["chosen"] = [0, 1]
    Attempt.objects.filter(pk=waiting.pk).update(evidence=waiting.evidence)
    assert broken() == {"I4": 1}


def test_the_copy_of_a_person_tells_it_in_words(waiting, lina):
    row = attempts_in_copy(lina)[0]
    assert (row["state"], row["score_scaled"], row["passed"]) == ("Por calificar", None, None)
    assert len(row["answers"]) == 2


def test_without_its_answers_nothing_is_left_to_mark(as_lina, waiting):
    assert forget_answers_before(timezone.now() + timedelta(days=1)) == 1
    assert Attempt.objects.get().state == "abandoned"
    assert broken() == {}
    assert "Este intento se cerró sin nota" in text_of(as_lina.get(page(waiting, "resultado")))


def test_erasure_closes_it(waiting, lina):
    forget_answers(Attempt.objects.filter(learner=lina.learner_key))
    assert (Attempt.objects.get().state, Attempt.objects.get().evidence) == ("abandoned", [])


def test_it_is_not_opened_again(waiting, lina):
    with pytest.raises(CannotBeReopened):
        reopen_attempt(
            attempt_uuid=waiting.uuid,
            reason="El reloj",
            minutes=10,
            actor_key=lina.learner_key,
            now=timezone.now(),
        )


def test_records_are_whole(waiting):
    call_command("audit_records")
