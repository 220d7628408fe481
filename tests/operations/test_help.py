"""Help takes questions from anybody; the privacy notice shows the terms that the site carries out."""

import pytest

from accounts.erasure import erase_person
from accounts.limits import HELP_REQUESTS
from content.models import StandardPage
from courses.loading import ensure_site
from operations.models import HelpRequest
from operations.retention import RETENTION

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
    assert f"Su número es A-{asked.pk}." in page.content.decode()
    assert (asked.text, asked.learner, asked.contact) == ("No veo mi curso", None, "")


def test_who_is_signed_in_can_be_answered(client, lina, oscar):
    client.force_login(lina)
    client.post("/ayuda/", {"text": "No veo mi curso", "contact": "999 888 777"})
    client.force_login(oscar)
    body = client.get("/ayuda/pedidos/").content.decode()
    for told in ("Lina Quispe", "No veo mi curso", "999 888 777"):
        assert told in body
    number = HelpRequest.objects.get().pk
    assert client.post(f"/ayuda/pedidos/{number}/respondido/")["Location"] == "/ayuda/pedidos/"
    assert "No veo mi curso" not in client.get("/ayuda/pedidos/").content.decode()
    assert client.post(f"/ayuda/pedidos/{number}/respondido/").status_code == 404


def test_a_question_needs_words_and_keeps_what_was_typed(client):
    page = client.post("/ayuda/", {"text": " ", "contact": "ana@example.org"})
    assert page.content.decode().count("Escribe tu pregunta.") == 2
    assert page.context["form"]["contact"].value() == "ana@example.org"
    assert not HelpRequest.objects.exists()


def test_questions_are_limited(client, allow):
    allow(HELP_REQUESTS, 1)
    assert [client.post("/ayuda/", {"text": "Hola"}).status_code for _ in range(2)] == [302, 429]


@pytest.mark.parametrize("who", ["lina", "nora", "ada"])
def test_questions_are_read_by_operators_alone(client, who, request):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/ayuda/pedidos/").status_code == 404
    assert client.post("/ayuda/pedidos/1/respondido/").status_code == 404


def test_erasure_takes_questions_along(client, lina):
    client.force_login(lina)
    client.post("/ayuda/", {"text": "Soy Lina"})
    erase_person(lina.learner_key)
    assert not HelpRequest.objects.exists()


def test_privacy_shows_every_term(client):
    body = client.get("/privacidad/").content.decode()
    for rule in RETENTION:
        assert str(rule.what) in body
        assert str(rule.term) in body
    for told in ("Ley 29733", "Para qué", "Tus derechos", "A quién preguntar"):
        assert told in body


def test_a_page_that_editors_took_away_is_not_found(client):
    StandardPage.objects.get(slug="ayuda").unpublish()
    assert client.get("/ayuda/").status_code == 404
