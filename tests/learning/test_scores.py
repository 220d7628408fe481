"""Checks that a best score is kept exactly, whatever comes after it, on both databases."""

from fractions import Fraction
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.models import AuditEntry
from courses.editions import outline_of
from courses.models import CourseHead, ModulePage
from learning.invariants import check
from learning.models import ActivityProgress, Enrolment, ProgressRow
from learning.services import (
    Provenance,
    complete_activity,
    enrol_learner,
    lock_enrolment,
    record_result,
)
from quizzes.models import Attempt
from quizzes.services import start_attempt
from reporting.services import rebuild_tallies
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz, answer_all, submit

pytestmark = [pytest.mark.django_db, pytest.mark.every_database]
SCORES = sorted(
    {float(Fraction(part, whole)) for whole in (3, 6, 7, 9, 11, 18, 49) for part in range(1, whole)}
)


@pytest.fixture
def quiz(course, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 2)], pass_mark=1.0)


@pytest.fixture
def enrolment(course, quiz, lina):
    return enrol_learner(
        user=lina, course=CourseHead.objects.get(pk=course.pk), received_at=timezone.now()
    )


def record(enrolment, quiz, score):
    with transaction.atomic():
        locked = lock_enrolment(enrolment.pk, enrolment.learner)
        facts = {
            "activity_key": quiz.translation_key,
            "kinds": {"quiz"},
            "uuid": uuid4(),
            "provenance": Provenance(timezone.now()),
        }
        record_result(enrolment=locked, passed=False, score=score, **facts)


def broken():
    return [finding.name for finding in check() if finding.violations]


def test_a_worse_attempt_leaves_the_best_score_as_it_was(enrolment, quiz):
    for score in SCORES:
        record(enrolment, quiz, score)
        record(enrolment, quiz, score / 2)
        assert ActivityProgress.objects.get().score == score
    assert broken() == []


def test_what_is_read_with_the_enrolment_is_the_same_number(enrolment, quiz):
    record(enrolment, quiz, 0.1)
    for score in SCORES:
        ActivityProgress.objects.update(score=score)
        read = Enrolment.objects.with_progress().get(pk=enrolment.pk)
        assert read.progress[quiz.translation_key].score == score


def test_scores_changed_by_rounding_are_mended(enrolment, quiz, capsys):
    record(enrolment, quiz, 5 / 6)
    ActivityProgress.objects.update(score=F("score") - 4e-16)
    assert broken() == ["I7 progress equals the replay of the journal"]
    call_command("mend_scores")
    call_command("mend_scores")
    assert capsys.readouterr().out.splitlines() == [
        "Puntajes corregidos: 1",
        "Puntajes corregidos: 0",
    ]
    assert ActivityProgress.objects.get().score == 5 / 6
    assert broken() == []
    entry = AuditEntry.objects.get(action="progress_mended")
    assert (entry.actor_key, entry.object_type, entry.object_key) == (
        None,
        "enrolment",
        str(enrolment.uuid),
    )
    assert entry.details == {"fields": ["score"], "activities": [str(quiz.translation_key)]}


@pytest.fixture
def quiz_of_six(course, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        module = ModulePage.objects.get(slug="m2")
        return add_quiz(module, [(make_bank(), 6)], pass_mark=1.0)


@pytest.mark.parametrize(
    ("first", "then"), [(4, 1), (5, 4), (2, 1)], ids=["2/3 and 1/6", "5/6 and 2/3", "1/3 and 1/6"]
)
def test_the_audit_is_green_after_a_weaker_second_attempt(course, quiz_of_six, lina, first, then):
    head = CourseHead.objects.get(pk=course.pk)
    enrolment = enrol_learner(user=lina, course=head, received_at=timezone.now())
    for right in (first, then):
        attempt = start_attempt(
            enrolment=enrolment, quiz_key=quiz_of_six.translation_key, now=timezone.now()
        )
        answer_all(attempt, right=right)
        submit(attempt)
    rebuild_tallies(now=timezone.now())
    assert Attempt.objects.order_by("-number").first().score_scaled == float(Fraction(then, 6))
    assert ActivityProgress.objects.get().score == float(Fraction(first, 6))
    call_command("audit_records")


def test_a_day_that_is_read_with_the_enrolment_is_a_date(enrolment, quiz, course):
    lesson = outline_of(course.latest_edition_id).activities[0]
    now = timezone.now()
    complete_activity(
        enrolment_id=enrolment.pk,
        learner=enrolment.learner,
        activity_key=lesson.key,
        uuid=uuid4(),
        received_at=now,
    )
    record(enrolment, quiz, 1 / 3)
    progress = Enrolment.objects.with_progress().get(pk=enrolment.pk).progress
    assert progress == {
        lesson.key: ProgressRow(lesson.key, "completed", "unknown", None, timezone.localdate(now)),
        quiz.translation_key: ProgressRow(
            quiz.translation_key, "in_progress", "failed", 1 / 3, None
        ),
    }
