"""Time limits by the server's clock: what is pinned, what counts, and who closes (REL-05, TIM-01,
TIM-03).
"""

from datetime import timedelta
from functools import partial
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from courses.models import CourseHead, Edition
from courses.outline import digest
from learning.models import Enrolment, Statement
from learning.services import ConflictingRepeat, enrol_learner, withdraw_enrolment
from operations.jobs import run_due_jobs
from quizzes.invariants import check
from quizzes.models import Attempt, QuizPage, ResponseEvent
from quizzes.overdue import submit_overdue_attempts
from quizzes.queries import current_events
from quizzes.services import AttemptClosed, start_attempt
from tests.factories.courses import publish
from tests.factories.quizzes import answer, answer_all, right_answers, submit
from tests.racing import at_once

pytestmark = pytest.mark.django_db
MINUTES = 20
IN_TIME, LATE, TOO_LATE = (timedelta(seconds=seconds) for seconds in (-1, 40, 121))
OVERDUE = timedelta(minutes=5)


@pytest.fixture
def quiz(publish_quiz):
    """A quiz of four questions and twenty minutes."""
    return publish_quiz(time_limit=MINUTES)


@pytest.fixture
def closes(attempt):
    """The hour at which Lina's attempt closes."""
    return attempt.deadline_at


def violations():
    return {finding.name[:2]: finding.violations for finding in check() if finding.violations}


# --- Where the limit stands -----------------------------------------------------------------------


def test_deadline_is_fixed_at_the_start(
    attempt, quiz, enrolment, django_capture_on_commit_callbacks
):
    assert attempt.deadline_at == attempt.started_at + timedelta(minutes=MINUTES)
    assert attempt.rules["time_limit"] == MINUTES
    quiz.time_limit = 90
    with django_capture_on_commit_callbacks(execute=True):
        publish(quiz)
    attempt.refresh_from_db()
    assert attempt.deadline_at == attempt.started_at + timedelta(minutes=MINUTES)
    submit(attempt)
    enrolment.course.refresh_from_db()
    later = start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())
    assert later.deadline_at == later.started_at + timedelta(minutes=90)


def test_quiz_without_a_limit_is_frozen_as_before_limits_existed(publish_quiz, course):
    """A site that was set up earlier gets no new edition, and its attempts get no deadline."""
    page = publish_quiz(slug="libre")
    draws = [{"bank": "banco", "topic": "", "count": 4}]
    frozen = {
        "title": "Prueba libre",
        "summary": "",
        "instructions": "",
        "pass_mark": 0.7,
        "attempts_allowed": 3,
        "is_shuffled": True,
        "review": "after_passing",
        "draws": draws,
    }
    outline = CourseHead.objects.get(pk=course.pk).latest_edition.outline
    item = next(
        item
        for module in outline["modules"]
        for item in module["activities"]
        if item["kind"] == "quiz"
    )
    assert list(item["bodies"].values()) == [digest({"kind": "quiz", "content": frozen})]
    assert item["facts"] == {"pass_mark": 0.7, "attempts_allowed": 3, "question_count": 4}
    assert page.frozen_content() == frozen


def test_setting_a_limit_is_a_minor_change(
    publish_quiz, course, django_capture_on_commit_callbacks
):
    page = publish_quiz(slug="libre")
    before = CourseHead.objects.get(pk=course.pk).latest_edition
    for limit, minor in ((None, 0), (15, 1), (15, 1), (30, 2), (None, 3)):
        page = QuizPage.objects.get(pk=page.pk)
        page.time_limit = limit
        with django_capture_on_commit_callbacks(execute=True):
            publish(page)
        latest = CourseHead.objects.get(pk=course.pk).latest_edition
        assert (latest.major, latest.minor) == (before.major, before.minor + minor)
    assert (
        Edition.objects.filter(course=course, major=before.major, minor__gt=before.minor).count()
        == 3
    )


# --- What counts (TIM-03) -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "counts", "late"),
    [
        (-1, True, 0),
        (0, True, 0),
        (1, True, 1),
        (40, True, 40),
        (120, True, 120),
        (121, False, 121),
    ],
)
def test_answers_around_the_closing_hour(attempt, closes, seconds, counts, late):
    saved = answer(attempt, 1, [0], now=closes + timedelta(seconds=seconds))
    assert (saved.counts, saved.seconds_late) == (counts, late)
    assert (1 in current_events(attempt)) is counts
    assert ResponseEvent.objects.get().counts is counts
    assert violations() == {}


def test_answer_that_came_too_late_changes_nothing_before_it(attempt, closes):
    right = right_answers(attempt)
    for slot, places in right.items():
        answer(attempt, slot, places, sequence=slot, now=closes + IN_TIME)
    answer(attempt, 1, [], sequence=99, now=closes + TOO_LATE)
    assert answer(attempt, 1, right[1], sequence=98, now=closes + TOO_LATE).is_current
    done = submit(attempt, now=closes + OVERDUE)
    assert (done.score_scaled, done.evidence[0]["response"]["chosen"]) == (1.0, right[1])
    assert ResponseEvent.objects.count() == 6
    assert violations() == {}


def test_repeat_is_answered_as_the_first_time_whenever_it_comes(attempt, closes):
    uuids = {when: uuid4() for when in (IN_TIME, LATE, TOO_LATE)}
    first = {
        when: answer(attempt, 1, [0], uuid=uuid, now=closes + when) for when, uuid in uuids.items()
    }
    for _open_then_submitted in range(2):
        for when, uuid in uuids.items():
            again = answer(attempt, 1, [0], uuid=uuid, now=closes + OVERDUE)
            told = (again.event.pk, again.counts, again.seconds_late, again.is_current)
            assert told == (
                first[when].event.pk,
                first[when].counts,
                first[when].seconds_late,
                True,
            )
            with pytest.raises(ConflictingRepeat):
                answer(attempt, 1, [1], uuid=uuid, now=closes + OVERDUE)
        submit_overdue_attempts(now=closes + OVERDUE)
    assert ResponseEvent.objects.count() == 3


def test_answer_after_time_closed_the_attempt_is_kept(attempt, closes):
    submit_overdue_attempts(now=closes + OVERDUE)
    saved = answer(attempt, 1, [0], now=closes + timedelta(days=2))
    assert not saved.counts
    assert violations() == {}


def test_answer_after_an_ordinary_submission_is_refused_as_ever(attempt, closes):
    submit(attempt, now=closes + LATE)
    for when in (LATE, TOO_LATE):
        with pytest.raises(AttemptClosed):
            answer(attempt, 1, [0], now=closes + when)
    assert not ResponseEvent.objects.exists()


def test_answer_that_waited_while_time_closed_the_attempt_is_kept_and_the_score_agrees(
    attempt, closes
):
    """Only a learner's own submission can come between; the records say what was scored."""
    submit(attempt, now=closes + TOO_LATE)
    assert not answer(attempt, 1, right_answers(attempt)[1], now=closes + LATE).counts
    assert violations() == {}


@pytest.mark.parametrize(("when", "counts"), [(TOO_LATE, True), (IN_TIME, False)])
def test_answer_counted_wrongly_is_found(attempt, closes, when, counts):
    answer(attempt, 1, [0], now=closes + when)
    ResponseEvent.objects.update(counts=counts)
    assert violations() == {"I4": 1}


# --- Who closes (REL-05) --------------------------------------------------------------------------


def test_learner_who_submits_late_gets_what_counted(attempt, closes):
    answer_all(attempt, right=3)
    done = submit(attempt, now=closes + OVERDUE)
    assert (done.submitted_at, done.score_scaled, done.was_closed_by_time) == (
        closes + OVERDUE,
        0.75,
        True,
    )


def test_time_submits_what_the_learner_left_open(attempt, closes, enrolment, publish_quiz):
    answer_all(attempt)
    assert submit_overdue_attempts(now=closes + timedelta(seconds=180)) == 0
    now = closes + timedelta(seconds=181)
    assert submit_overdue_attempts(now=now) == 1
    attempt.refresh_from_db()
    assert (attempt.state, attempt.submitted_at, attempt.passed) == ("submitted", now, True)
    facts = (Attempt.objects.values().get(), list(Statement.objects.values()))
    assert submit_overdue_attempts(now=closes + timedelta(days=1)) == 0
    assert facts == (Attempt.objects.values().get(), list(Statement.objects.values()))
    assert violations() == {}


def test_attempt_without_a_limit_waits_for_its_learner(publish_quiz, enrolment):
    page = publish_quiz(slug="libre")
    enrolment.course.refresh_from_db()
    start_attempt(
        enrolment=enrolment, quiz_key=page.translation_key, now=timezone.now() - timedelta(days=400)
    )
    assert submit_overdue_attempts(now=timezone.now()) == 0


def test_withdrawn_learner_has_nothing_to_submit(attempt, closes, enrolment):
    withdraw_enrolment(enrolment=enrolment, now=closes)
    assert submit_overdue_attempts(now=closes + OVERDUE) == 0


def test_attempt_that_fails_leaves_the_others_to_be_submitted(
    attempt, closes, head, quiz, person, caplog
):
    other = start_attempt(
        enrolment=enrol_learner(user=person("Rosa"), course=head, received_at=closes),
        quiz_key=quiz.translation_key,
        now=closes,
    )
    Attempt.objects.filter(pk=attempt.pk).update(
        paper=[
            {"question": 0, "version": 0, "kind": "single", "layout": {"schema": 1, "order": []}}
        ]
    )
    assert submit_overdue_attempts(now=closes + timedelta(days=1)) == 1
    assert f"Attempt {attempt.uuid} is over and could not be submitted" in caplog.text
    other.refresh_from_db()
    assert not other.is_open


def test_command_and_due_jobs_submit(enrolment, quiz):
    for said in ("Intentos vencidos que se entregaron: 1\n", None):
        attempt = start_attempt(
            enrolment=enrolment,
            quiz_key=quiz.translation_key,
            now=timezone.now() - timedelta(hours=1),
        )
        out = StringIO()
        if said:
            call_command("submit_overdue_attempts", stdout=out)
            assert out.getvalue() == said
        else:
            assert run_due_jobs(timezone.now()) == []
        attempt.refresh_from_db()
        assert attempt.was_closed_by_time


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("learner_first", [True, False])
def test_learner_and_time_submit_at_once(attempt, closes, learner_first):
    """One final state, one score, one statement, and every answer that arrived in time counts
    (REL-05).
    """
    answer_all(attempt)
    now = closes + OVERDUE
    acts = [partial(submit, attempt, now=now), partial(submit_overdue_attempts, now=now)]
    at_once([*acts, *acts] if learner_first else [*reversed(acts), *reversed(acts)])
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score_scaled, attempt.submitted_at) == ("submitted", 1.0, now)
    assert [row["response"]["chosen"] for row in attempt.evidence] == list(
        right_answers(attempt).values()
    )
    assert Statement.objects.filter(activity_key=attempt.quiz_key).count() == 1
    assert Enrolment.objects.get().progress_rows.filter(activity_key=attempt.quiz_key).count() == 1
    assert violations() == {}


@pytest.mark.django_db(transaction=True)
def test_last_answers_and_time_at_once(attempt, closes):
    """Whatever comes first: what counts and the score agree, and nothing that was sent is lost."""
    answer_all(attempt)
    late = [
        partial(answer, attempt, slot, [0], sequence=9, now=closes + TOO_LATE) for slot in (1, 2, 3)
    ]
    saved = at_once([*late, partial(submit_overdue_attempts, now=closes + OVERDUE)])[:3]
    assert not any(each.counts for each in saved)
    attempt.refresh_from_db()
    assert attempt.score_scaled == 1.0
    assert ResponseEvent.objects.filter(counts=False).count() == 3
    assert violations() == {}
