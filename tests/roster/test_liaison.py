"""A liaison sees the people of one institution and changes nothing: given by whose territory holds
it, until a day.
"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import corrections
from accounts.corrections import Why, correct_name
from accounts.invariants import liaisons_who_left
from accounts.models import Membership, RoleGrant, Transfer
from accounts.permissions import may_act_on, people_in_reach, people_in_sight
from accounts.role_acts import ServesNowhere, make_liaison
from accounts.services import (
    BeyondTheCeiling,
    Ground,
    create_person,
    follow_merges,
    grant_role,
    merge_organisation,
    move_person,
)
from accounts.transfers import reject_transfer
from audit.models import AuditEntry
from learning.services import enrol_learner
from roster.models import Request
from roster.requests import ask
from tests.roster.test_acts import REASON, address_of, send

pytestmark = pytest.mark.django_db


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def why(actor) -> Why:
    return Why(actor, REASON, uuid4())


@pytest.fixture
def elena(organisations):
    """Serves where Ñusta does, and is the liaison of that institution."""
    user = create_person(
        first_name="Elena",
        last_name="Zapata",
        email="elena@demo.example",
        organisation=organisations["puno"],
        password="tres palabras juntas",
        now=timezone.now(),
    )
    grant_role(
        user=user, role="liaison", organisation=organisations["puno"], ends_on=in_days(90),
        now=timezone.now(),
    )  # fmt: skip
    return user


@pytest.fixture
def as_elena(client, elena):
    client.force_login(elena)
    return client


def card(person) -> str:
    return reverse("roster:card", args=[person.username])


def test_a_coordinator_makes_one_on_the_card_and_ends_it(as_nora, nora, nusta, organisations):
    assert "Hazla enlace de su entidad" in as_nora.get(card(nusta)).content.decode()
    last = in_days(60)
    answer = send(as_nora, nusta, "enlace", last_day=last.isoformat())
    assert answer["Location"] == card(nusta)
    grant = RoleGrant.objects.get(user=nusta, role="liaison")
    assert (grant.organisation, grant.ends_on) == (organisations["puno"], last + timedelta(days=1))
    body = as_nora.get(card(nusta)).content.decode()
    assert "Enlace" in body
    assert "Hazla enlace de su entidad" not in body
    line = AuditEntry.objects.get(action="role_granted", object_key=str(nusta.learner_key))
    assert line.actor_key == nora.learner_key
    assert line.details["organisation"] == str(organisations["puno"].uuid)
    end = reverse("roster:end_role", args=[nusta.username, grant.pk])
    page = as_nora.get(end).content.decode()
    assert f"Enlace: {organisations['puno'].name}." in page
    seen = re.search(r'name="seen" value="([^"]*)"', page)[1]
    as_nora.post(end, {"reason": REASON, "uuid": uuid4(), "seen": seen})
    grant.refresh_from_db()
    assert grant.ends_on == timezone.localdate()


def test_it_needs_a_last_day(as_nora, nusta):
    page = send(as_nora, nusta, "enlace", last_day="").content.decode()
    assert "error" in page
    assert not RoleGrant.objects.filter(role="liaison").exists()


def test_only_whose_territory_holds_the_institution_gives_it(max_, nora, person, nusta):
    ugel = person("Tina", role="coordinator", areas=["21"], kinds=["ugel"])
    short = person("Sol", role="coordinator", areas=["21"])
    short.grants.update(ends_on=in_days(10))
    for giver in (max_, ugel, short):
        with pytest.raises(BeyondTheCeiling):
            make_liaison(person=nusta, ends_on=in_days(30), why=why(giver), now=timezone.now())
    make_liaison(person=nusta, ends_on=in_days(30), why=why(nora), now=timezone.now())


def test_who_serves_nowhere_is_no_liaison(oscar, nusta):
    Membership.objects.all().delete()
    with pytest.raises(ServesNowhere):
        make_liaison(person=nusta, ends_on=in_days(30), why=why(oscar), now=timezone.now())


@pytest.mark.parametrize(
    "facts", [{"organisation": None}, {"is_national": True}, {"ends_on": None}]
)
def test_the_database_keeps_it_to_one_institution_and_an_end(nusta, organisations, facts):
    row = {"organisation": organisations["puno"], "ends_on": in_days(5), **facts}
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=nusta, role="liaison", starts_on=timezone.localdate(), **row)
    with pytest.raises(ValueError, match="liaison"):
        grant_role(user=nusta, role="liaison", now=timezone.now(), **row)


def test_nobody_else_has_one_institution(nusta, organisations):
    with pytest.raises(ValueError, match="liaison"):
        grant_role(
            user=nusta, role="coordinator", area_codes=["21"], organisation=organisations["puno"],
            now=timezone.now(),
        )  # fmt: skip


def test_a_liaison_sees_card_lists_and_conditions_of_one_institution(
    as_elena, elena, nusta, lina, course, person, organisations
):
    other = person("Ciro", organisation="ugel")  # of the same area
    enrol_learner(user=nusta, course=course, received_at=timezone.now())
    enrol_learner(user=other, course=course, received_at=timezone.now())
    page = as_elena.get("/personas/").content.decode()
    assert "Mira a quién llamar" in page
    for button in ("Responde pedidos", "Registra a una persona", "Sube una lista", "papeletas"):
        assert button not in page
    found = as_elena.post("/personas/", {"who": "ñusta"}).content.decode()
    assert card(nusta) in found
    assert card(other) not in as_elena.post("/personas/", {"who": "ciro"}).content.decode()
    assert as_elena.get(card(nusta)).status_code == 200
    for name in ("sin-empezar", "sin-activar"):
        listed = as_elena.get(reverse("roster:calls", args=[name])).content.decode()
        assert "Ñusta" in listed
        assert "Ciro" not in listed
    conditions = f"/mi-aprendizaje/{course.slug}/requisitos/?persona="
    assert as_elena.get(f"{conditions}{nusta.learner_key}").status_code == 200
    for hidden in (other, lina):
        assert as_elena.get(card(hidden)).status_code == 404
        assert as_elena.get(f"{conditions}{hidden.learner_key}").status_code == 404
    looks = AuditEntry.objects.filter(action="card_opened", actor_key=elena.learner_key)
    assert [look.object_key for look in looks] == [str(nusta.learner_key)]


def test_a_liaison_changes_nothing(as_elena, elena, nusta, course):
    enrol_learner(user=nusta, course=course, received_at=timezone.now())
    asked = ask(
        person=nusta, kind=Request.Kind.OTHER, words="Otra cosa", uuid=uuid4(), now=timezone.now()
    )
    body = as_elena.get(card(nusta)).content.decode()
    for word in (
        "Corrige",
        "Retírala",
        "Dale un rol",
        "Hazla enlace",
        "Ayúdala",
        "espera respuesta",
    ):
        assert word not in body
    closed = [
        address_of(nusta, act) for act in ("nombre", "correo", "retirar", "enlace", "desactivar")
    ]
    closed += [reverse("roster:give_role", args=[nusta.username]), address_of(nusta, "entidad")]
    closed += [reverse("accounts:give_code", args=[nusta.username])]
    closed += [reverse("roster:request", args=[asked.uuid]), "/personas/pedidos/"]
    closed += ["/personas/papeletas/", "/personas/nueva/", "/personas/listas/", "/panel/"]
    for address in closed:
        assert as_elena.get(address).status_code == 404, address
        assert as_elena.post(address, {"reason": REASON}).status_code == 404, address
    assert not may_act_on(elena, nusta)
    assert not people_in_reach(elena).exists()
    with pytest.raises(BeyondTheCeiling):
        correct_name(
            person=nusta, first_name="Ana", last_name="Luz", why=why(elena), now=timezone.now()
        )


def test_a_liaison_gives_no_role(elena, nusta, organisations):
    with pytest.raises(BeyondTheCeiling):
        grant_role(
            user=nusta, role="liaison", organisation=organisations["puno"], ends_on=in_days(5),
            granted_by=elena, now=timezone.now(),
        )  # fmt: skip


def test_who_coordinates_elsewhere_acts_there_alone(client, elena, nusta, lina):
    grant_role(user=elena, role="coordinator", area_codes=["24"], now=timezone.now())
    client.force_login(elena)
    assert "Corrige sus datos" not in client.get(card(nusta)).content.decode()
    assert client.get(address_of(nusta, "nombre")).status_code == 404
    assert "Corrige sus datos" in client.get(card(lina)).content.decode()
    assert client.get(address_of(lina, "nombre")).status_code == 200


def test_what_ends_or_moves_is_out_of_sight(as_elena, elena, nusta, organisations):
    move_person(user=nusta, organisation=organisations["ugel"], post="", now=timezone.now())
    assert as_elena.get(card(nusta)).status_code == 404
    elena.grants.update(ends_on=timezone.localdate())
    vars(elena).pop("_grants", None)
    assert not people_in_sight(elena).exists()
    assert as_elena.get("/personas/").status_code == 404


def test_a_merge_of_their_institution_is_told_and_the_card_gives_the_role_anew(
    client, oscar, elena, organisations
):
    ground = Ground(oscar, timezone.now(), uuid4(), REASON)
    merge_organisation(organisations["puno"], organisations["ugel"], ground)
    follow_merges(timezone.now())
    client.force_login(oscar)
    for address in (card(elena), reverse("roster:roles")):
        assert "Su entidad se cerró: no ve a nadie" in client.get(address).content.decode()
    assert address_of(elena, "enlace") in client.get(card(elena)).content.decode()
    send(client, elena, "enlace", last_day=in_days(30).isoformat())
    page = client.get(card(elena)).content.decode()
    assert "Su entidad se cerró" not in page
    assert liaisons_who_left() == 0
    assert address_of(elena, "enlace") not in page


def test_home_leads_a_new_liaison_to_the_people_of_the_institution(as_elena):
    page = as_elena.get("/mi-aprendizaje/")
    assert page.context["is_new"]
    main = page.content.decode().partition("<main")[2]
    assert f'<a class="button" href="{reverse("roster:search")}">' in main


def leaves_alone(person, organisations, actor):
    place = organisations["ugel"]
    move_person(user=person, organisation=place, post="", moved_by=person, now=timezone.now())


def is_moved(person, organisations, actor):
    place = organisations["ugel"]
    corrections.transfer_person(
        person=person, organisation=place, post="Jefa", why=why(actor), now=timezone.now()
    )


def post_ends(person, organisations, actor):
    today = timezone.localdate()
    corrections.end_post(person=person, ended_on=today, why=why(actor), now=timezone.now())


def is_taken_back(person, organisations, actor):
    """She came from elsewhere, was made liaison, and the other side rejects the transfer."""
    post = person.memberships.get(ended_on=None)
    before = Membership.objects.create(
        user=person, organisation=organisations["ugel"], started_on=post.started_on,
        ended_on=post.started_on,
    )  # fmt: skip
    moved = Transfer.objects.create(
        user=person, before=before, after=post, asked_by_key=person.learner_key, at=timezone.now()
    )
    reject_transfer(transfer=moved, why=why(actor), now=timezone.now())


@pytest.mark.parametrize("leave", [leaves_alone, is_moved, post_ends, is_taken_back])
def test_the_role_ends_with_the_post_however_that_ends(
    as_elena, elena, nora, nusta, organisations, leave
):
    assert as_elena.get(card(nusta)).status_code == 200
    leave(elena, organisations, nora)
    assert elena.grants.get().ends_on == timezone.localdate()
    assert as_elena.get(card(nusta)).status_code == 404
    assert AuditEntry.objects.filter(action="role_ended").count() == 1
    assert liaisons_who_left() == 0


def test_a_liaison_who_left_is_counted(elena, organisations):
    assert liaisons_who_left() == 0
    elena.memberships.update(ended_on=timezone.localdate())
    assert liaisons_who_left() == 1
    elena.grants.update(ends_on=timezone.localdate())
    assert liaisons_who_left() == 0
