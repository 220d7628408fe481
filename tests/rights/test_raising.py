"""No form stores what it does not show, and no role raises itself or anybody else (ACC-03, ACC-07,
R11).
"""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import RoleGrant, User
from certificates.models import Certificate
from learning.models import ActivityProgress, Enrolment
from quizzes.models import Attempt
from tests.rights.asking import address_of, ask, browser, known_routes
from tests.rights.conftest import OPEN_FILES
from tests.rights.table import read_table, rows_of

pytestmark = OPEN_FILES
TABLE = read_table()
PEOPLE = ("Lina", "Ada", "Raúl", "Max", "Lucía", "Óscar")


def rights() -> dict[str, list]:
    """Return who may what, and whose the records are."""
    return {
        "people": list(User.objects.order_by("pk").values_list("pk", "learner_key", "is_staff",
        "is_superuser", "password", "document_index")),
        "grants": list(RoleGrant.objects.order_by("pk").values_list()),
        "groups": sorted(User.groups.through.objects.values_list("user", "group")),
        "permissions": sorted(Group.permissions.through.objects.values_list("group", "permission")),
        "of people": sorted(User.user_permissions.through.objects.values_list("user",
        "permission")),
        "owners": sorted(Attempt.objects.values_list("uuid", "learner", "number")),
        "certificates": sorted(Certificate.objects.values_list("code", "learner")),
    }  # fmt: skip


def scores() -> dict[str, list]:
    """Return what learners reached."""
    return {
        "attempts": sorted(Attempt.objects.values_list("uuid", "state", "score_scaled"), key=str),
        "progress": sorted(
            ActivityProgress.objects.values_list("pk", "state", "success", "score"), key=str
        ),
        "enrolments": sorted(
            Enrolment.objects.values_list("uuid", "state", "completed_at"), key=str
        ),
    }


def extra(world) -> dict[str, object]:
    """Return the fields that would raise somebody, by every name that our models, Wagtail and the
    browser know.
    """
    omar, lina = world.people["Omar"], world.people["Lina"]
    return {
        "role": "operator", "roles": "operator", "scope": "national", "is_national": "on",
        "area_codes": '["24"]', "areas": "24", "kinds": "[]",
        "is_staff": "on", "is_superuser": "on", "is_active": "on", "is_demo": "on",
        "groups": [group.pk for group in Group.objects.all()],
        "group": Group.objects.first().pk, "user_permissions": ["1", "2", "3"], "permissions": ["1",
        "2"], "password": "clave tomada 2026", "user": lina.pk,
        "score": "1", "raw_score": "20", "scaled": "1", "passed": "on", "is_correct": "on",
        "is_completed": "on", "completed_at": "2026-01-01",
        "learner": str(omar.learner_key), "learner_key": str(omar.learner_key), "owner": lina.pk,
        "attempt": "1", "number": "1", "state": "passed",
        "username": lina.username, "document_number": "", "document_index": "x",
        "granted_by": lina.pk, "author_key": str(lina.learner_key),
    }  # fmt: skip


# A new attempt is what its learner asks for; an erasure, and the review of a role, are what an
# operator is there for.
EXPECTED = {
    "cursos/<slug:course_slug>/<slug:module_slug>/<slug:activity_slug>/",
    "cuenta/pedidos-de-borrado/<uuid:uuid>/",
    "personas/roles/<number:number>/mantener/",
}


@pytest.mark.parametrize("name", PEOPLE)
def test_no_address_raises_anybody(world, name):
    client, sent, before = browser(world.people[name]), extra(world), rights()
    changed = []
    for route in known_routes():
        for row in rows_of(route, TABLE):
            if (
                "POST" not in row.methods
                or row.expected(name) in {"404", "405", "sign in"}
                or route in EXPECTED
            ):
                continue
            answer = ask(
                client,
                "POST",
                address_of(route, world.samples[row.of]),
                {**sent, **world.forms.get(route, {})},
                look=rights,
            )
            if answer.seen != before:
                changed.append(
                    (route, row.of, [part for part in before if before[part] != answer.seen[part]])
                )
    assert changed == []


def test_no_form_of_a_learner_stores_more_than_it_shows(world):
    """Each form with what it asks for, and the rest thrown in."""
    lina, more, mine = browser(world.people["Lina"]), extra(world), world.samples["Lina"]
    attempt = f"/intentos/{mine['attempt_uuid']}"
    forms = {
        "/cuenta/datos/": {"first_name": "Lina", "last_name": "Rojas", "post": "Jefa"},
        "/cuenta/primer-ingreso/": {"organisation_is_right": "1", "post": "Jefa", "accepts": "on"},
        "/cuenta/correo/": {"email": "nueva@demo.example", "password": "puriq-demo-2026"},
        "/cuenta/borrar/": {"understands": "on", "password": "puriq-demo-2026"},
        "/ayuda/": {"text": "Ayuda", "contact": ""},
        "/inscripcion/curso/": {"uuid": uuid4()},
        f"/mi-aprendizaje/curso/leida/{mine['activity_key']}/": {"uuid": uuid4()},
        f"{attempt}/1/": {"uuid": uuid4(), "sequence": 1, "chosen": [0], "go": "2"},
    }
    before, reached = rights(), scores()
    for address, form in forms.items():
        answer = ask(lina, "POST", address, {**more, **form}, look=lambda: (rights(), scores()))
        assert answer.status_code == 302, address
        assert answer.seen == (before, reached), address
    sent = {**more, "uuid": uuid4()}
    answer = ask(
        lina,
        "POST",
        f"{attempt}/revisar/",
        sent,
        look=lambda: Attempt.objects.get(uuid=mine["attempt_uuid"]),
    )
    assert (answer.seen.score_scaled, answer.seen.learner) == (0, world.people["Lina"].learner_key)


def test_registration_gives_no_right(world, client):
    form = {
        "first_name": "Eva",
        "last_name": "Luz",
        "document_type": "",
        "email": "eva@demo.example",
        "password": "tres palabras juntas",
        "accepts": "on",
    }
    before = rights()
    client.post("/cuenta/registro/datos/?entidad=ninguna", {**extra(world), **form})
    eva = User.objects.get(email="eva@demo.example")
    assert not any(
        (eva.is_staff, eva.is_superuser, eva.is_demo, eva.grants.exists(), eva.groups.exists())
    )
    after = rights()
    assert {part: after[part] for part in after if part != "people"} == {
        part: before[part] for part in before if part != "people"
    }


def form_of_person(person: User, **more) -> dict[str, object]:
    """Return what the editor's screen of a person sends."""
    return {
        "username": person.username,
        "email": person.email,
        "first_name": "Otra",
        "last_name": "Persona",
        "is_active": "on",
        **more,
    }


def test_an_operator_makes_nobody_more_than_they_were(world):
    oscar, everything = browser(world.people["Óscar"]), extra(world)
    for person in (world.people["Lina"], world.people["Ada"], world.people["Óscar"]):
        before = rights()
        answer = oscar.post(reverse("wagtailusers_users:edit", args=[person.pk]),
        form_of_person(person, **{**everything, "username": person.username,
            "password1": "clave tomada 2026", "password2": "clave tomada 2026"}))  # fmt: skip
        assert answer.status_code == 302
        person.refresh_from_db()
        assert person.first_name == "Otra"
        assert rights() == before


def test_a_person_made_by_an_operator_has_no_role_and_no_password(world):
    oscar = browser(world.people["Óscar"])
    form = {
        **extra(world),
        "username": "pnueva",
        "email": "nueva@demo.example",
        "first_name": "Nueva",
        "last_name": "Persona",
    }
    assert (
        oscar.post(
            reverse("wagtailusers_users:add"),
            {**form, "password1": "clave 2026 larga", "password2": "clave 2026 larga"},
        ).status_code
        == 302
    )
    made = User.objects.get(email="nueva@demo.example")
    assert not any(
        (
            made.is_superuser,
            made.is_staff,
            made.groups.exists(),
            made.grants.exists(),
            made.check_password("clave 2026 larga"),
        )
    )


def test_who_holds_a_role_keeps_the_address_that_recovery_writes_to(world):
    oscar = browser(world.people["Óscar"])
    for email, expected in (
        ("ines@demo.example", "ines@demo.example"),
        ("lina@demo.example", "tomada@demo.example"),
    ):
        person = User.objects.get(email=email)
        oscar.post(
            reverse("wagtailusers_users:edit", args=[person.pk]),
            form_of_person(person, email="tomada@demo.example"),
        )
        person.refresh_from_db()
        assert person.email == expected


def test_groups_are_not_handed_out_or_changed(world):
    oscar, before, lina = browser(world.people["Óscar"]), rights(), world.people["Lina"]
    group = Group.objects.get(name="Operadores")
    bulk = f"/gestion/bulk/accounts/user/assign_role/?id={lina.pk}"
    assert oscar.post(bulk, {"role": group.pk}).status_code == 404
    for name, arguments in (("edit", [group.pk]), ("add", []), ("delete", [group.pk])):
        oscar.post(
            reverse(f"wagtailusers_groups:{name}", args=arguments),
            {"name": "Otro", "permissions": ["1", "2"]},
        )
    oscar.post(reverse("wagtailusers_users:delete", args=[lina.pk]))
    oscar.post(f"/gestion/bulk/accounts/user/delete/?id={lina.pk}")
    assert rights() == before
    assert Group.objects.count() == 3


@pytest.mark.parametrize("name", ["Ada", "Raúl"])
@pytest.mark.parametrize("action", ["assign_role", "delete", "set_active_state"])
def test_nobody_but_operators_acts_on_people_by_the_dozen(world, name, action):
    lina = world.people["Lina"]
    answer = browser(world.people[name]).post(
        f"/gestion/bulk/accounts/user/{action}/?id={lina.pk}", {"role": Group.objects.first().pk}
    )
    assert answer.status_code == 404
    assert User.objects.filter(pk=lina.pk, is_active=True).exists()
