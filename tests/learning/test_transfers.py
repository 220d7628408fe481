"""Learners who move take along what is in progress; what is done stays where it was done."""

from uuid import uuid4

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.services import move_person
from courses.editions import outline_of
from learning.invariants import check
from learning.models import Enrolment, Statement
from learning.services import complete_activity, enrol_learner, withdraw_enrolment
from tests.racing import at_once

MISPLACED = "What is in progress is counted where its learner serves today"


@pytest.fixture
def ancon(organisations):
    return organisations["tumbes"]


@pytest.fixture
def acora(organisations):
    return organisations["puno"]


def complete(user, course, lessons=slice(None)) -> None:
    for activity in outline_of(course.latest_edition_id).activities[lessons]:
        complete_activity(
            learner=user.learner_key,
            course_slug=course.slug,
            activity_key=activity.key,
            uuid=uuid4(),
            received_at=timezone.now(),
        )


def move(user, organisation: Organisation) -> None:
    move_person(user=user, organisation=organisation, post="Tesorera", now=timezone.now())


def misplaced() -> int:
    return next(finding.violations for finding in check() if finding.name == MISPLACED)


@pytest.mark.django_db
def test_what_is_in_progress_moves_and_statements_carry_the_post_of_the_day(
    courses, person, acora, ancon
):
    done, begun = courses(2, lessons=2)
    rosa = person("Rosa", organisation="tumbes")
    for course in (done, begun):
        enrol_learner(user=rosa, course=course, received_at=timezone.now())
    complete(rosa, done)
    complete(rosa, begun, slice(1))
    move(rosa, acora)
    complete(rosa, begun, slice(1, None))
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"completed"}
    places = dict(Enrolment.objects.values_list("course", "organisation"))
    assert places == {done.pk: ancon.pk, begun.pk: acora.pk}
    assert Enrolment.objects.get(course=begun).district_code == acora.district_id
    journal = Statement.objects.filter(enrolment__course=begun).order_by("id")
    assert list(journal.values_list("verb", "organisation_id")) == [
        ("enrolled", ancon.pk),
        ("completed", ancon.pk),
        # The second lesson, and the course with it.
        ("completed", acora.pk),
        ("completed", acora.pk),
    ]
    assert misplaced() == 0


@pytest.mark.django_db
def test_the_form_says_what_moves_and_moves_it(client, courses, person, acora):
    (course,) = courses(1)
    rosa = person("Rosa", organisation="tumbes")
    enrol_learner(user=rosa, course=course, received_at=timezone.now())
    client.force_login(rosa)
    address = reverse("accounts:change_institution")
    assert "cursos sin terminar pasan a la nueva" in client.get(address).content.decode()
    client.post(address, {"entidad": acora.uuid, "cargo": "Tesorera"})
    assert Enrolment.objects.get().organisation == acora


@pytest.mark.django_db
def test_who_withdrew_takes_nothing_along_and_a_post_that_ends_moves_nothing(
    courses, person, acora, ancon
):
    left, begun = courses(2)
    rosa = person("Rosa", organisation="tumbes")
    enrolment = enrol_learner(user=rosa, course=left, received_at=timezone.now())
    withdraw_enrolment(enrolment=enrolment, now=timezone.now())
    move(rosa, acora)
    assert Enrolment.objects.get().organisation == ancon
    enrol_learner(user=rosa, course=begun, received_at=timezone.now())
    Membership.objects.filter(user=rosa).update(ended_on=timezone.localdate())
    assert Enrolment.objects.get(course=begun).organisation == acora
    assert misplaced() == 0


@pytest.mark.django_db
def test_what_was_left_behind_is_told_and_mended(courses, person, acora, ancon, capsys):
    (course,) = courses(1)
    rosa = person("Rosa", organisation="tumbes")
    enrol_learner(user=rosa, course=course, received_at=timezone.now())
    move(rosa, acora)
    Enrolment.objects.update(organisation=ancon, district_code=ancon.district_id)
    assert misplaced() == 1
    call_command("mend_places")
    assert "Inscripciones corregidas: 1" in capsys.readouterr().out
    assert Enrolment.objects.get().organisation == acora
    assert misplaced() == 0
    call_command("mend_places")
    assert "Inscripciones corregidas: 0" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_who_enrols_and_moves_in_one_moment_is_counted_where_they_serve(courses, person, acora):
    (course,) = courses(1)
    for _round in range(5):
        rosa = person(f"Rosa {_round}", organisation="tumbes")
        at_once(
            [
                lambda rosa=rosa: enrol_learner(
                    user=rosa, course=course, received_at=timezone.now()
                ),
                lambda rosa=rosa: move(rosa, acora),
            ]
        )
    assert misplaced() == 0
    assert set(Enrolment.objects.values_list("organisation", flat=True)) == {acora.pk}
