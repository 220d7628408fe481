"""Checks the acts of the learner's record: idempotent, decided once, never taken back."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from certificates.models import Certificate
from courses.editions import outline_of
from courses.models import ModulePage
from learning.invariants import check
from learning.models import ActivityProgress, Enrolment, Statement
from learning.services import (
    ConflictingRepeat,
    NotInOutline,
    Provenance,
    complete_activity,
    enrol_learner,
    lock_enrolment,
    record_result,
    withdraw_enrolment,
)
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(course, lina):
    return enrol_learner(user=lina, course=course, received_at=timezone.now())


def finish(enrolment, key, uuid=None):
    return complete_activity(
        enrolment_id=enrolment.pk,
        learner=enrolment.learner,
        activity_key=key,
        uuid=uuid or uuid4(),
        received_at=timezone.now(),
    )


def keys(course):
    return [activity.key for activity in outline_of(course.latest_edition_id).activities]


def clean():
    return [finding for finding in check() if finding.violations] == []


def test_enrolling_twice_is_once(course, lina, enrolment):
    again = enrol_learner(user=lina, course=course, received_at=timezone.now())
    assert again.pk == enrolment.pk
    assert Statement.objects.filter(verb="enrolled").count() == 1


def test_the_same_act_twice_is_once(course, enrolment):
    uuid = uuid4()
    first, second = (
        finish(enrolment, keys(course)[0], uuid),
        finish(enrolment, keys(course)[0], uuid),
    )
    assert (first.is_repeat, second.is_repeat) == (False, True)
    assert Statement.objects.filter(verb="completed").count() == 1


def test_the_same_identifier_for_another_act_is_refused(course, enrolment):
    uuid = uuid4()
    finish(enrolment, keys(course)[0], uuid)
    with pytest.raises(ConflictingRepeat):
        finish(enrolment, keys(course)[1], uuid)
    assert ActivityProgress.objects.count() == 1


def test_completion_is_decided_once_with_its_edition_and_certificate(course, enrolment):
    outcomes = [finish(enrolment, key) for key in keys(course)]
    finish(enrolment, keys(course)[0])
    enrolment.refresh_from_db()
    assert [outcome.completed_course for outcome in outcomes] == [False, False, False, True]
    assert (enrolment.state, enrolment.completed_edition_id) == (
        Enrolment.State.COMPLETED,
        course.latest_edition_id,
    )
    assert Certificate.objects.filter(enrolment=enrolment).count() == 1
    assert clean()


def test_a_failing_completion_leaves_nothing_half_done(course, enrolment, monkeypatch):
    for key in keys(course)[:-1]:
        finish(enrolment, key)
    with transaction.atomic():
        finish(enrolment, keys(course)[-1])
        transaction.set_rollback(True)
    assert Certificate.objects.count() == 0
    assert Statement.objects.filter(activity_key=None, verb="completed").count() == 0


@pytest.fixture
def quiz(course, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 2)])


def test_a_better_result_is_never_taken_back(quiz, enrolment):
    for passed, score in ((True, 0.9), (False, 0.3)):
        with transaction.atomic():
            locked = lock_enrolment(enrolment.pk, enrolment.learner)
            facts = {
                "activity_key": quiz.translation_key,
                "kinds": {"quiz"},
                "uuid": uuid4(),
                "provenance": Provenance(timezone.now()),
            }
            record_result(enrolment=locked, passed=passed, score=score, **facts)
    row = ActivityProgress.objects.get()
    assert (row.state, row.success, row.score) == ("completed", "passed", 0.9)
    assert clean()


def test_an_activity_outside_the_course_is_refused(enrolment):
    with pytest.raises(NotInOutline):
        finish(enrolment, uuid4())


def test_another_learners_enrolment_does_not_exist(course, enrolment, omar):
    with pytest.raises(Enrolment.DoesNotExist):
        complete_activity(
            enrolment_id=enrolment.pk,
            learner=omar.learner_key,
            activity_key=keys(course)[0],
            uuid=uuid4(),
            received_at=timezone.now(),
        )


def test_a_withdrawn_learner_may_enrol_again(course, lina, enrolment):
    withdraw_enrolment(enrolment=enrolment, now=timezone.now())
    again = enrol_learner(user=lina, course=course, received_at=timezone.now())
    assert again.pk != enrolment.pk
    assert clean()


def test_the_journal_is_append_only(enrolment):
    statement = Statement.objects.first()
    with pytest.raises(TypeError):
        statement.save()
