"""Who looks after people takes them out of a course and enrols them again: with a reason, in the
trail, and told to the person.
"""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.corrections import NothingChanges, Why
from accounts.models import ReasonedAct
from accounts.services import BeyondTheCeiling, move_person
from audit.models import AuditEntry
from courses.editions import outline_of
from courses.models import CourseHead, LessonPage
from learning.invariants import check
from learning.models import Enrolment, Statement
from learning.services import (
    CourseClosed,
    complete_activity,
    enrol_again,
    enrol_learner,
    withdraw_person,
)
from notices.models import Notice
from notices.writing import write_notices
from operations.records import check_records
from tests.roster.test_acts import REASON, address_of, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(nusta, course):
    return enrol_learner(user=nusta, course=course, received_at=timezone.now())


def why(actor) -> Why:
    return Why(actor, REASON, uuid4())


def finish(enrolment: Enrolment, key) -> None:
    complete_activity(
        enrolment_id=enrolment.pk,
        learner=enrolment.learner,
        activity_key=key,
        uuid=uuid4(),
        received_at=timezone.now(),
    )


def card_of(client, person) -> str:
    return client.get(reverse("roster:card", args=[person.username])).content.decode()


def states(person) -> list[str]:
    rows = Enrolment.objects.filter(learner=person.learner_key).order_by("pk")
    return list(rows.values_list("state", flat=True))


def violations() -> list[str]:
    return [finding.name for finding in check() if finding.violations]


def test_a_person_is_taken_out_and_enrolled_again(as_nora, nora, nusta, enrolment):
    link = f"{address_of(nusta, 'retirar')}?curso={enrolment.uuid}"
    assert link in card_of(as_nora, nusta)
    assert "checked" in as_nora.get(link).content.decode()
    answer = send(as_nora, nusta, "retirar", course=enrolment.uuid)
    assert answer["Location"] == reverse("roster:card", args=[nusta.username])
    assert states(nusta) == ["withdrawn"]
    card = card_of(as_nora, nusta)
    assert "Retirada" in card
    assert "Retiro de un curso: " in card
    assert f"{address_of(nusta, 'inscribir')}?curso={enrolment.uuid}" in card
    send(as_nora, nusta, "inscribir", course=enrolment.uuid)
    assert states(nusta) == ["withdrawn", "active"]
    card = card_of(as_nora, nusta)
    assert "Retirada" not in card
    assert "Inscripción de nuevo: " in card
    verbs = Statement.objects.filter(learner=nusta.learner_key).order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["enrolled", "withdrawn", "enrolled"]
    lines = AuditEntry.objects.filter(details={"course": str(enrolment.course.key)})
    assert [(line.action, line.actor_key) for line in lines] == [
        ("enrolment_withdrawn", nora.learner_key),
        ("enrolled_again", nora.learner_key),
    ]
    assert violations() == []


def test_the_person_is_told_of_both(nora, nusta, enrolment):
    now = timezone.now()
    withdraw_person(person=nusta, enrolment=enrolment, why=why(nora), now=now)
    enrol_again(person=nusta, course=enrolment.course, why=why(nora), now=now)
    write_notices(timezone.now())
    told = Notice.objects.filter(learner=nusta.learner_key, kind__in=["enrolled", "withdrawn"])
    assert sorted(told.values_list("kind", flat=True)) == ["enrolled", "enrolled", "withdrawn"]
    assert all(REASON not in str(facts) for facts in told.values_list("facts", flat=True))


def test_sent_twice_it_is_done_once(nora, nusta, enrolment):
    same = why(nora)
    for _time in range(2):
        withdraw_person(person=nusta, enrolment=enrolment, why=same, now=timezone.now())
    assert ReasonedAct.objects.count() == 1
    again = why(nora)
    for _time in range(2):
        enrol_again(person=nusta, course=enrolment.course, why=again, now=timezone.now())
    assert states(nusta) == ["withdrawn", "active"]


def test_what_is_so_already_is_said(nora, nusta, course, enrolment):
    now = timezone.now()
    with pytest.raises(NothingChanges):
        enrol_again(person=nusta, course=course, why=why(nora), now=now)
    withdraw_person(person=nusta, enrolment=enrolment, why=why(nora), now=now)
    with pytest.raises(NothingChanges):
        withdraw_person(person=nusta, enrolment=enrolment, why=why(nora), now=now)
    assert ReasonedAct.objects.count() == 1


def test_nobody_is_enrolled_in_what_they_never_left(nora, nusta, course):
    with pytest.raises(NothingChanges):
        enrol_again(person=nusta, course=course, why=why(nora), now=timezone.now())
    assert states(nusta) == []


@pytest.mark.parametrize(
    ("began", "after"), [(True, ["withdrawn"]), (False, ["withdrawn", "active"])]
)
def test_who_began_and_was_taken_out_comes_back_by_a_reason(
    client, nora, nusta, course, enrolment, began, after
):
    """Enrolled by themselves they would have every attempt anew."""
    if began:
        finish(enrolment, outline_of(course.latest_edition_id).activities[0].key)
    withdraw_person(person=nusta, enrolment=enrolment, why=why(nora), now=timezone.now())
    client.force_login(nusta)
    client.post("/inscripcion/curso/", {"uuid": str(uuid4())})
    assert states(nusta) == after
    page = client.get("/cursos/curso/").content.decode()
    assert ("te retiraron de él" in page) is began
    if began:
        enrol_again(person=nusta, course=course, why=why(nora), now=timezone.now())
        client.post("/inscripcion/curso/", {"uuid": str(uuid4())})
        assert states(nusta) == ["active"]
        assert "te retiraron" not in client.get("/cursos/curso/").content.decode()


def test_who_comes_back_goes_on_where_they_were(
    as_nora, nora, nusta, course, enrolment, organisations
):
    """Taken out by mistake, they lose nothing; they count where they serve now."""
    first, *others = outline_of(course.latest_edition_id).activities
    finish(enrolment, first.key)
    withdraw_person(person=nusta, enrolment=enrolment, why=why(nora), now=timezone.now())
    place, now = organisations["ugel"], timezone.now()
    move_person(user=nusta, organisation=place, post="Asistente", now=now, moved_by=nora)
    again = why(nora)
    for _time in range(2):
        enrol_again(person=nusta, course=course, why=again, now=timezone.now())
    enrolment.refresh_from_db()
    assert (states(nusta), enrolment.organisation) == (["active"], place)
    assert "1 de 4 pasos" in " ".join(card_of(as_nora, nusta).split())
    assert not [finding for finding in check_records() if finding.violations]
    for activity in others:
        finish(enrolment, activity.key)
    assert states(nusta) == ["completed"]
    assert not [finding for finding in check_records() if finding.violations]


def test_who_lacked_only_what_was_taken_away_is_complete_on_coming_back(
    nora, nusta, course, enrolment, django_capture_on_commit_callbacks
):
    *others, last = outline_of(course.latest_edition_id).activities
    for activity in others:
        finish(enrolment, activity.key)
    withdraw_person(person=nusta, enrolment=enrolment, why=why(nora), now=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        LessonPage.objects.get(translation_key=last.key).unpublish()
    course.refresh_from_db()
    enrol_again(person=nusta, course=course, why=why(nora), now=timezone.now())
    assert states(nusta) == ["completed"]


def test_a_closed_course_takes_nobody_back(as_nora, nora, nusta, course, enrolment):
    withdraw_person(person=nusta, enrolment=enrolment, why=why(nora), now=timezone.now())
    CourseHead.objects.filter(pk=course.pk).update(is_open=False)
    assert "Inscríbela otra vez" not in card_of(as_nora, nusta)
    page = send(as_nora, nusta, "inscribir", course=enrolment.uuid).content.decode()
    assert "No dejó ningún curso que esté abierto." in page
    with pytest.raises(CourseClosed):
        enrol_again(person=nusta, course=course, why=why(nora), now=timezone.now())


def test_nobody_does_it_outside_or_to_another(max_, nora, nusta, omar, course, enrolment):
    now = timezone.now()
    with pytest.raises(BeyondTheCeiling):
        withdraw_person(person=nusta, enrolment=enrolment, why=why(max_), now=now)
    with pytest.raises(Enrolment.DoesNotExist):
        withdraw_person(person=omar, enrolment=enrolment, why=why(nora), now=now)
    assert states(nusta) == ["active"]


def test_a_course_of_nobody_is_not_chosen(as_nora, nusta, enrolment):
    page = send(as_nora, nusta, "retirar", course=uuid4()).content.decode()
    assert "Elige uno de los cursos de la lista." in page
    assert states(nusta) == ["active"]
