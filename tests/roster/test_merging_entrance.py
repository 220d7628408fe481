"""Whoever came in every day comes in after two accounts became one, whichever of them stays."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.corrections import Why
from accounts.merging import merge_people
from accounts.models import User
from accounts.recovery import issue_code
from accounts.services import create_person, grant_role
from tests.roster.test_acts import REASON

pytestmark = pytest.mark.django_db
SENT = {"username": "tesoreria@demo.example", "password": "tres palabras juntas"}


@pytest.fixture
def daily(organisations) -> User:
    """The account that Ñusta uses."""
    return create_person(
        first_name="Ñusta",
        last_name="Huamán",
        email=SENT["username"],
        organisation=organisations["ugel"],
        password=SENT["password"],
        now=timezone.now(),
    )


@pytest.fixture
def fresh(organisations) -> User:
    """The one that a list made anew for her; nobody ever entered by it."""
    return create_person(
        first_name="Ñusta",
        last_name="Huamán",
        document_type="dni",
        document_number="40999111",
        organisation=organisations["puno"],
        now=timezone.now(),
    )


def merge(person: User, other: User, actor: User) -> None:
    merge_people(person=person, other=other, why=Why(actor, REASON, uuid4()), now=timezone.now())
    person.refresh_from_db()


def told_before(client, actor: User, person: User, other: User) -> str:
    client.force_login(actor)
    page = client.get(reverse("roster:merge", args=[person.username, other.username]))
    client.logout()
    return " ".join(page.content.decode().split())


def test_the_only_password_of_both_stays(client, nora, fresh, daily):
    issue_code(person=daily, coordinator=nora, now=timezone.now())
    words = told_before(client, nora, fresh, daily)
    assert "con la contraseña de la otra: la que queda nunca tuvo una" in words
    assert "La papeleta o el código que tenía la otra deja de servir." in words
    client.post("/cuenta/ingresar/", SENT)
    client.logout()
    merge(fresh, daily, nora)
    assert fresh.last_login is not None
    client.post("/cuenta/ingresar/", SENT)
    assert client.session["_auth_user_id"] == str(fresh.pk)


def test_of_two_passwords_that_of_the_account_that_stays_holds(client, nora, fresh, daily):
    fresh.set_password("otras palabras largas")
    fresh.save()
    assert "con la contraseña de la que queda" in told_before(client, nora, fresh, daily)
    merge(fresh, daily, nora)
    client.post("/cuenta/ingresar/", SENT)
    assert "_auth_user_id" not in client.session


def test_a_role_is_not_entered_by_the_password_of_another_account(client, oscar, fresh, daily):
    grant_role(user=fresh, role="analyst", is_national=True, now=timezone.now())
    assert "dale un código con «Ayúdala a ingresar»" in told_before(client, oscar, fresh, daily)
    merge(fresh, daily, oscar)
    assert not fresh.has_usable_password()
