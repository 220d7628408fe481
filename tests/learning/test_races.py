"""Simultaneous acts of one learner end as if they had come one after the other."""

from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone

from certificates.models import Certificate
from courses.editions import outline_of
from learning.invariants import check
from learning.models import Enrolment, Statement
from learning.services import complete_activity, enrol_learner, withdraw_enrolment
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def act_of(enrolment, key):
    facts = {"enrolment_id": enrolment.pk, "learner": enrolment.learner, "activity_key": key}
    return lambda: complete_activity(**facts, uuid=uuid4(), received_at=timezone.now())


def broken():
    return [finding.name for finding in check() if finding.violations]


def test_the_last_lessons_finished_together_complete_the_course(course, person):
    keys = [activity.key for activity in outline_of(course.latest_edition_id).activities]
    for place in range(ROUNDS):
        enrolment = enrol_learner(
            user=person(f"Persona{place}"), course=course, received_at=timezone.now()
        )
        outcomes = at_once([act_of(enrolment, key) for key in keys])
        assert sorted(outcome.completed_course for outcome in outcomes) == [False] * (
            len(keys) - 1
        ) + [True]
    assert Certificate.objects.count() == ROUNDS
    assert not broken()


def test_simultaneous_enrolments_are_one(course, lina):
    enrol = partial(enrol_learner, user=lina, course=course, received_at=timezone.now())
    assert len({enrolment.pk for enrolment in at_once([enrol] * 6)}) == 1
    assert Statement.objects.filter(verb="enrolled").count() == 1


def test_withdrawing_and_finishing_at_once_leaves_one_state(course, person):
    keys = [activity.key for activity in outline_of(course.latest_edition_id).activities]
    for place in range(ROUNDS):
        enrolment = enrol_learner(
            user=person(f"Persona{place}"), course=course, received_at=timezone.now()
        )
        for key in keys[:-1]:
            act_of(enrolment, key)()

        def finish(enrolment=enrolment):
            try:
                return act_of(enrolment, keys[-1])().completed_course
            except Enrolment.DoesNotExist:
                return False

        completed, _nothing = at_once(
            [finish, partial(withdraw_enrolment, enrolment=enrolment, now=timezone.now())]
        )
        enrolment.refresh_from_db()
        assert enrolment.state == ("completed" if completed else "withdrawn")
        assert Certificate.objects.filter(enrolment=enrolment).count() == completed
    assert not broken()
