"""Every form that asks for the current password: wrong ones are few, and count together, apart from
those that strangers try at the door.
"""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.limits import (
    FAILED_SIGN_INS,
    FAILED_SIGN_INS_OF_IDENTIFIER,
    WRONG_PASSWORDS_INSIDE,
)
from accounts.services import create_person
from privacy.models import ErasureRequest

pytestmark = pytest.mark.django_db
PASSWORD = "tres palabras juntas"
NEW = "otra frase bien larga"
FORMS = {
    "/cuenta/contrasena/": ("oldpassword", {"password1": NEW}),
    "/cuenta/correo/": ("password", {"email": "rosa.nueva@example.org"}),
    "/cuenta/mis-datos/": ("password", {}),
    "/cuenta/borrar/": ("password", {"understands": "on"}),
}


@pytest.fixture
def rosa():
    return create_person(
        first_name="Rosa",
        email="rosa@example.org",
        document_type="dni",
        document_number="40123678",
        password=PASSWORD,
        now=timezone.now(),
    )


@pytest.fixture
def inside(client, rosa):
    client.force_login(rosa)
    return client


def send(client, address, typed):
    field, more = FORMS[address]
    return client.post(address, more | {field: typed})


@pytest.mark.parametrize("address", FORMS)
def test_the_eleventh_guess_waits_and_the_right_password_too(inside, rosa, address):
    told = [
        send(inside, address, "otra").status_code for _try in range(WRONG_PASSWORDS_INSIDE.amount)
    ]
    assert told == [200] * WRONG_PASSWORDS_INSIDE.amount
    page = send(inside, address, PASSWORD)
    assert (page.status_code, page["Retry-After"]) == (429, "3600")
    assert (
        "Hubo varios intentos con otra contraseña. Espera una hora o recupera tu contraseña."
        in page.content.decode()
    )
    rosa.refresh_from_db()
    assert rosa.check_password(PASSWORD)
    assert not ErasureRequest.objects.exists()


@pytest.mark.parametrize("address", FORMS)
def test_guesses_of_every_form_count_together(inside, address):
    for _try in range(WRONG_PASSWORDS_INSIDE.amount):
        inside.post("/cuenta/mis-datos/", {"password": "otra"})
    assert send(inside, address, PASSWORD).status_code == 429


@pytest.mark.parametrize("address", FORMS)
def test_what_a_stranger_tries_at_the_door_keeps_nobody_out_inside(inside, address):
    stranger = Client()
    for who in ("rosa@example.org", "40123678"):
        for _try in range(FAILED_SIGN_INS_OF_IDENTIFIER.amount + 1):
            answer = stranger.post("/cuenta/ingresar/", {"username": who, "password": "otra"})
        assert answer.status_code == 429
    assert send(inside, address, "otra").status_code == 200
    assert send(inside, address, PASSWORD).status_code != 429


@pytest.mark.parametrize("address", FORMS)
def test_a_network_waits_a_minute(inside, address, allow):
    allow(FAILED_SIGN_INS, 1)
    send(inside, address, "otra")
    page = send(inside, address, PASSWORD)
    assert (page.status_code, page["Retry-After"]) == (429, "60")
    assert "Desde tu red llegaron muchos intentos." in page.content.decode()


def test_the_right_password_counts_nothing(inside):
    for _try in range(WRONG_PASSWORDS_INSIDE.amount + 1):
        assert (
            inside.post(
                "/cuenta/contrasena/", {"oldpassword": PASSWORD, "password1": "corta"}
            ).status_code
            == 200
        )


def test_a_password_is_not_tried_when_none_was_written(inside):
    for _try in range(WRONG_PASSWORDS_INSIDE.amount + 1):
        assert (
            inside.post("/cuenta/contrasena/", {"oldpassword": "", "password1": NEW}).status_code
            == 200
        )
