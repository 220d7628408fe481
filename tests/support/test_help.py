"""Help takes questions from anybody, and shows them to those who answer."""

import re

import pytest

from accounts.limits import HELP_REQUESTS
from content.models import StandardPage
from courses.loading import ensure_site
from privacy.erasure import erase_person
from support.models import HelpRequest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pages(db):
    """The plain pages of a fresh site."""
    ensure_site()


@pytest.mark.parametrize("address", ["/ayuda/", "/accesibilidad/", "/privacidad/"])
def test_pages_are_for_all(client, lina, address):
    assert client.get(address).status_code == 200
    client.force_login(lina)
    body = client.get(address).content.decode()
    assert body.count("<h1>") == 1


def test_anybody_may_ask(client):
    page = client.post("/ayuda/", {"text": "No veo mi curso", "contact": ""}, follow=True)
    asked = HelpRequest.objects.get()
    assert f"Número A-{asked.pk}" in page.content.decode()
    assert (asked.text, asked.learner, asked.contact) == ("No veo mi curso", None, "")


def test_who_is_signed_in_can_be_answered(client, lina, oscar):
    client.force_login(lina)
    client.post("/ayuda/", {"text": "No veo mi curso", "contact": "999 888 777"})
    client.force_login(oscar)
    body = client.get("/ayuda/pedidos/").content.decode()
    for told in ("Lina Quispe", "No veo mi curso", "999 888 777"):
        assert told in body


def test_one_question_sent_twice_is_one(client):
    uuid = re.search(r'name="uuid" value="([^"]+)"', client.get("/ayuda/").content.decode())[1]
    answers = [
        client.post("/ayuda/", {"uuid": uuid, "text": "No veo mi curso", "contact": ""})["Location"]
        for _time in range(2)
    ]
    assert answers[0] == answers[1]
    assert HelpRequest.objects.count() == 1
    client.post("/ayuda/", {"uuid": uuid, "text": "Y otra cosa", "contact": ""})
    client.post("/ayuda/", {"text": "Y otra cosa", "contact": ""})
    assert HelpRequest.objects.count() == 3


@pytest.mark.parametrize("contact", ["=1+1", "ana", "ana@", "@x.pe", "12345", "1234567890"])
def test_a_contact_can_be_answered(client, contact):
    page = client.post("/ayuda/", {"text": "Hola", "contact": contact})
    assert (
        "Escribe un correo completo, como nombre@ejemplo.pe, o un teléfono de 6 a 9 números."
        in page.content.decode()
    )
    assert page.context["form"]["contact"].value() == contact
    assert not HelpRequest.objects.exists()


@pytest.mark.parametrize(
    "contact",
    ["ana@example.org", "Ana <ana@example.org>", "999888777", "+51 999-888-777", "0051 999 888 777",
    "(084) 22-3344",
     "01 427 1234 anexo 12", "cel. 999 888 777", "427123", "ana@example.org o 999 888 777",
     "９９９ 888 777", "ana@example.org / ana@otra.pe"],
)  # fmt: skip
def test_so_are_those_that_people_write(client, contact):
    assert client.post("/ayuda/", {"text": "Hola", "contact": contact}).status_code == 302
    assert HelpRequest.objects.get().contact == contact


def test_an_e_mail_behind_a_word_is_asked_about_once(client):
    """The answer would reach somebody else."""
    told = {"text": "Hola", "contact": "rosa quispe@example.org"}
    page = client.post("/ayuda/", told)
    assert "te responderemos a quispe@example.org" in page.content.decode()
    assert not HelpRequest.objects.exists()
    seen = page.context["form"]["email_seen"].value()
    assert client.post("/ayuda/", {**told, "email_seen": seen}).status_code == 302


def test_a_question_needs_words_and_keeps_what_was_typed(client):
    page = client.post("/ayuda/", {"text": " ", "contact": "ana@example.org"})
    assert page.content.decode().count("Escribe tu pregunta.") == 2
    assert page.context["form"]["contact"].value() == "ana@example.org"
    assert not HelpRequest.objects.exists()


def test_questions_are_limited(client, allow):
    allow(HELP_REQUESTS, 1)
    assert [client.post("/ayuda/", {"text": "Hola"}).status_code for _ in range(2)] == [302, 429]


def test_a_question_of_a_visitor_is_of_nobody_who_signed_in_since(client, lina):
    """Two tabs: the answer would go to the e-mail of somebody else."""
    hidden = re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', page_of(client))
    client.force_login(lina)
    client.post("/ayuda/", {**dict(hidden), "text": "No puedo entrar a mi cuenta"})
    assert HelpRequest.objects.get().learner is None
    client.post("/ayuda/", {"text": "Soy Lina"})
    assert HelpRequest.objects.get(text="Soy Lina").learner == lina.learner_key
    assert "of_visitor" not in page_of(client)


def page_of(client) -> str:
    return client.get("/ayuda/").content.decode()


def test_erasure_takes_questions_along(client, lina):
    client.force_login(lina)
    client.post("/ayuda/", {"text": "Soy Lina"})
    erase_person(lina.learner_key)
    assert not HelpRequest.objects.exists()


def test_a_page_that_editors_took_away_is_not_found(client):
    StandardPage.objects.get(slug="ayuda").unpublish()
    assert client.get("/ayuda/").status_code == 404


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("999 888 777", "Te responde en 3 días hábiles"),
        ("", 'Si quieres respuesta, <a href="/ayuda/">envía otro pedido</a>'),
    ],
)
def test_the_receipt_is_a_page_that_says_what_happens_next(client, contact, told):
    answer = client.post("/ayuda/", {"text": "No veo mi curso", "contact": contact})
    body = client.get(answer["Location"]).content.decode()
    assert "<h1>Recibimos tu pedido</h1>" in body
    assert told in body
    assert "No veo mi curso" not in body
    assert "999" not in body


@pytest.mark.parametrize("has_email", [True, False])
def test_an_answer_is_promised_where_it_arrives(client, lina, has_email):
    if not has_email:
        lina.email = ""
        lina.save()
    client.force_login(lina)
    body = client.post("/ayuda/", {"text": "No veo mi curso"}, follow=True).content.decode()
    assert "Te responde en 3 días hábiles" in body
    assert ("una carta a tu correo" in body) is has_email
    assert ("En tus avisos, al ingresar." in body) is not has_email


@pytest.mark.parametrize("receipt", ["1", "1:falso", "A-1"])
def test_nobody_makes_up_a_receipt(client, receipt):
    client.post("/ayuda/", {"text": "No veo mi curso"})
    assert client.get(f"/ayuda/recibido/{receipt}/").status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        "Mi DNI es 45678913",
        "soy 45.678.913, ayuda",
        "carné 001234567",
        "DNI ４５６７８９１３",
        "4567\u200b8913",
    ],
)
@pytest.mark.parametrize("field", ["text", "contact"])
def test_a_document_number_is_asked_about_once_before_it_is_stored(client, typed, field):
    told = {"text": "No veo mi curso", "contact": "", field: typed}
    page = client.post("/ayuda/", told)
    assert page.content.decode().count("Parece que escribiste el número de un documento.") == 2
    assert page.context["form"][field].value() == typed
    assert not HelpRequest.objects.exists()
    seen = page.context["form"]["number_seen"].value()
    assert client.post("/ayuda/", {**told, "number_seen": seen}).status_code == 302
    assert HelpRequest.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    ["Llámame al 987 654 321", "del 2026-11-28 al 2026-11-30", "Ley 30001", "RUC 20131370645"],
)
def test_other_numbers_are_no_documents(client, typed):
    assert client.post("/ayuda/", {"text": typed}).status_code == 302


@pytest.mark.parametrize("number", [0, 10**9, 99999999999999999999999, "9" * 5000])
def test_request_with_a_number_beyond_what_databases_hold_does_not_exist(client, oscar, number):
    client.force_login(oscar)
    assert client.get(f"/ayuda/pedidos/{number}/").status_code == 404
    assert client.post(f"/ayuda/pedidos/{number}/pasar/").status_code == 404


def test_help_names_who_coordinates_to_those_who_are_known(client, omar, nora):
    assert "Nora Quispe" not in client.get("/ayuda/").content.decode()
    client.force_login(omar)
    assert "Nora Quispe" in client.get("/ayuda/").content.decode()
    page = client.post("/ayuda/", {"text": "No veo mi curso", "contact": ""}, follow=True)
    assert "Nora Quispe" in page.content.decode()
    client.logout()
    body = client.get(page.request["PATH_INFO"]).content.decode()
    assert "se lo pasa" in body
    assert "Nora Quispe" not in body


def test_what_a_visitor_asks_is_passed_to_nobody(client, nora):
    page = client.post("/ayuda/", {"text": "No veo mi curso", "contact": ""}, follow=True)
    assert "se lo pasa" not in page.content.decode()
