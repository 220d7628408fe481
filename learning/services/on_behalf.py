"""Lets who looks after people take a learner out of a course, and enrol them in it again, each time
with a reason.
"""

from datetime import datetime

from django.db import transaction

from accounts.corrections import NothingChanges, Why, begin_act
from accounts.models import User
from accounts.services import record_act_on
from courses.models import CourseHead
from learning.models import Enrolment
from learning.queries import begun_and_left
from learning.services.enrolling import enrol_learner, put_back, withdraw_enrolment
from learning.services.settling import settle_enrolment

State = Enrolment.State


class CourseClosed(Exception):
    """The course is not published any more: nobody enrols in it."""


def withdraw_person(*, person: User, enrolment: Enrolment, why: Why, now: datetime) -> None:
    """Take a person out of a course in progress; what they did stays in the journal.

    Raises NothingChanges for a course that was finished or left meanwhile, Enrolment.DoesNotExist
    for somebody else's, and as `begin_act` does.
    """
    with transaction.atomic():
        if not begin_act(person, "enrolment_withdrawn", why, now):
            return
        own = Enrolment.objects.select_for_update(of=("self",)).select_related("course")
        held = own.get(pk=enrolment.pk, learner=person.learner_key)
        if held.state != State.ACTIVE:
            raise NothingChanges
        withdraw_enrolment(enrolment=held, now=now)
        facts = {"course": str(held.course.key)}
        record_act_on(person, "enrolment_withdrawn", now, facts, actor=why.actor)


def enrol_again(*, person: User, course: CourseHead, why: Why, now: datetime) -> None:
    """Enrol a person again in a course that they were taken out of: they go on where they were,
    with the attempts that they had used; who had done nothing in it begins.

    Raises NothingChanges for who is in it, or never was; CourseClosed; and as `begin_act` does.
    """
    with transaction.atomic():
        if not begin_act(person, "enrolled_again", why, now):
            return
        if not CourseHead.objects.filter(pk=course.pk, is_open=True).exists():
            raise CourseClosed
        own = Enrolment.objects.filter(learner=person.learner_key, course=course)
        if set(own.values_list("state", flat=True)) != {State.WITHDRAWN}:
            raise NothingChanges
        left = begun_and_left(own).order_by("-pk").first()
        if left is None:
            enrol_learner(user=person, course=course, received_at=now)
        else:
            put_back(user=person, enrolment=left, now=now)
            # Conditions may have changed meanwhile: completion belongs to no click.
            settle_enrolment(enrolment_id=left.pk, learner=person.learner_key, now=now)
        facts = {"course": str(course.key)}
        record_act_on(person, "enrolled_again", now, facts, actor=why.actor)
