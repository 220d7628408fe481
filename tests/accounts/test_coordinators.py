"""Who coordinates where a person serves is named, nearest first, and reached at the office."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.coordinators import coordinators_of, is_official
from accounts.models import Membership, Organisation, RegisterEntry, RoleGrant

pytestmark = pytest.mark.django_db


def names(person, **asked) -> list[str]:
    return [each.name for each in coordinators_of(person, **asked)]


@pytest.fixture
def office(places):
    """The regional government of Puno, which the register knows how to reach."""
    office = Organisation.objects.create(
        kind=Organisation.Kind.REGIONAL, name="Gobierno Regional", district=places["puno"]
    )
    RegisterEntry.objects.create(
        organisation=office, email="mesa@regionpuno.gob.pe", telephone="051 354000"
    )
    return office


def serves(person, office):
    Membership.objects.create(user=person, organisation=office, started_on=date(2024, 1, 1))


def test_only_who_coordinates_there_is_named(omar, lina, nora, max_, oscar, teresa):
    assert names(omar) == ["Nora Quispe"]
    assert names(lina) == ["Max Quispe"]


def test_who_serves_nowhere_has_nobody(ada, nora):
    assert names(ada) == []


def test_nobody_is_their_own_coordinator(person, nora):
    eva = person("Eva", organisation="puno", role="coordinator", areas=["21"])
    assert names(eva) == ["Nora Quispe"]


def test_a_kind_outside_the_scope_is_not_theirs(omar, person):
    person("Iris", role="coordinator", areas=["21"], kinds=["ugel"])
    assert names(omar) == []


@pytest.mark.parametrize(
    "days", [{"ends_on": timedelta(0)}, {"starts_on": timedelta(1)}], ids=["over", "to come"]
)
def test_a_role_that_does_not_hold_today_is_none(omar, nora, days):
    today = timezone.localdate()
    RoleGrant.objects.filter(user=nora).update(**{field: today + by for field, by in days.items()})
    assert names(omar) == []


def test_who_cannot_sign_in_is_not_named(omar, nora, person):
    eva = person("Eva", role="coordinator", areas=["21"])
    eva.set_unusable_password()
    eva.save(update_fields=["password"])
    assert names(omar) == ["Nora Quispe"]
    nora.is_active = False
    nora.save(update_fields=["is_active"])
    assert names(omar) == []


def test_the_nearest_two_are_named(omar, person, nora):
    person("Zoe", role="coordinator", national=True)
    person("Eva", role="coordinator", areas=["21", "24"])
    assert names(omar) == ["Nora Quispe", "Eva Quispe"]


def test_an_address_of_the_state_is_told_and_a_private_one_is_not(omar, nora, office):
    assert coordinators_of(omar)[0].email == ""
    serves(nora, office)
    (told,) = coordinators_of(omar)
    assert (told.organisation, told.email, told.telephone) == (
        "Gobierno Regional",
        "mesa@regionpuno.gob.pe",
        "051 354000",
    )
    nora.email = "nora@regionpuno.gob.pe"
    nora.save(update_fields=["email"])
    assert coordinators_of(omar)[0].email == "nora@regionpuno.gob.pe"


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("ana@munipuno.gob.pe", True),
        ("ana@GOB.PE", True),
        ("ana@gob.pe.example", False),
        ("ana@notgob.pe", False),
        ("", False),
    ],
)
def test_what_is_an_address_of_the_state(email, expected):
    assert is_official(email) is expected


def test_who_may_not_change_an_account_is_not_sent_what_they_cannot_do(person, nora):
    ines = person("Ines", organisation="puno", role="reviewer", national=True)
    assert names(ines) == ["Nora Quispe"]
    assert names(ines, who_may_act=True) == []


def test_statements_do_not_grow(omar, person, nora, django_assert_num_queries):
    for name in ("Eva", "Iris", "Zoe"):
        person(name, role="coordinator", areas=["21"])
    with django_assert_num_queries(3):
        coordinators_of(omar)
    with django_assert_num_queries(4):
        coordinators_of(omar, who_may_act=True)
