"""Roles are given and ended on the card, never above, outside or longer than one's own, and
operators look at each anew every 90 days.
"""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ReasonedAct, RoleGrant
from accounts.services import grant_role
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db
REASON = "La nombró la jefa de recursos humanos"
ROLES = "/personas/roles/"


def next_month() -> date:
    return timezone.localdate() + timedelta(days=30)


def hidden(client, address) -> dict[str, str]:
    body = client.get(address).content.decode()
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', body)[1] for name in ("uuid", "seen")
    }


def give(client, person, **typed):
    address = reverse("roster:give_role", args=[person.username])
    form = {
        "role": "coordinator",
        "where": "areas",
        "areas": ["21"],
        "last_day": next_month().isoformat(),
        "reason": REASON,
    }
    return client.post(address, {**hidden(client, address), **form, **typed})


def end(client, person, grant, **typed):
    address = reverse("roster:end_role", args=[person.username, grant.pk])
    return client.post(address, {**hidden(client, address), "reason": REASON, **typed})


def roles_of(person) -> list[tuple]:
    rows = RoleGrant.objects.filter(RoleGrant.not_ended(timezone.localdate()), user=person)
    return [(row.role, row.is_national, row.area_codes, row.kinds, row.ends_on) for row in rows]


def test_an_operator_gives_a_role_until_its_last_day(as_oscar, oscar, nusta):
    answer = give(as_oscar, nusta, kinds=["ugel"])
    assert answer["Location"] == reverse("roster:card", args=[nusta.username])
    assert roles_of(nusta) == [
        ("coordinator", False, ["21"], ["ugel"], next_month() + timedelta(days=1))
    ]
    entry = AuditEntry.objects.get(action="role_granted")
    assert (entry.actor_key, entry.object_key) == (oscar.learner_key, str(nusta.learner_key))
    assert ReasonedAct.objects.get().reason == REASON
    card = as_oscar.get(answer["Location"]).content.decode()
    assert "Rol dado: Coordinador" in card
    assert f"{next_month():%d/%m/%Y}" in card


def test_regions_beside_the_whole_country_give_neither(as_oscar, nusta):
    page = give(as_oscar, nusta, where="nation", areas=["21"]).content.decode()
    assert "Marcaste también regiones." in page
    assert roles_of(nusta) == []


@pytest.mark.parametrize(("giver", "may_be_empty"), [("nora", False), ("oscar", True)])
def test_the_last_day_may_be_left_where_a_role_without_end_can_be_given(
    request, client, nusta, giver, may_be_empty
):
    client.force_login(request.getfixturevalue(giver))
    page = client.get(reverse("roster:give_role", args=[nusta.username]))
    assert page.context["form"]["last_day"].field.required is not may_be_empty
    assert ("Solo el rol de operador puede quedar" in page.content.decode()) is may_be_empty
    page = give(client, nusta, last_day="").content.decode()
    assert page.count("Escribe el último día del rol.") == 2  # above, and beside the field


def test_a_role_that_was_taken_on_its_first_day_held_that_day(as_oscar, nusta):
    give(as_oscar, nusta)
    end(as_oscar, nusta, nusta.grants.get())
    card = " ".join(
        as_oscar.get(reverse("roster:card", args=[nusta.username])).content.decode().split()
    )
    today = f"{timezone.localdate():%d/%m/%Y}"
    assert f"{today} – {today}" in card


def test_a_coordinator_gives_their_own_role_inside_their_scope(as_nora, nusta):
    give(as_nora, nusta)
    assert [row[0] for row in roles_of(nusta)] == ["coordinator"]


@pytest.mark.parametrize(
    "typed",
    [
        {"role": "operator"},
        {"role": "analyst"},
        {"areas": ["24"]},
        {"areas": ["21", "24"]},
        {"areas": [], "where": "nation"},
        {"kinds": ["reino"]},
        {"role": "learner"},
    ],
)
def test_nobody_gives_what_is_above_or_outside(as_nora, nusta, typed):
    assert give(as_nora, nusta, **typed).status_code == 200
    assert roles_of(nusta) == []
    assert not ReasonedAct.objects.exists()


def test_nobody_gives_a_role_longer_than_their_own(as_nora, nora, nusta):
    nora.grants.update(ends_on=timezone.localdate() + timedelta(days=5))
    page = give(as_nora, nusta)
    assert "Nadie da un rol más amplio que el suyo" in page.content.decode()
    assert roles_of(nusta) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"last_day": ""}, "Escribe el último día del rol."),
        ({"last_day": "2020-01-01"}, "Ese día ya pasó"),
        ({"last_day": "9999-12-31"}, "antes del año 2100"),
        ({"last_day": "mañana"}, "Escribe una fecha"),
        ({"areas": []}, "Marca al menos una región."),
        ({"reason": ""}, "Escribe por qué lo haces"),
        ({"role": ""}, "Elige un rol."),
    ],
)
def test_what_is_missing_is_told(as_oscar, nusta, typed, words):
    assert words in give(as_oscar, nusta, **typed).content.decode()
    assert roles_of(nusta) == []


def test_a_role_sent_twice_is_given_once(as_oscar, nusta):
    address = reverse("roster:give_role", args=[nusta.username])
    form = {
        **hidden(as_oscar, address),
        "role": "operator",
        "where": "nation",
        "reason": REASON,
    }
    first, second = (as_oscar.post(address, form) for _time in range(2))
    assert first["Location"] == second["Location"]
    assert RoleGrant.objects.filter(user=nusta).count() == 1


def test_the_same_role_again_changes_nothing(as_oscar, nusta):
    give(as_oscar, nusta)
    assert "no cambiaste nada" in give(as_oscar, nusta).content.decode()


def test_a_role_is_ended_at_once(as_oscar, nusta):
    grant = grant_role(user=nusta, role="author", is_national=True, now=timezone.now())
    assert end(as_oscar, nusta, grant).status_code == 302
    assert roles_of(nusta) == []
    assert AuditEntry.objects.filter(action="role_ended").count() == 1


def test_a_coordinator_ends_no_role_above(as_nora, nusta):
    grant = grant_role(user=nusta, role="author", is_national=True, now=timezone.now())
    address = reverse("roster:end_role", args=[nusta.username, grant.pk])
    assert as_nora.get(address).status_code == 404
    assert as_nora.post(address, {"reason": REASON, "uuid": uuid4()}).status_code == 404


def test_a_role_of_somebody_else_is_not_ended_under_another_name(as_oscar, nusta, nora):
    address = reverse("roster:end_role", args=[nusta.username, nora.grants.get().pk])
    assert as_oscar.get(address).status_code == 404


def test_nobody_gives_or_ends_their_own_role(as_oscar, oscar):
    grant = oscar.grants.get()
    for address in (
        reverse("roster:give_role", args=[oscar.username]),
        reverse("roster:end_role", args=[oscar.username, grant.pk]),
    ):
        assert as_oscar.get(address).status_code == 404


def test_the_last_operator_for_good_keeps_the_role(client, oscar, person):
    ines = person("Ines", role="operator", national=True)
    ines.grants.update(ends_on=next_month())
    client.force_login(ines)
    page = end(client, oscar, oscar.grants.get())
    assert page.status_code in {200, 404}
    assert roles_of(oscar)[0][0] == "operator"


def test_operators_read_who_holds_which_role(as_oscar, oscar, nora, max_):
    max_.grants.update(starts_on=timezone.localdate())
    body = as_oscar.get(ROLES).content.decode()
    assert "Nora Quispe" in body
    assert "Puno" in body
    assert "nunca ingresó" in body
    assert body.index("Nora Quispe") < body.index("Max Quispe")
    assert body.count("Toca revisarlo") == 2
    assert "Tu rol lo revisa otra persona." in body
    assert AuditEntry.objects.get(action="people_listed").actor_key == oscar.learner_key


def test_a_kept_role_is_due_after_ninety_days_again(as_oscar, oscar, nora):
    grant = nora.grants.get()
    address = reverse("roster:keep_role", args=[grant.pk])
    for _time in range(2):
        assert as_oscar.post(address)["Location"] == ROLES
    grant.refresh_from_db()
    assert (grant.reviewed_on, grant.reviewed_by_key) == (
        timezone.localdate(),
        oscar.learner_key,
    )
    assert AuditEntry.objects.filter(action="role_kept").count() == 1
    assert f"Revisado el {timezone.localdate():%d/%m/%Y}" in as_oscar.get(ROLES).content.decode()
    RoleGrant.objects.filter(pk=grant.pk).update(
        reviewed_on=timezone.localdate() - timedelta(days=90)
    )
    assert as_oscar.get(ROLES).content.decode().count("Toca revisarlo") == 2


def test_nobody_keeps_their_own_role(as_oscar, oscar):
    as_oscar.post(reverse("roster:keep_role", args=[oscar.grants.get().pk]))
    assert oscar.grants.get().reviewed_on is None


def test_the_list_of_roles_is_for_operators(as_nora):
    assert as_nora.get(ROLES).status_code == 404


def test_the_list_costs_the_same_however_long(as_oscar, person, django_assert_num_queries):
    for name in ("Rosa", "Eva", "Sol"):
        person(name, role="coordinator", areas=["21"])
    as_oscar.get(ROLES)
    # Session, roles of the reader, roles, the line of the trail; two for the bar that Wagtail
    # shows to editors.
    with django_assert_num_queries(6):
        as_oscar.get(ROLES)
