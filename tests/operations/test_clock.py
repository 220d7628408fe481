"""Tests that a clock that jumped does nothing that cannot be taken back, and that it is believed
again.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from courses.models import ModulePage
from learning.services import enrol_learner
from operations.clock import BELIEVED_AFTER, ClockJumped, check_clock
from operations.jobs import run_due_jobs
from operations.models import ClockReading
from quizzes.models import Attempt
from quizzes.services import start_attempt
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz, answer_all

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOUR = timedelta(hours=1)


def at(minutes, *, off=timedelta(0), machine="one"):
    """Check the clock so many minutes after the start, when it is off by some time."""
    check_clock(NOW + timedelta(minutes=minutes) + off, (machine, 1000.0 + minutes * 60))


@pytest.mark.parametrize("off", [HOUR, -HOUR, timedelta(days=400)])
def test_a_jump_is_refused_until_it_is_over(off):
    at(0)
    for minute in (1, 2, 3):
        with pytest.raises(ClockJumped):
            at(minute, off=off)
    at(4)
    assert ClockReading.objects.get().doubted_at is None


def test_a_clock_that_goes_on_steadily_is_believed_again():
    at(0)
    last = int(BELIEVED_AFTER.total_seconds() // 60)
    for minute in range(1, last + 1):
        with pytest.raises(ClockJumped):
            at(minute, off=HOUR)
    at(last + 1, off=HOUR)
    at(last + 2, off=HOUR)


def test_a_clock_that_jumps_twice_waits_from_the_second_jump():
    at(0)
    for minute, off in ((1, HOUR), (20, 2 * HOUR), (32, 2 * HOUR)):
        with pytest.raises(ClockJumped):
            at(minute, off=off)


def test_pauses_and_small_drift_are_no_jump():
    at(0)
    at(600)
    at(601, off=timedelta(seconds=40))


def test_after_a_start_of_the_machine_only_a_clock_that_went_back_is_refused():
    at(0)
    at(3, machine="two", off=HOUR)
    with pytest.raises(ClockJumped):
        at(4, machine="three")


@pytest.fixture
def timed(course, lina, django_capture_on_commit_callbacks):
    """Lina's open attempt with thirty minutes, all answered."""
    with django_capture_on_commit_callbacks(execute=True):
        quiz = add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 4)], time_limit=30)
    course.refresh_from_db()
    attempt = start_attempt(
        enrolment=enrol_learner(user=lina, course=course, received_at=timezone.now()),
        quiz_key=quiz.translation_key,
        now=timezone.now(),
    )
    answer_all(attempt)
    return attempt


def test_a_clock_one_hour_ahead_hands_no_attempt_in(timed, caplog):
    assert run_due_jobs(timezone.now()) == []
    AuditEntry.objects.create(
        action="tried", object_type="test", object_key=str(uuid4()), at=timezone.now()
    )
    assert run_due_jobs(timezone.now() + HOUR) == ["check the clock"]
    assert "Due job failed: check the clock" in caplog.text
    assert Attempt.objects.get().is_open
    assert not AuditEntry.objects.filter(seal=None).exists()
    assert run_due_jobs(timezone.now()) == []
    assert Attempt.objects.get().is_open
