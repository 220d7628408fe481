"""What a person reads for slips of the fingers (docs/requirements.md, M1 to M4 and M17 to
M19).
"""

import re

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services import create_person

pytestmark = pytest.mark.django_db
REGISTER = "/cuenta/registro/datos/?entidad=ninguna"
TOLD = {
    "first_name": "María",
    "last_name": "Quispe",
    "document_type": "dni",
    "document_number": "40123678",
    "accepts": "on",
}
TOLD |= {"email": "", "post": "", "password": "tres palabras juntas"}


@pytest.fixture
def julian():
    return create_person(
        first_name="Julián",
        document_type="dni",
        document_number="41234567",
        password="tres palabras juntas",
        now=timezone.now(),
    )


def register(client, **told) -> str:
    return client.post(REGISTER, TOLD | told, follow=True).content.decode()


@pytest.mark.parametrize(
    ("who", "password"), [("41234567", "otra"), ("49999999", "tres palabras juntas")]
)
def test_row_1_wrong_document_or_password(client, julian, who, password):
    page = client.post("/cuenta/ingresar/", {"username": who, "password": password})
    text = "El documento o correo y la contraseña no coinciden. Revísalos o recupera tu contraseña."
    assert text in page.content.decode()
    assert f'value="{who}"' in page.content.decode()


def test_row_2_too_many_tries(client, julian):
    for _ in range(10):
        client.post("/cuenta/ingresar/", {"username": "41234567", "password": "otra"})
    page = client.post("/cuenta/ingresar/", {"username": "41234567", "password": "otra"})
    text = (
        "Hubo varios intentos con otra contraseña. Espera una hora o recupera tu contraseña. Tu "
        "avance está guardado."
    )
    assert text in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("4012367", "El DNI tiene 8 números. Escribiste 7."),
        ("401236789", "El DNI tiene 8 números. Escribiste 9."),
        ("4012A678", "El DNI tiene 8 números. Escribe solo números."),
    ],
)
def test_row_3_length_of_the_document(client, db, typed, text):
    body = register(client, document_number=typed)
    assert body.count(text) == 2
    assert f'value="{typed}"' in body
    assert not User.objects.exists()


@pytest.mark.parametrize("typed", ["40 12 36 78", "40.123.678", "40123-678"])
def test_row_4_separators_are_accepted(client, db, typed):
    register(client, document_number=typed)
    assert User.objects.get().document_number == "40123678"


def test_row_17_a_probable_slip_is_asked_once_and_may_be_kept(client, db):
    page = client.post(REGISTER, TOLD | {"email": "maria@gmial.com"})
    assert page.content.decode().count("¿Quisiste decir maria@gmail.com?") == 2
    assert not User.objects.exists()
    assert page.context["form"]["email_seen"].value() == "maria@gmial.com"
    register(client, email="maria@gmial.com", email_seen="maria@gmial.com")
    assert User.objects.get().email == "maria@gmial.com"


@pytest.mark.parametrize(
    ("first_name", "last_name"),
    [
        ("María", "Quispe"),
        ("Ñ", "Ñahui"),
        ("José María", "D'Ángelo"),
        ("A", "B"),
        ("Ana-Lucía", "O’Higgins Ríos"),
    ],
)
def test_row_18_names_are_taken_as_they_are(client, db, first_name, last_name):
    register(client, first_name=first_name, last_name=last_name)
    assert (User.objects.get().first_name, User.objects.get().last_name) == (first_name, last_name)


@pytest.mark.parametrize("password", ["1234567890", "qwertyuiop", "password123"])
def test_row_19_a_password_that_everybody_knows(client, db, password):
    body = register(client, password=password)
    assert body.count("Esta contraseña es muy conocida. Usa una frase de tres o más palabras.") == 2
    assert password not in body


@pytest.mark.parametrize("password", ["40123678ab", "maria quispe 1"])
def test_who_registers_reads_that_their_own_document_or_name_is_no_password(client, db, password):
    body = register(client, password=password)
    assert "Otra persona probaría primero tu documento, tu correo o tu nombre." in body
    assert not User.objects.exists()


def test_a_number_beside_the_choice_of_the_email_alone_is_told_where_it_stands(client, db):
    body = register(client, document_type="none", email="maria@example.org")
    assert body.count("Marcaste que ingresas solo con tu correo.") == 2
    assert re.search(r'value="none"[^>]* checked', body)
    assert not User.objects.exists()


def test_nothing_is_marked_before_and_eight_digits_are_a_dni(client, db):
    page = client.get(REGISTER)
    assert page.content.decode().count(" checked") == 0
    register(client, document_type="")
    assert (User.objects.get().document_type, User.objects.get().document_number) == (
        "dni",
        "40123678",
    )


def test_registering_by_email_alone_is_a_choice(client, db):
    register(client, document_type="none", document_number="", email="maria@example.org")
    assert (User.objects.get().document_type, User.objects.get().email) == ("", "maria@example.org")


def test_a_password_has_one_error_and_says_how_many_letters_are_missing(client, db):
    page = client.post(REGISTER, TOLD | {"password": "12345"})
    body = page.content.decode()
    assert body.count("Usa al menos 10 letras o números. Te faltan 5.") == 2
    assert "muy conocida" not in body


def test_who_must_type_the_password_again_is_told_why(client, db):
    page = client.post(REGISTER, TOLD | {"document_number": "4012367"})
    assert "Por seguridad no la dejamos en la página: escríbela otra vez." in page.content.decode()
    assert TOLD["password"] not in page.content.decode()


def test_errors_are_said_in_the_title_and_where_the_page_begins_to_be_read(client, db):
    assert "<title>Crea tu cuenta" in client.get(REGISTER).content.decode()
    body = client.post(REGISTER, TOLD | {"document_number": "1"}).content.decode()
    assert "<title>Error: Crea tu cuenta" in body
    assert '<div class="error-summary" role="alert" tabindex="-1" autofocus' in body


def test_no_error_speaks_in_the_voice_of_the_library(client, db):
    body = register(client, first_name="a" * 130, email="no", document_type="otro")
    for told in (
        "Escribe 120 letras como máximo. Escribiste 130.",
        "Escribe el correo completo",
        "«otro» no está en la lista.",
    ):
        assert told in body
    assert "Asegúrese" not in body
