"""Placing and empowering people: what the database says afterwards, and the ceiling nobody grants
beyond.
"""

from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone
from hypothesis import given, settings, strategies

from accounts import services
from accounts.documents import InvalidDocument
from accounts.models import Membership, Organisation, RoleGrant, User
from accounts.permissions import (
    Scope,
    holds_role,
    may_grant,
    organisations_visible_to,
    people_visible_to,
)
from accounts.services import (
    BeyondTheCeiling,
    PersonExists,
    create_person,
    end_role,
    grant_role,
    move_person,
)
from audit.models import AuditEntry
from territory.models import Area

NOW = timezone.now()


@pytest.mark.django_db
def test_created_person_serves_and_signs_in(organisations):
    user = create_person(
        first_name="  Ñusta ",
        last_name="Ñ",
        email="Nusta@Example.org",
        document_type="ce",
        document_number="00-123 4567",
        organisation=organisations["ugel"],
        post="Especialista",
        password_hash=make_password("una frase"),
        now=NOW,
        is_demo=True,
    )
    user = User.objects.get(pk=user.pk)
    assert (user.first_name, user.last_name, user.email, user.is_demo) == (
        "Ñusta",
        "Ñ",
        "nusta@example.org",
        True,
    )
    assert (user.document_type, user.document_number) == ("ce", "001234567")
    assert user.check_password("una frase")
    assert Membership.objects.get(user=user).started_on == timezone.localdate(NOW)


@pytest.mark.django_db
def test_person_is_unique_by_document_and_by_email_in_any_capitals():
    create_person(
        first_name="A",
        email="a@example.org",
        document_type="dni",
        document_number="40123678",
        now=NOW,
    )
    for more in (
        {"email": "A@EXAMPLE.ORG"},
        {"document_type": "dni", "document_number": "40.123.678"},
    ):
        with pytest.raises(PersonExists):
            create_person(first_name="B", now=NOW, **more)
    create_person(first_name="C", now=NOW)
    create_person(first_name="D", now=NOW)
    assert User.objects.count() == 3


@pytest.mark.django_db
def test_wrong_document_stores_nobody():
    with pytest.raises(InvalidDocument):
        create_person(first_name="A", document_type="dni", document_number="4012367", now=NOW)
    assert User.objects.count() == 0


@pytest.mark.django_db
def test_move_keeps_the_past(lina, organisations, oscar):
    Membership.objects.filter(user=lina).update(started_on=date(2024, 1, 1))
    moved = move_person(
        user=lina, organisation=organisations["puno"], post="Regidora", now=NOW, moved_by=oscar
    )
    assert move_person(user=lina, organisation=organisations["puno"], post="Otra", now=NOW) == moved
    days = list(
        Membership.objects.filter(user=lina)
        .order_by("pk")
        .values_list("organisation", "started_on", "ended_on")
    )
    today = timezone.localdate(NOW)
    assert days == [
        (organisations["tumbes"].pk, date(2024, 1, 1), today),
        (organisations["puno"].pk, today, None),
    ]
    entry = AuditEntry.objects.get(action="person_moved")
    assert entry.actor_key == oscar.learner_key
    assert entry.object_key == str(lina.learner_key)
    assert entry.details == {
        "from": str(organisations["tumbes"].uuid),
        "to": str(organisations["puno"].uuid),
    }


@pytest.mark.django_db
def test_grant_and_end_take_effect_at_once_and_leave_a_trace(lina, oscar):
    grant = grant_role(user=lina, role="author", is_national=True, now=NOW, granted_by=oscar)
    assert holds_role(lina, "author")
    assert [group.name for group in lina.groups.all()] == ["Formadores"]
    end_role(grant=grant, now=NOW, ended_by=oscar)
    assert not holds_role(lina, "author")
    assert not holds_role(User.objects.get(pk=lina.pk), "author")
    assert not lina.groups.exists()
    traces = (
        AuditEntry.objects.filter(object_key=str(lina.learner_key))
        .order_by("pk")
        .values_list("action", "actor_key")
    )
    assert list(traces) == [("role_granted", oscar.learner_key), ("role_ended", oscar.learner_key)]


@pytest.mark.django_db
def test_same_grant_again_changes_nothing_and_another_scope_replaces(lina):
    first = grant_role(user=lina, role="coordinator", area_codes=["24"], now=NOW)
    assert grant_role(user=lina, role="coordinator", area_codes=["24"], now=NOW) == first
    grant_role(user=lina, role="coordinator", area_codes=["24", "20"], now=NOW)
    open_grants = RoleGrant.objects.filter(user=lina, ends_on=None)
    assert [grant.area_codes for grant in open_grants] == [["20", "24"]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "boss"},
        {"role": "analyst", "area_codes": ["99"]},
        {"role": "analyst", "kinds": ["army"]},
    ],
)
def test_unknown_role_area_or_kind_is_refused(lina, wrong):
    with pytest.raises(ValueError, match="unknown"):
        grant_role(user=lina, now=NOW, **{"is_national": "area_codes" not in wrong, **wrong})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "scope", "is_allowed"),
    [
        ("learner", {"area_codes": ["24"]}, True),
        ("coordinator", {"area_codes": ["24"]}, True),
        ("coordinator", {"area_codes": ["24"], "kinds": ["ugel"]}, True),
        ("coordinator", {"area_codes": ["21"]}, False),
        ("coordinator", {"area_codes": ["24", "21"]}, False),
        ("coordinator", {"is_national": True}, False),
        ("coordinator", {"is_national": True, "kinds": ["ugel"]}, False),
        ("analyst", {"area_codes": ["24"]}, False),
        ("author", {"area_codes": ["24"]}, False),
        ("operator", {"area_codes": ["24"]}, False),
    ],
)
def test_coordinator_of_tumbes_hands_on_tumbes_alone(max_, lina, role, scope, is_allowed):
    if is_allowed:
        assert grant_role(user=lina, role=role, now=NOW, granted_by=max_, **scope).pk
        return
    with pytest.raises(BeyondTheCeiling):
        grant_role(user=lina, role=role, now=NOW, granted_by=max_, **scope)
    assert not RoleGrant.objects.filter(user=lina).exists()
    assert not lina.groups.exists()


@pytest.mark.django_db
def test_nobody_raises_themselves_nor_ends_what_lies_above(max_, oscar, lucia, lina):
    for actor in (max_, oscar, lucia, lina):
        with pytest.raises(BeyondTheCeiling):
            grant_role(user=actor, role="operator", is_national=True, now=NOW, granted_by=actor)
    with pytest.raises(BeyondTheCeiling):
        end_role(grant=RoleGrant.objects.get(user=oscar), now=NOW, ended_by=max_)
    # Narrowing somebody's wider role would be ending it from below.
    grant_role(user=lina, role="coordinator", is_national=True, now=NOW)
    with pytest.raises(BeyondTheCeiling):
        grant_role(user=lina, role="coordinator", area_codes=["24"], now=NOW, granted_by=max_)


codes = strategies.frozensets(strategies.sampled_from(["24", "21", "20"]), min_size=1)
kinds = strategies.frozensets(strategies.sampled_from(["ugel", "district", "diresa"]), min_size=1)
scopes = strategies.builds(Scope, areas=strategies.none() | codes, kinds=strategies.none() | kinds)


@given(outer=scopes, inner=scopes)
@settings(deadline=None)
def test_scope_contains_what_adds_nothing(outer, inner):
    """Containing is the same as adding no pair of area and kind."""

    def pairs(scope):
        areas, sorts = (
            scope.areas or {"24", "21", "20", "16"},
            scope.kinds or {"ugel", "district", "diresa", "other"},
        )
        return {(area, sort) for area in areas for sort in sorts}

    assert outer.contains(inner) == (pairs(inner) <= pairs(outer))


@pytest.mark.django_db
def test_grant_of_tomorrow_gives_nothing_today(lina):
    RoleGrant.objects.create(
        user=lina,
        role="operator",
        is_national=True,
        starts_on=timezone.localdate() + timedelta(days=1),
    )
    assert not may_grant(lina, "learner", Scope(areas=frozenset({"24"}), kinds=None))


@pytest.mark.django_db
def test_scopes_cross_areas_and_kinds(organisations, max_, nora, lucia, teresa, lina, ada):
    def seen(user):
        return {key for key, row in organisations.items() if row in organisations_visible_to(user)}

    assert seen(max_) == {"tumbes"}
    assert seen(nora) == {"puno", "ugel"}
    assert seen(lucia) == {"tumbes", "puno", "ugel", "ministry"}
    assert seen(teresa) == {"ugel"}
    assert seen(lina) == seen(ada) == set()


@pytest.mark.django_db
def test_coordinator_sees_who_serves_there_today(max_, nora, lina, omar, teresa, organisations):
    assert set(people_visible_to(max_)) == {lina}
    move_person(user=lina, organisation=organisations["puno"], post="", now=NOW)
    assert set(people_visible_to(max_)) == set()
    assert set(people_visible_to(nora)) == {lina, omar}
    assert not people_visible_to(teresa).exists()
    assert not people_visible_to(lina).exists()


@pytest.mark.django_db
def test_institutions_follow_from_the_territory(django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        added = services.import_organisations()
    count = {
        kind: Organisation.objects.filter(kind=kind).count() for kind in Organisation.Kind.values
    }
    assert count["provincial"] == count["ugel"] == 196
    assert count["regional"] == 25
    assert count["diresa"] == 26
    assert count["provincial"] + count["district"] == 1891
    assert count["ministry"] == 19
    assert added == sum(count.values())
    lima = Organisation.objects.get(name="Municipalidad Metropolitana de Lima")
    assert (lima.kind, lima.district_id) == ("provincial", "150101")
    assert Organisation.objects.get(name="Gobierno Regional de Lima").district.name == "Huacho"
    assert (
        Organisation.objects.get(name="Municipalidad Provincial del Callao").district_id == "070101"
    )
    assert Organisation.objects.get(name="UGEL Tumbes").district_id == "240101"
    seats = Organisation.objects.filter(kind="regional").values_list("district__area", flat=True)
    assert len(set(seats)) == 25
    assert set(Area.objects.values_list("code", flat=True)) - set(seats) == {"1501"}


@pytest.mark.django_db
def test_import_again_adds_nothing_and_respects_corrections():
    services.import_organisations()
    Organisation.objects.filter(name="UGEL Tumbes").update(
        name="Unidad de Gestión Educativa Local Tumbes"
    )
    assert services.import_organisations() == 0


@pytest.mark.django_db
def test_group_is_made_when_roles_were_never_synced(lina):
    Group.objects.all().delete()
    grant_role(user=lina, role="reviewer", is_national=True, now=NOW)
    assert [group.name for group in lina.groups.all()] == ["Revisores"]
