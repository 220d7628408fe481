"""A new password, whichever way a person came to it: nothing given before undoes it, and no pause
outlives it.
"""

import re
from unicodedata import normalize

import pytest
from django.core import mail
from django.utils import timezone

from accounts.limits import FAILED_SIGN_INS_OF_IDENTIFIER
from accounts.models import RecoveryCode
from accounts.recovery import issue_code, use_code
from accounts.services import create_person

pytestmark = pytest.mark.django_db
PASSWORD, NEW = "tres palabras juntas", "otra frase bien larga"


@pytest.fixture
def rosa(organisations):
    """Serves in Puno, where Nora coordinates; has a DNI and an e-mail."""
    return create_person(
        first_name="Rosa",
        email="rosa@example.org",
        document_type="dni",
        document_number="40123678",
        organisation=organisations["puno"],
        password=PASSWORD,
        now=timezone.now(),
    )


def link_to_choose(client) -> str:
    """Ask for the letter, and return its link."""
    client.post("/cuenta/recuperar/", {"username": "rosa@example.org"})
    return re.search(r"https?://[^/\s]+(/cuenta/recuperar/\S+)", mail.outbox[-1].body)[1]


def form_behind(client, link) -> str:
    return client.get(client.get(link)["Location"]).context["action_url"]


def by_account(client, rosa, nora):
    client.force_login(rosa)
    client.post("/cuenta/contrasena/", {"oldpassword": PASSWORD, "password1": NEW})


def by_link(client, rosa, nora):
    client.post(form_behind(client, link_to_choose(client)), {"password1": NEW})


def by_code(client, rosa, nora):
    code = issue_code(person=rosa, coordinator=nora, now=timezone.now())
    client.post(
        "/cuenta/recuperar/codigo/", {"username": "40123678", "code": code, "password": NEW}
    )


WAYS = pytest.mark.parametrize(
    "way", [by_account, by_link, by_code], ids=["account", "link", "code"]
)


@WAYS
def test_a_code_given_before_is_gone(client, rosa, nora, way):
    code = issue_code(person=rosa, coordinator=nora, now=timezone.now())
    way(client, rosa, nora)
    rosa.refresh_from_db()
    assert rosa.check_password(NEW)
    assert not RecoveryCode.objects.filter(used_at=None).exists()
    assert (
        use_code(
            username=rosa.username, typed=code, password="la de otra persona", now=timezone.now()
        )
        is None
    )


@WAYS
def test_a_link_opened_before_is_no_use(client, rosa, nora, way):
    link = link_to_choose(client)
    form = form_behind(client, link)
    way(client, rosa, nora)
    for address in (link, form):
        assert (
            "Ese enlace ya no sirve"
            in client.post(address, {"password1": "la de otra persona"}).content.decode()
        )
    rosa.refresh_from_db()
    assert rosa.check_password(NEW)


def sign_in(client, password):
    return client.post("/cuenta/ingresar/", {"username": "40123678", "password": password})


# Composed as most keyboards send it; a Mac pastes it apart, a telephone adds a space after a word.
SPELT = "mañana habrá vicuñas"
SPELLINGS = pytest.mark.parametrize(
    "spelling",
    [SPELT, normalize("NFD", SPELT), f"{SPELT} ", f" {SPELT}\u00a0"],
    ids=["composed", "apart", "space", "spaces"],
)


@SPELLINGS
@WAYS
def test_a_password_is_one_however_a_keyboard_sends_it(
    client, rosa, nora, way, spelling, monkeypatch
):
    monkeypatch.setitem(globals(), "NEW", spelling)
    way(client, rosa, nora)
    client.logout()
    assert sign_in(client, SPELT).status_code == 302
    client.logout()
    assert sign_in(client, normalize("NFD", SPELT) + " ").status_code == 302
    assert client.post("/cuenta/mis-datos/", {"password": spelling})["Content-Type"].endswith("zip")


@WAYS
def test_wrong_passwords_typed_before_are_forgotten(client, rosa, nora, way):
    for _try in range(FAILED_SIGN_INS_OF_IDENTIFIER.amount - 1):
        sign_in(client, "otra")
    way(client, rosa, nora)
    assert [sign_in(client, password).status_code for password in ("otra", NEW)] == [200, 302]
