"""Attempts are submitted once: scored, kept with their evidence and reported to the record."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.models import CourseHead
from learning.models import ActivityProgress, Enrolment, Statement
from learning.services import ConflictingRepeat, complete_activity, enrol_learner
from questions.kinds.choices.content import Choice, content_with
from questions.question_rules import QuestionContent
from quizzes.models import Attempt
from quizzes.papers import items_on
from quizzes.services import start_attempt, submit_attempt
from tests.factories.questions import add_question, make_bank
from tests.factories.quizzes import answer, answer_all, right_answers, submit

pytestmark = pytest.mark.django_db


def start(enrolment, quiz, **facts):
    return start_attempt(
        enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now(), **facts
    )


def test_submission_scores_keeps_evidence_and_reports(attempt, quiz, enrolment):
    answer_all(attempt)
    done = submit(attempt)
    assert (done.state, done.score_raw, done.score_maximum, done.score_scaled, done.passed) == (
        "submitted",
        4.0,
        4.0,
        1.0,
        True,
    )
    for item, kept, (_slot, right) in zip(
        items_on(attempt.paper), done.evidence, right_answers(attempt).items(), strict=True
    ):
        version = item.version
        assert (
            kept["stem"],
            kept["feedback"],
            kept["response"]["chosen"],
            kept["asked"]["correct"],
            kept["earned"],
        ) == (
            version.stem,
            version.feedback,
            right,
            right,
            1.0,
        )
    progress = ActivityProgress.objects.get(enrolment=enrolment, activity_key=quiz.translation_key)
    assert (progress.state, progress.success, progress.score) == ("completed", "passed", 1.0)
    statement = Statement.objects.get(activity_key=quiz.translation_key)
    assert (statement.verb, statement.score) == ("passed", 1.0)


def test_partial_credit_counts(publish_quiz, lina, course):
    bank = make_bank("varias", count=1)  # its one question has two right choices among four
    page = publish_quiz([(bank, 1)], slug="varias", pass_mark=0.5)
    enrolment = enrol_learner(
        user=lina, course=CourseHead.objects.get(pk=course.pk), received_at=timezone.now()
    )
    attempt = start(enrolment, page)
    answer(attempt, 1, right_answers(attempt)[1][:1])
    done = submit(attempt)
    assert (done.score_raw, done.score_scaled, done.passed) == (0.5, 0.5, True)


def test_ticking_everything_or_nothing_passes_no_quiz(publish_quiz, lina, course):
    bank = make_bank("todas", count=0)
    for number in range(4):
        choices = tuple(Choice(f"{number}{letter}", letter != "e") for letter in "abcde")
        add_question(
            bank,
            QuestionContent("multiple", f"¿Cuáles? {number}", content_with(choices), "Por esto."),
        )
    page = publish_quiz([(bank, 4)], slug="todas", pass_mark=0.05)
    enrolment = enrol_learner(
        user=lina, course=CourseHead.objects.get(pk=course.pk), received_at=timezone.now()
    )
    for chosen in (range(5), []):
        attempt = start(enrolment, page)
        for slot in range(1, 5):
            answer(attempt, slot, chosen)
        done = submit(attempt)
        assert (done.score_raw, done.passed) == (0.0, False)


def test_below_the_pass_mark_the_activity_is_not_completed(attempt, quiz):
    answer_all(attempt, right=1)
    assert submit(attempt).passed is False
    progress = ActivityProgress.objects.get(activity_key=quiz.translation_key)
    assert (progress.state, progress.success) == ("in_progress", "failed")
    assert Statement.objects.get(activity_key=quiz.translation_key).verb == "failed"


def test_better_result_is_never_taken_back(attempt, enrolment, quiz):
    answer_all(attempt)
    submit(attempt)
    worse = start(enrolment, quiz)
    submit(worse)
    progress = ActivityProgress.objects.get(activity_key=quiz.translation_key)
    assert (progress.success, progress.score) == ("passed", 1.0)


def test_double_submission_gives_the_first_result(attempt):
    answer_all(attempt)
    first = submit(attempt, now=timezone.now() - timedelta(minutes=1))
    second = submit(attempt)
    assert (first.pk, first.submitted_at, first.score_scaled) == (
        second.pk,
        second.submitted_at,
        second.score_scaled,
    )
    assert Statement.objects.filter(activity_key=attempt.quiz_key).count() == 1


def test_submission_with_the_identifier_of_another_act_is_refused_and_can_be_sent_again(
    attempt, enrolment, head
):
    uuid = uuid4()
    lesson = head.latest_edition.outline["modules"][0]["activities"][0]["key"]
    complete_activity(
        enrolment_id=enrolment.pk,
        learner=enrolment.learner,
        activity_key=lesson_key(lesson),
        uuid=uuid,
        received_at=timezone.now(),
    )
    with pytest.raises(ConflictingRepeat):
        submit(attempt, uuid=uuid)
    assert Attempt.objects.get().is_open
    assert submit(attempt).state == "submitted"


def lesson_key(text):
    return type(uuid4())(text)


def test_last_condition_completes_the_course(attempt, enrolment, head):
    keys = [
        item["key"]
        for module in head.latest_edition.outline["modules"]
        for item in module["activities"]
        if item["kind"] == "lesson"
    ]
    for key in keys:
        complete_activity(
            enrolment_id=enrolment.pk,
            learner=enrolment.learner,
            activity_key=lesson_key(key),
            uuid=uuid4(),
            received_at=timezone.now(),
        )
    answer_all(attempt)
    submit(attempt)
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.COMPLETED


def test_quiz_that_left_the_course_still_gives_a_result(
    attempt, quiz, django_capture_on_commit_callbacks, caplog
):
    with django_capture_on_commit_callbacks(execute=True):
        quiz.unpublish()
    answer_all(attempt)
    assert submit(attempt).passed
    assert not ActivityProgress.objects.filter(activity_key=attempt.quiz_key).exists()
    assert "left its course" in caplog.text


def test_somebody_elses_attempt_cannot_be_submitted_or_answered(attempt, omar):
    attempt.learner = omar.learner_key
    with pytest.raises(Attempt.DoesNotExist):
        answer(attempt, 1, [0])
    with pytest.raises(Attempt.DoesNotExist):
        submit_attempt(
            attempt_uuid=attempt.uuid,
            learner=omar.learner_key,
            uuid=uuid4(),
            received_at=timezone.now(),
        )
