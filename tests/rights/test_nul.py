"""A NUL, which PostgreSQL takes in no text, is nobody's file, page, code or session: nothing is
there, and nothing breaks.
"""

import pytest
from django.conf import settings

from tests.rights.asking import browser

pytestmark = pytest.mark.django_db

ADDRESSES = {
    "Visitor": [
        "/media/%00",
        "/media/images/a%00b.png",
        "/%00/",
        "/privacidad%00/",
        "/cursos/%00/",
        "/cursos/curso/%00/a/",
        "/documentos/1/%00",
        "/verificar/%00/",
        "/verificar/a/%00",
        "/certificados/%00.pdf",
        "/certificados/a/%00",
        "/ayuda/recibido/%00/",
        "/cuenta/recuperar/clave/1-a%00b/",
        "/static/%00",
    ],
    "Lina": ["/certificados/%00/otra-vez/", "/cuenta/correo/%00/", "/media/%00", "/%00/"],
    "Max": ["/cuenta/ayudar-a-ingresar/%00/", "/panel/%00/", "/panel/tumbes/%00/"],
    "Ada": [
        "/gestion/%00/",
        "/gestion/pages/%00/",
        "/gestion/preguntas/banco/%00/",
        "/gestion/preguntas/%00/",
        "/gestion/reports/%00/",
        "/gestion/images/%00/",
        "/gestion/images/1/generate_url/%00/",
    ],
    "Óscar": ["/gestion/users/edit/%00/", "/gestion/bulk/%00/user/delete/?id=1"],
}
CASES = [(name, address) for name, addresses in ADDRESSES.items() for address in addresses]


@pytest.mark.parametrize(("name", "address"), CASES)
def test_nothing_is_there(world, name, address):
    client = browser(world.people[name])
    client.raise_request_exception = False
    assert client.get(address).status_code in {302, 400, 404}
    assert client.post(address).status_code in {302, 400, 403, 404, 405}


@pytest.mark.parametrize(
    ("name", "address", "status"),
    [
        ("Visitor", "/verificar/?codigo=a%00b", 200),
        ("Visitor", "/cursos/?q=%00&tema=a%00", 200),
        ("Visitor", "/cuenta/registro/?buscar=%00", 200),
        ("Max", "/personas/papeletas/?persona=%00", 404),
        ("Max", "/personas/?q=%00&entidad=%00", 200),
        ("Óscar", "/operacion/historial/?acto=%00", 200),
        ("Óscar", "/operacion/historial/?objeto=a%00", 200),
        ("Óscar", "/operacion/historial/?clave=%00b", 200),
        ("Ada", "/gestion/preguntas/?q=%00", 200),
    ],
)
def test_a_query_names_nothing(world, name, address, status):
    """Asked for nobody a page must not answer for everybody."""
    client = browser(world.people[name])
    assert client.get(address).status_code == status
    assert client.post(address).status_code in {200, 302, 400, 403, 404, 405}


@pytest.mark.parametrize(
    "name",
    [
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        "messages",
        settings.LANGUAGE_COOKIE_NAME,
    ],
)
@pytest.mark.parametrize(
    "quoted", ['"abcdefgh\\000i"', '"\\000"', "abcdefgh\\000i"], ids=["quoted", "alone", "bare"]
)
@pytest.mark.parametrize("address", ["/", "/cuenta/ingresar/", "/cuenta/"])
def test_a_cookie_is_ignored(client, site, name, quoted, address):
    client.raise_request_exception = False
    answer = client.get(address, headers={"cookie": f"{name}={quoted}"})
    assert answer.status_code in {200, 302}
    answer = client.post(
        "/cuenta/ingresar/",
        {"username": "40123678", "password": "otra"},
        headers={"cookie": f"{name}={quoted}"},
    )
    assert answer.status_code == 200
