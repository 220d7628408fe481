"""Sends what no form foresees to every parameter that a screen of people reads: an answer in words,
never a fault.
"""

import pytest

from accounts.models import Membership

pytestmark = pytest.mark.django_db

HOSTILE = {
    "null": "a\0b",
    "half of a pair": "\\ud800",
    "raw half": b"\xed\xa0\x80",
    "long": "á" * 50_000,
    # Sorted by comparing each with each, they would take a minute.
    "marks": "a" + "\u0301\u0323" * 100_000,
}
ADDRESSES = {
    "/cuenta/ingresar/": ("username", "password", "next", "is_shared"),
    "/cuenta/recuperar/": ("username",),
    "/cuenta/recuperar/codigo/": ("username", "code", "password"),
    "/cuenta/registro/": ("buscar", "falta"),
    "/cuenta/registro/datos/?entidad=ninguna": (
        "first_name",
        "last_name",
        "email",
        "document_type",
        "document_number",
        "post",
        "email_seen",
    ),
    "/ayuda/": ("text", "contact"),
}
OWN_ADDRESSES = {
    "/cuenta/datos/": ("first_name", "last_name", "post", "initial-last_name", "number_seen"),
    "/cuenta/entidad/": ("entidad", "cargo", "buscar"),
    "/cuenta/primer-ingreso/": ("organisation_is_right", "post", "accepts"),
    "/cuenta/correo/": ("email", "email_seen", "password"),
    "/cuenta/contrasena/": ("oldpassword", "password1"),
    "/cuenta/mis-datos/": ("password",),
    "/cuenta/borrar/": ("understands", "password"),
}
KNOWN = {
    "username": "40123678", "password": "tres palabras largas", "first_name": "Ana",
    "last_name": "Ruiz", "email": "ana@example.org",
    "accepts": "on", "text": "No puedo entrar", "understands": "on", "organisation_is_right": "1",
}  # fmt: skip


def cases(addresses):
    return [(address, field) for address, fields in addresses.items() for field in fields]


def send(client, address, field, value):
    """By GET and by POST, with what is right in the other fields."""
    return [client.get(address, {field: value}), client.post(address, {**KNOWN, field: value})]


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(("address", "field"), cases(ADDRESSES))
def test_nobody_signed_in(client, address, field, value):
    assert {answer.status_code for answer in send(client, address, field, value)} <= {
        200,
        302,
        400,
        404,
        405,
        429,
    }


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(("address", "field"), cases(OWN_ADDRESSES))
def test_a_learner(client, lina, address, field, value):
    client.force_login(lina)
    assert {answer.status_code for answer in send(client, address, field, value)} <= {
        200,
        302,
        400,
        404,
        405,
        429,
    }


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(("address", "field"), [("", "username"), ("{}/", "after")])
def test_a_coordinator(client, nora, omar, address, field, value):
    client.force_login(nora)
    answers = send(
        client, "/cuenta/ayudar-a-ingresar/" + address.format(omar.username), field, value
    )
    assert {answer.status_code for answer in answers} <= {200, 302, 400, 404, 405, 429}


def test_the_post_of_a_new_institution_is_read_by_a_form(client, lina, organisations):
    client.force_login(lina)
    place = (
        organisations["tumbes"] if "tumbes" in organisations else next(iter(organisations.values()))
    )
    client.post("/cuenta/entidad/", {"entidad": place.uuid, "cargo": "Jefa\0 de \u200bárea"})
    assert "\0" not in "".join(Membership.objects.values_list("post", flat=True))


def test_what_was_typed_and_marked_stays(client, lina, organisations):
    client.force_login(lina)
    place = next(iter(organisations.values()))
    answer = client.post(
        f"/cuenta/entidad/?buscar={place.name}", {"entidad": place.uuid, "cargo": "<b>Jefa</b>"}
    ).content.decode()
    assert "&lt;b&gt;Jefa&lt;/b&gt;" in answer
    assert f'value="{place.uuid}" required checked' in answer
