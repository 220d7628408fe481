"""No screen promises a letter where none leaves the site."""

import pytest
from django.urls import reverse
from django.utils import timezone

from support.help_requests import ask_for_help, receipt_of

pytestmark = pytest.mark.django_db
PROMISES = (
    "te llegará un enlace",
    "Te llegará un enlace",
    "Te enviaremos un enlace",
    "último correo",
    "una carta a tu correo",
    "Revisa tu correo",
)
PASSWORD = "tres palabras juntas"
TOLD = "Este sitio todavía no envía correos"


@pytest.fixture(params=["console", "smtp"])
def sends(request, settings):
    """Say whether letters of the site leave it."""
    settings.LETTER_BACKEND = f"django.core.mail.backends.{request.param}.EmailBackend"
    return request.param == "smtp"


@pytest.mark.parametrize(
    ("address", "is_visitor"),
    [
        ("/cuenta/recuperar/", True),
        ("/cuenta/recuperar/enviado/", True),
        ("/cuenta/correo/", False),
        ("/cuenta/borrar/", False),
    ],
)
def test_a_letter_is_promised_where_it_leaves(client, lina, sends, address, is_visitor):
    if not is_visitor:
        client.force_login(lina)
    shown = " ".join(client.get(address).content.decode().split())
    assert any(promise in shown for promise in PROMISES) is sends
    assert (TOLD in shown) is not sends


def test_who_corrects_an_address_is_told_of_letters_where_they_leave(client, oscar, lina, sends):
    client.force_login(oscar)
    shown = client.get(reverse("roster:act", args=[lina.username, "correo"])).content.decode()
    assert ("le llega el enlace" in shown) is sends
    assert ("le llegará un aviso" in shown) is sends
    assert (TOLD in shown) is not sends


def test_who_has_a_code_is_offered_a_letter_where_it_leaves(client, sends):
    shown = client.get("/cuenta/recuperar/codigo/").content.decode()
    assert ("un enlace por correo" in shown) is sends


def test_who_asked_is_told_of_a_letter_where_it_leaves(client, lina, sends):
    client.force_login(lina)
    asked = ask_for_help(
        learner=lina.learner_key, text="No veo mi curso", contact="", now=timezone.now()
    )
    shown = client.get(f"/ayuda/recibido/{receipt_of(asked)}/").content.decode()
    assert ("una carta a tu correo" in shown) is sends
    assert "En tus avisos" in shown


def test_a_new_address_is_not_promised_its_link(client, lina, settings):
    settings.LETTER_BACKEND = "django.core.mail.backends.console.EmailBackend"
    lina.set_password(PASSWORD)
    lina.save()
    client.force_login(lina)
    response = client.post(
        "/cuenta/correo/", {"email": "nueva@example.pe", "password": PASSWORD}, follow=True
    )
    shown = response.content.decode()
    assert "Tu correo queda como está" in shown
    assert not any(promise in shown for promise in PROMISES)
