"""Checks that a best score is kept exactly, whatever comes after it, on both databases."""

from fractions import Fraction
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.models import AuditEntry
from courses.models import CourseHead, ModulePage
from learning.invariants import check
from learning.models import ActivityProgress, Enrolment
from learning.services import Provenance, enrol_learner, lock_enrolment, record_result
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz

pytestmark = pytest.mark.django_db
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


def test_what_is_read_through_text_is_the_same_number(enrolment, quiz):
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
