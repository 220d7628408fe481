"""The card shows one person to who looks after them, and the look stays in the trail."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.corrections import Why, correct_name
from accounts.models import Membership
from accounts.services import grant_role, move_person
from audit.models import AuditEntry
from certificates.models import Certificate
from courses.editions import outline_of
from courses.models import ModulePage
from learning.services import complete_activity, enrol_learner
from notices.models import Letter
from quizzes.services import start_attempt
from roster.models import Request
from roster.requests import ask
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz, answer_all, submit

pytestmark = pytest.mark.django_db


def address_of(person) -> str:
    return reverse("roster:card", args=[person.username])


def shown(client, person) -> str:
    page = client.get(address_of(person))
    assert page.status_code == 200
    return page.content.decode()


@pytest.fixture
def quiz_course(course, django_capture_on_commit_callbacks):
    """The small course with a quiz of three attempts at its end."""
    with django_capture_on_commit_callbacks(execute=True):
        add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 4)], attempts_allowed=3)
    course.refresh_from_db()
    return course


def read_all(person, enrolment, course):
    for activity in outline_of(course.latest_edition_id).activities:
        if activity.kind == "lesson":
            complete_activity(
                enrolment_id=enrolment.pk,
                learner=person.learner_key,
                activity_key=activity.key,
                uuid=uuid4(),
                received_at=timezone.now(),
            )


def try_quiz(enrolment, course, *, right):
    key = next(
        activity.key
        for activity in outline_of(course.latest_edition_id).activities
        if activity.kind == "quiz"
    )
    attempt = start_attempt(enrolment=enrolment, quiz_key=key, now=timezone.now())
    answer_all(attempt, right=right)
    submit(attempt)


def test_it_says_who_a_person_is_without_the_number(as_nora, nusta):
    body = shown(as_nora, nusta)
    assert "Ñusta Q&#x27;orianka Huamán" in body
    assert "DNI, termina en 678" in body
    assert "40123678" not in body
    assert "nusta@demo.example" in body
    assert "Tesorera" in body
    assert "Declarada" in body


def test_posts_before_stay_with_their_days(as_oscar, nusta, organisations):
    move_person(user=nusta, organisation=organisations["tumbes"], post="Jefa", now=timezone.now())
    body = shown(as_oscar, nusta)
    assert "Municipalidad Distrital de Zorritos" in body
    assert "Municipalidad Distrital de Ácora" in body


def test_roles_say_where_and_until_when(as_oscar, nusta):
    until = timezone.localdate() + timedelta(days=40)
    grant_role(
        user=nusta,
        role="coordinator",
        area_codes=["21"],
        kinds=["ugel"],
        ends_on=until,
        now=timezone.now(),
    )
    body = shown(as_oscar, nusta)
    assert "Puno, solo UGEL" in body
    assert f"{until - timedelta(days=1):%d/%m/%Y}" in body


def test_it_says_what_is_done_what_is_missing_and_the_attempts_left(as_nora, nusta, quiz_course):
    enrolment = enrol_learner(user=nusta, course=quiz_course, received_at=timezone.now())
    assert "Sin empezar" in shown(as_nora, nusta)
    read_all(nusta, enrolment, quiz_course)
    try_quiz(enrolment, quiz_course, right=0)
    body = " ".join(shown(as_nora, nusta).split())
    assert "4 de 5 pasos" in body
    assert "le quedan 2 intentos" in body
    assert "Le falta 1 paso" in body
    assert f"requisitos/?persona={nusta.learner_key}" in body


def test_certificates_and_a_name_from_before(as_nora, nusta, quiz_course):
    enrolment = enrol_learner(user=nusta, course=quiz_course, received_at=timezone.now())
    read_all(nusta, enrolment, quiz_course)
    try_quiz(enrolment, quiz_course, right=None)
    assert Certificate.objects.filter(learner=nusta.learner_key).exists()
    body = shown(as_nora, nusta)
    assert "Terminó" in body
    assert "nombre o un documento de antes" not in body
    nusta.last_name = "Huamán"
    nusta.save()
    assert "nombre o un documento de antes" in shown(as_nora, nusta)


def test_who_looked_is_told_by_role_and_day(as_nora, nora, nusta):
    assert "Nadie, hasta ahora" not in shown(as_nora, nusta)
    body = shown(as_nora, nusta)
    assert body.count("Coordinador</span>") == 1
    assert f"{timezone.localdate():%d/%m/%Y}" in body
    looks = AuditEntry.objects.filter(action="card_opened", object_key=str(nusta.learner_key))
    assert [row.actor_key for row in looks] == [nora.learner_key] * 2


# To editors Wagtail shows its bar, for two statements.
@pytest.mark.parametrize(("name", "most"), [("nora", 12), ("oscar", 14)])
def test_it_costs_twelve_statements_at_most(
    request, client, name, most, nora, nusta, quiz_course, django_assert_max_num_queries
):
    """With everything that a card may show."""
    client.force_login(request.getfixturevalue(name))
    enrolment = enrol_learner(user=nusta, course=quiz_course, received_at=timezone.now())
    try_quiz(enrolment, quiz_course, right=0)
    grant_role(user=nusta, role="coordinator", area_codes=["21"], now=timezone.now())
    why = Why(nora, "Trajo su DNI", uuid4())
    correct_name(person=nusta, first_name="Ñusta", last_name="Huamán", why=why, now=timezone.now())
    request_of(nusta)
    letter_to(nusta, status=STATUS.failed)
    shown(client, nusta)
    with django_assert_max_num_queries(most):
        body = shown(client, nusta)
    for words in ("Trajo su DNI", "Pidió algo", "No salió", "Puno", "le quedan 2 intentos"):
        assert words in " ".join(body.split())


def request_of(person) -> Request:
    now = timezone.now()
    return ask(person=person, kind="other", words="Cambié de DNI", uuid=uuid4(), now=now)


def letter_to(person, *, kind="certificate_ready", status=STATUS.sent) -> Letter:
    email = Email.objects.create(
        from_email="puriq@example.pe", to=[person.email], subject="17 de 20", message="40123678",
        status=status,
    )  # fmt: skip
    return Letter.objects.create(email=email, learner=person.learner_key, kind=kind)


def test_letters_are_told_without_what_they_say(as_nora, nusta, omar):
    letter_to(nusta)
    letter_to(nusta, kind="other", status=STATUS.queued)
    letter_to(omar, status=STATUS.failed)
    body = shown(as_nora, nusta)
    letters = " ".join(body.split("Correos que le enviamos")[1].split("</section>")[0].split())
    assert [letters.count(word) for word in ("Certificados", "Salió", "Su cuenta", "Espera")] == [
        1, 1, 1, 1,
    ]  # fmt: skip
    assert "No salió" not in letters
    for hidden in ("17 de 20", "40123678", nusta.email):
        assert hidden not in letters


def test_a_request_that_waits_is_led_to(as_nora, nusta):
    assert "espera respuesta" not in shown(as_nora, nusta)
    first = request_of(nusta)
    assert reverse("roster:request", args=[first.uuid]) in shown(as_nora, nusta)
    ask(
        person=nusta, kind="institution", words="Ya no es mi entidad", uuid=uuid4(),
        now=timezone.now(),
    )  # fmt: skip
    body = shown(as_nora, nusta)
    assert "Pidió 2 cosas y espera respuesta." in body
    assert reverse("roster:request", args=[first.uuid]) in body


def test_who_is_outside_is_like_nobody(client, max_, nusta, lucia):
    for person in (max_, lucia):
        client.force_login(person)
        theirs, nobodys = client.get(address_of(nusta)), client.get("/personas/p0123456789/")
        assert theirs.status_code == nobodys.status_code == 404
    assert not AuditEntry.objects.filter(action="card_opened").exists()


def test_who_moved_away_is_out_of_reach(as_nora, nusta, organisations):
    shown(as_nora, nusta)
    move_person(user=nusta, organisation=organisations["tumbes"], post="", now=timezone.now())
    assert as_nora.get(address_of(nusta)).status_code == 404


def test_whose_role_ended_meanwhile_opens_no_card(as_nora, nora, nusta):
    nora.grants.update(ends_on=date(2025, 1, 1))
    assert as_nora.get(address_of(nusta)).status_code == 404


def test_a_coordinator_of_one_kind_reaches_that_kind_alone(client, person, nusta, omar):
    client.force_login(person("Tina", role="coordinator", areas=["21"], kinds=["ugel"]))
    assert client.get(address_of(omar)).status_code == 404


def test_own_card_leaves_no_look(as_nora, nora, organisations):
    Membership.objects.create(
        user=nora, organisation=organisations["puno"], started_on=date(2024, 1, 1)
    )
    shown(as_nora, nora)
    assert not AuditEntry.objects.filter(action="card_opened").exists()


def test_coordinators_and_operators_find_the_way(client, nora, oscar, lina):
    for person, has_way in ((nora, True), (oscar, True), (lina, False)):
        client.force_login(person)
        assert ('href="/personas/"' in client.get("/cuenta/").content.decode()) is has_way
