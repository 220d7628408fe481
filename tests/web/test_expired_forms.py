"""A form that was open too long: what was typed comes back with a fresh token, secrets do not."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.carried_acts import mark_of, read_act

pytestmark = pytest.mark.django_db
TEXT = (
    "La página estuvo abierta mucho tiempo y no se guardó. Lo que escribiste sigue aquí: "
    "pulsa «Envía otra vez»."
)
HERE = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def strict(lina):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lina)
    client.get("/cuenta/datos/")  # brings the cookie of the token
    return client


def fields(page) -> list[tuple[str, str]]:
    return re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.content.decode()
    )


@pytest.mark.parametrize("address", ["/cuenta/ingresar/", "/cuenta/registro/datos/", "/ayuda/"])
def test_who_typed_before_somebody_signed_in_is_told_whose_session_it_is(strict, address):
    """Two tabs: «Vuelve a la página» led into the other's account without a word."""
    sent = {"username": "40123678", "password": "tres palabras", "csrfmiddlewaretoken": "x"}
    body = " ".join(strict.post(address, sent, **HERE).content.decode().split())
    assert "Ahora está en sesión Lina Quispe. Si no eres tú," in body
    assert 'href="/cuenta/salir/"' in body


def test_ones_own_page_is_told_of_no_session(strict, lina):
    sent = {"first_name": "Ana", "csrfmiddlewaretoken": "x", "sent_by": mark_of(lina)}
    assert (
        "Ahora está en sesión" not in strict.post("/cuenta/datos/", sent, **HERE).content.decode()
    )


def test_what_was_typed_is_sent_again(strict, lina):
    page = strict.post(
        "/cuenta/datos/",
        {
            "first_name": 'Ana "Ñ" <b>',
            "last_name": "Quispe",
            "post": "",
            "csrfmiddlewaretoken": "x",
        },
        **HERE,
    )
    assert page.status_code == 403
    body = page.content.decode()
    assert TEXT in body
    assert '<form method="post" action="/cuenta/datos/">' in body
    assert "<b>" not in body
    again = dict(fields(page))
    assert again.pop("csrfmiddlewaretoken") != "x"
    assert again == {"first_name": "Ana &quot;Ñ&quot; &lt;b&gt;", "last_name": "Quispe", "post": ""}
    token = page.context["csrf_token"]
    answer = strict.post(
        "/cuenta/datos/",
        {"first_name": "Ana", "last_name": "Q", "post": "", "csrfmiddlewaretoken": str(token)},
        **HERE,
    )
    assert answer.status_code == 302
    lina.refresh_from_db()
    assert lina.first_name == "Ana"


def test_a_browser_that_keeps_no_cookies_is_told_so():
    sent = {"text": "¿Cómo ingreso?", "csrfmiddlewaretoken": "x"}
    page = Client(enforce_csrf_checks=True).post("/ayuda/", sent, **HERE)
    body = page.content.decode()
    assert page.status_code == 403
    assert "Tu navegador no guarda las cookies de este sitio" in body
    assert "permite las cookies de este sitio" in body
    assert "mucho tiempo" not in body
    assert ("text", "¿Cómo ingreso?") in fields(page)


def test_order_repeats_and_address_are_kept(strict):
    page = strict.post(
        "/cursos/?q=a%20b&q=c",
        {"chosen": ["2", "0"], "uuid": "u"},
        HTTP_REFERER="http://testserver/otra/",
    )
    assert [pair for pair in fields(page) if pair[0] != "csrfmiddlewaretoken"] == [
        ("chosen", "2"),
        ("chosen", "0"),
        ("uuid", "u"),
    ]
    assert 'action="/cursos/?q=a%20b&amp;q=c"' in page.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "password1",
        "oldpassword",
        "document_number",
        "username",
        "dni",
        "code",
        "codigo",
    ],
)
def test_secrets_and_documents_are_not_repeated(strict, name):
    page = strict.post("/cuenta/ingresar/", {name: "40123678", "next": "/cursos/"}, **HERE)
    body = page.content.decode()
    assert "40123678" not in body
    assert "no repetimos contraseñas" in body
    assert ("next", "/cursos/") in fields(page)


def test_files_are_asked_for_again(strict):
    page = strict.post(
        "/cuenta/datos/",
        {"file": SimpleUploadedFile("a.csv", b"40123678"), "first_name": "Ana"},
        **HERE,
    )
    assert "40123678" not in page.content.decode()
    assert "ni archivos" in page.content.decode()


@pytest.mark.parametrize(
    "told",
    [
        {}, {"HTTP_ORIGIN": "https://otro.example"}, {"HTTP_ORIGIN": "null"}, {"HTTP_REFERER": "https://otro.example/testserver"},
        {"HTTP_ORIGIN": "https://otro.example", "HTTP_REFERER": "http://testserver/"},
    ],
)  # fmt: skip
def test_a_form_from_elsewhere_is_refused_plainly(strict, told):
    page = strict.post("/cuenta/datos/", {"first_name": "Mala"}, **told)
    assert page.status_code == 403
    body = page.content.decode()
    assert "Mala" not in body
    assert "no vino de una página de este sitio" in body
    assert "mucho tiempo" not in body


def test_an_address_that_looks_like_another_site_is_refused_plainly(rf):
    request = rf.post("/x/", {"first_name": "Ana"}, **HERE)
    assert read_act(request).address == "/x/"
    request.path = "//otro.example/x/"
    assert read_act(request) is None
