"""Enrols and withdraws learners, and remembers where they are reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.queries import account_that_stays
from accounts.services import hold_person
from courses.models import CourseHead
from learning.models import Enrolment, Statement
from learning.permissions import enrolments_of
from learning.queries import begun_and_left, was_taken_out
from learning.services.journal import Provenance, new_statement
from learning.services.recording import open_activity
from learning.signals import enrolment_withdrawn, learner_enrolled
from lib.write_limit import write_transaction

Verb = Statement.Verb
ACTIVE = Enrolment.State.ACTIVE


class TakenOut(Exception):
    """Who looks after the person took them out of the course after they had begun it."""


def enrol_oneself(
    *, user: User, course: CourseHead, received_at: datetime, uuid: UUID | None = None
) -> Enrolment:
    """Join a person who asks for it to an open course, or return the enrolment that is there.

    Raises TakenOut: with a new enrolment they would have every attempt anew, and what somebody
    decided with a reason takes a reason to undo (`enrol_again`).
    """
    if was_taken_out(user, course):
        raise TakenOut
    return enrol_learner(user=user, course=course, received_at=received_at, uuid=uuid)


def enrol_learner(
    *,
    user: User,
    course: CourseHead,
    received_at: datetime,
    occurred_at: datetime | None = None,
    uuid: UUID | None = None,
) -> Enrolment:
    """Join a person to an open course, or return the enrolment that is already there."""
    provenance = Provenance(received_at, occurred_at)
    try:
        with write_transaction():
            return _enrol(user=user, course=course, provenance=provenance, uuid=uuid or uuid4())
    except IntegrityError:
        # Two tabs at once: the database let one through; the other gets the same answer.
        return Enrolment.objects.exclude(state=Enrolment.State.WITHDRAWN).get(
            learner=account_that_stays(user).learner_key, course=course
        )


def put_back(*, user: User, enrolment: Enrolment, now: datetime) -> None:
    """Let a person go on in a course where they were when they were taken out of it; from now on
    it counts where they serve today. The caller holds the transaction.
    """
    hold_person(user)
    own = Enrolment.objects.select_for_update(of=("self",)).select_related("course")
    held = own.get(pk=enrolment.pk, learner=user.learner_key)
    held.state, held.enrolled_at, held.last_act_on = ACTIVE, now, timezone.localdate(now)
    held.organisation, held.district_code = _place_of(_membership_of(user))
    held.save(
        update_fields=["state", "enrolled_at", "last_act_on", "organisation", "district_code"]
    )
    new_statement(held, uuid=uuid4(), verb=Verb.ENROLLED, provenance=Provenance(now)).save(
        force_insert=True
    )
    learner_enrolled.send(sender=Enrolment, enrolment=held, now=now)


def _membership_of(user: User) -> Membership | None:
    memberships = Membership.objects.filter(user=user, ended_on=None)
    return memberships.select_related("organisation").first()


def _place_of(membership: Membership | None) -> tuple[Organisation | None, str]:
    if membership is None:
        return None, ""
    return membership.organisation, membership.organisation.district_id


def _enrol(*, user: User, course: CourseHead, provenance: Provenance, uuid: UUID) -> Enrolment:
    now = provenance.received_at
    # Who moves in the same moment takes this enrolment along, or had moved before.
    hold_person(user)
    membership = _membership_of(user)
    if membership is None and (kept := account_that_stays(user)) != user:
        # Merged since the page was asked for: its posts are gone, so this is looked at then alone.
        return _enrol(user=kept, course=course, provenance=provenance, uuid=uuid)
    organisation, district_code = _place_of(membership)
    enrolment = Enrolment.objects.create(
        learner=user.learner_key,
        course=course,
        enrolled_at=now,
        last_act_on=timezone.localdate(now),
        organisation=organisation,
        district_code=district_code,
    )
    new_statement(enrolment, uuid=uuid, verb=Verb.ENROLLED, provenance=provenance).save(
        force_insert=True
    )
    learner_enrolled.send(sender=Enrolment, enrolment=enrolment, now=now)
    return enrolment


@dataclass(frozen=True)
class Joined:
    """What became of people who were to join a course, by their keys: those who joined it, those
    who were in it, and those who had begun it, were taken out, and stay out.
    """

    enrolled: frozenset[UUID]
    there: frozenset[UUID]
    left: frozenset[UUID]


def enrol_people(*, people: Sequence[User], course: CourseHead, now: datetime) -> Joined:
    """Join people to an open course in the caller's transaction. Who had begun and was taken out
    of it does not come back without a reason (`enrol_again`); who did nothing there does, as after
    a list that was taken back.
    """
    keys = [person.learner_key for person in people]
    own = Enrolment.objects.filter(course=course, learner__in=keys)
    there = set(own.exclude(state=Enrolment.State.WITHDRAWN).values_list("learner", flat=True))
    left = set(begun_and_left(own).values_list("learner", flat=True)) - there
    enrolled = set()
    for person in people:
        if person.learner_key not in there | left:
            enrol_learner(user=person, course=course, received_at=now)
            enrolled.add(person.learner_key)
    return Joined(frozenset(enrolled), frozenset(there), frozenset(left))


def withdraw_enrolment(*, enrolment: Enrolment, now: datetime, uuid: UUID | None = None) -> None:
    """Take a learner out of a course; what was done stays in the journal."""
    with write_transaction():
        own = (
            Enrolment.objects.select_for_update(of=("self",))
            .select_related("course")
            .get(pk=enrolment.pk)
        )
        if own.state != Enrolment.State.ACTIVE:
            return
        own.state = Enrolment.State.WITHDRAWN
        own.save(update_fields=["state"])
        new_statement(
            own, uuid=uuid or uuid4(), verb=Verb.WITHDRAWN, provenance=Provenance(now)
        ).save(force_insert=True)
        enrolment_withdrawn.send(sender=Enrolment, enrolment=own, now=now)


def move_bookmark(*, user: User, enrolment_uuid: UUID, activity_key: UUID, now: datetime) -> None:
    """Remember where a learner is reading, in an activity of any kind.

    Not a statement: it proves nothing.

    Raises Enrolment.DoesNotExist for an enrolment that is not theirs, or in a course that is not
    open, and NotInOutline.
    """
    rows = enrolments_of(user).filter(uuid=enrolment_uuid)
    enrolment = rows.filter(course__is_open=True).select_related("course").get()
    open_activity(enrolment.course, activity_key, now=now)
    rows.update(bookmark=activity_key)
