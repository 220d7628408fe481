"""Two who act on people at once end as one after the other."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db.models import F, Q
from django.utils import timezone

from accounts.corrections import Why, correct_name, deactivate_person
from accounts.merging import merge_people
from accounts.models import ReasonedAct, User
from accounts.services import BeyondTheCeiling, LastOperator, end_role
from courses.editions import outline_of
from courses.models import CourseHead, ModulePage
from learning.services import enrol_learner
from quizzes.invariants import check
from quizzes.models import Attempt
from quizzes.services import AttemptIsOpen, EnrolmentChanged, give_time, start_attempt
from roster.adding import add_person
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(act) -> str:
    """Return how an act ended."""
    try:
        act()
    except (LastOperator, BeyondTheCeiling) as error:
        return type(error).__name__
    return "done"


def operators() -> int:
    return User.objects.filter(
        Q(grants__ends_on=None), grants__role="operator", is_active=True
    ).count()


def test_two_operators_who_switch_each_other_off_leave_one(oscar, person):
    ines = person("Ines", role="operator", national=True)
    acts = [
        partial(
            deactivate_person,
            person=User.objects.get(pk=other.pk),
            why=Why(User.objects.get(pk=actor.pk), "Ya no trabaja aquí", uuid4()),
            now=timezone.now(),
        )
        for actor, other in ((oscar, ines), (ines, oscar))
    ]
    ends = at_once([partial(outcome, act) for act in acts])
    assert ends.count("done") == 1
    assert operators() == 1


def test_one_who_ends_the_role_of_who_switches_them_off_leaves_one(oscar, person):
    ines = person("Ines", role="operator", national=True)
    acts = [
        partial(
            deactivate_person,
            person=User.objects.get(pk=ines.pk),
            why=Why(User.objects.get(pk=oscar.pk), "Ya no trabaja aquí", uuid4()),
            now=timezone.now(),
        ),
        partial(
            end_role,
            grant=oscar.grants.get(),
            ended_by=User.objects.get(pk=ines.pk),
            now=timezone.now(),
        ),
    ]
    at_once([partial(outcome, act) for act in acts])
    assert operators() >= 1


def test_a_form_that_is_sent_twice_at_once_is_one_act(nora, nusta):
    why = Why(nora, "Trajo su DNI", uuid4())
    acts = [
        partial(
            correct_name,
            person=User.objects.get(pk=nusta.pk),
            first_name="Ana",
            last_name="Luz",
            why=why,
            now=timezone.now(),
        )
        for _time in range(3)
    ]
    at_once(acts)
    assert ReasonedAct.objects.count() == 1


def test_one_person_added_twice_at_once_is_one(nora, organisations):
    facts = {
        "first_name": "Yusmary", "last_name": "Ríos", "document_type": "dni", "number": "47123456",
        "organisation": organisations["puno"], "post": "", "now": timezone.now(),
    }  # fmt: skip
    people = at_once([partial(add_person, actor=nora, **facts) for _time in range(3)])
    assert len({person.pk for person in people}) == 1
    assert User.objects.filter(first_name="Yusmary").count() == 1


def test_minutes_given_while_an_attempt_begins_are_not_lost(nora, nusta, course):
    add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 4)], time_limit=20)
    course.refresh_from_db()
    activities = outline_of(course.latest_edition_id).activities
    quiz = next(activity for activity in activities if activity.kind == "quiz")
    enrolment = enrol_learner(user=nusta, course=course, received_at=timezone.now())
    about = {"enrolment": enrolment, "quiz_key": quiz.key, "now": timezone.now()}
    why = Why(nora, "Lee en braille", uuid4())
    at_once(
        [
            partial(give_time, person=nusta, minutes=30, why=why, **about),
            partial(start_attempt, **about),
        ]
    )
    attempt = Attempt.objects.get()
    assert attempt.deadline_at >= attempt.started_at + timedelta(minutes=50)
    assert not [finding.name for finding in check() if finding.violations]


def begun(enrolment, quiz) -> str:
    """Begin a quiz; return what became of it."""
    try:
        start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())
    except EnrolmentChanged:
        return "changed"
    return "begun"


def merged(kept, other, actor) -> str:
    """Make two accounts one; return what became of it."""
    why = Why(User.objects.get(pk=actor.pk), "Es la misma persona", uuid4())
    people = {"person": User.objects.get(pk=kept.pk), "other": User.objects.get(pk=other.pk)}
    try:
        merge_people(**people, why=why, now=timezone.now())
    except AttemptIsOpen:
        return "refused"
    return "merged"


def test_who_begins_a_quiz_while_accounts_are_merged_leaves_no_attempt_behind(
    person, nora, course, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        quiz = add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 4)])
    head = CourseHead.objects.get(pk=course.pk)
    for number in range(4):
        kept, other = (person(f"{name}{number}", organisation="puno") for name in ("Eva", "Sol"))
        enrolment = enrol_learner(user=other, course=head, received_at=timezone.now())
        ends = at_once([partial(begun, enrolment, quiz), partial(merged, kept, other, nora)])
        assert ends in (["begun", "refused"], ["changed", "merged"])
    assert not Attempt.objects.exclude(learner=F("enrolment__learner")).exists()
