"""What each role may do in Wagtail's editor: authors write below the catalogue, operators alone
touch people and sites.
"""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page

from accounts.models import RoleGrant
from accounts.roles import sync_roles
from accounts.services import BeyondTheCeiling, grant_role

pytestmark = pytest.mark.django_db
PEOPLE_AND_SETTINGS = [
    "wagtailusers_users:index",
    "wagtailusers_users:add",
    "wagtailusers_groups:index",
    "wagtailsites:index",
]


@pytest.fixture
def editors(site, person):
    """One person of each editing role, put in the groups."""
    people = {
        role: person(role.title(), role=role, national=True)
        for role in ("author", "reviewer", "operator")
    }
    sync_roles(today=timezone.localdate())
    return people


def facts():
    return (
        {
            (group.name, permission.codename)
            for group in Group.objects.all()
            for permission in group.permissions.all()
        },
        set(GroupPagePermission.objects.values_list("group__name", "page", "permission__codename")),
        set(
            Group.objects.values_list(
                "name", "user", "collection_permissions__permission__codename"
            )
        ),
    )


def test_sync_is_idempotent_and_takes_away_what_is_not_declared(editors):
    before = facts()
    group = Group.objects.get(name="Formadores")
    group.permissions.add(Permission.objects.get(codename="change_user"))
    group.page_permissions.create(
        page=Page.objects.get(depth=1), permission=Permission.objects.get(codename="publish_page")
    )
    group.user_set.clear()
    call_command("sync_roles")
    assert facts() == before


def test_groups_follow_grants_in_force(editors):
    RoleGrant.objects.filter(user=editors["author"]).update(ends_on=timezone.localdate())
    RoleGrant.objects.filter(user=editors["reviewer"]).update(
        ends_on=timezone.localdate() + timedelta(days=1)
    )
    sync_roles(today=timezone.localdate())
    assert not editors["author"].groups.exists()
    assert editors["reviewer"].groups.exists()


def test_undeclared_groups_of_wagtail_are_gone(editors):
    assert set(Group.objects.values_list("name", flat=True)) == {
        "Formadores",
        "Revisores",
        "Operadores",
    }


@pytest.mark.parametrize("name", PEOPLE_AND_SETTINGS)
def test_operators_alone_reach_people_and_sites(client, editors, name):
    for role, person in editors.items():
        client.force_login(person)
        answer = client.get(reverse(name))
        assert (answer.status_code == 200) == (role == "operator"), (role, answer.status_code)


def test_nobody_of_them_is_superuser(editors):
    for person in editors.values():
        assert not person.is_superuser
        assert not person.is_staff


def test_pages_each_role_may_change_and_publish(editors, site):
    catalogue = Page.objects.get(content_type__model="cataloguepage")
    home = catalogue.get_parent()
    may = {
        role: (catalogue.permissions_for_user(person), home.permissions_for_user(person))
        for role, person in editors.items()
    }
    assert may["author"][0].can_add_subpage()
    assert not may["author"][0].can_publish()
    assert not may["author"][1].can_edit()
    assert may["reviewer"][0].can_edit()
    assert not may["reviewer"][0].can_publish()
    assert not may["reviewer"][0].can_add_subpage()
    assert may["operator"][1].can_publish()


def test_pictures_and_documents(client, editors):
    for role, expected in (("author", 200), ("operator", 200), ("reviewer", 302)):
        client.force_login(editors[role])
        for name in ("wagtailimages:add", "wagtaildocs:add"):
            assert client.get(reverse(name)).status_code == expected, (role, name)


def test_choosing_pictures_asks_for_the_permission_wagtail_knows(editors):
    codes = set(
        Permission.objects.filter(groupcollectionpermission__group__name="Formadores").values_list(
            "codename", flat=True
        )
    )
    assert codes == {
        "add_image",
        "change_image",
        "choose_image",
        "add_document",
        "change_document",
        "choose_document",
    }


@pytest.mark.parametrize("role", ["author", "reviewer", "operator"])
def test_editors_enter_and_others_find_nothing(client, editors, person, role):
    client.force_login(editors[role])
    assert client.get("/gestion/").status_code == 200
    client.force_login(person("Lina"))
    assert client.get("/gestion/").status_code == 404


def test_grant_opens_the_editor_without_another_step(client, editors, person):
    user = person("Nuevo")
    grant_role(user=user, role="author", is_national=True, now=timezone.now())
    client.force_login(user)
    assert client.get("/gestion/").status_code == 200


def test_an_operator_of_a_part_of_the_nation_opens_no_editor(client, person):
    """Neither at once nor from the daily run, also where they were in the group before."""
    part = person("Paz", role="operator", areas=["21"])
    ugels = person("Tina", role="operator", national=True, kinds=["ugel"])
    part.groups.add(Group.objects.get_or_create(name="Operadores")[0])
    sync_roles(today=timezone.localdate())
    grant_role(user=ugels, role="operator", area_codes=["21"], now=timezone.now())
    for user in (part, ugels):
        assert not user.groups.exists()
        client.force_login(user)
        for name in ("wagtailadmin_home", *PEOPLE_AND_SETTINGS):
            assert client.get(reverse(name)).status_code == 404, name


@pytest.mark.parametrize("role", ["author", "reviewer"])
def test_who_operates_a_part_hands_on_no_role_that_is_about_all_of_it(person, role):
    part, other = person("Paz", role="operator", areas=["21"]), person("Saul")
    facts = {"user": other, "area_codes": ["21"], "granted_by": part, "now": timezone.now()}
    with pytest.raises(BeyondTheCeiling):
        grant_role(role=role, **facts)
    grant_role(role="coordinator", **facts)
