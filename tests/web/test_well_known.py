"""Checks what search engines, chats and researchers find."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from content.models import HomePage, StandardPage
from tests.rights.table import read_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(course):
    """Plain pages beside one open course."""
    for title in ("Ayuda", "Privacidad", "Accesibilidad"):
        page = StandardPage(title=title, slug=title.lower(), introduction=f"Sobre {title}")
        HomePage.objects.get().add_child(instance=page)


def test_robots_closes_what_is_a_person_s_own(client):
    answer = client.get("/robots.txt")
    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"].startswith("text/plain")
    assert {"Disallow: /verificar/", "Disallow: /cuenta/", "Disallow: /mi-aprendizaje/"} <= set(
        lines
    )
    assert "Disallow: /cursos/" not in lines
    assert lines[-1].endswith("/sitemap.xml")


def test_sitemap_lists_what_is_public_and_every_address_answers(client, pages, settings):
    settings.BASE_URL = "https://puriq.example"
    StandardPage.objects.get(slug="accesibilidad").unpublish()
    found = [
        row.text
        for row in ElementTree.fromstring(client.get("/sitemap.xml").content).iter()
        if row.tag.endswith("loc")
    ]
    addresses = [address.removeprefix("https://puriq.example") for address in found]
    assert {"/", "/cursos/", "/cursos/curso/", "/ayuda/", "/privacidad/"} <= set(addresses)
    assert "/accesibilidad/" not in addresses
    assert {client.get(address).status_code for address in addresses} == {200}


def test_who_finds_a_weakness_knows_where_to_say_it(client, settings):
    settings.BASE_URL = "https://puriq.example"
    told = dict(
        line.split(": ", 1)
        for line in client.get("/.well-known/security.txt").content.decode().splitlines()
    )
    assert told["Contact"] == "https://puriq.example/ayuda/"
    assert timezone.now() < parse_datetime(told["Expires"]) < timezone.now() + timedelta(days=366)


def test_there_is_an_icon_where_browsers_look(client):
    assert client.get("/favicon.ico")["Location"].endswith(".svg")


@pytest.mark.parametrize("address", ["/", "/cursos/", "/cursos/curso/", "/ayuda/"])
def test_a_shared_link_shows_what_it_is(client, pages, address):
    body = client.get(address).content.decode()
    described = re.search(r'<meta name="description" content="([^"]+)">', body)
    assert described, address
    assert f'<meta property="og:description" content="{described[1]}">' in body
    assert f'<link rel="canonical" href="http://testserver{address}">' in body


def test_what_editors_write_for_search_engines_is_shown(client, pages):
    page = StandardPage.objects.get(slug="ayuda")
    page.search_description = "Respuestas en dos minutos"
    page.save_revision().publish()
    assert 'content="Respuestas en dos minutos"' in client.get("/ayuda/").content.decode()


def test_error_pages_lead_to_help_and_have_an_icon(client):
    body = client.get("/no-existe/").content.decode()
    assert 'rel="icon"' in body
    assert body.count('href="/ayuda/"') >= 2
    assert "Quizá cambió de lugar o no tienes acceso." in body


def test_robots_keeps_out_of_what_asks_to_sign_in(client):
    """Pages below a course are its own, and robots are led to its public page."""
    lines = client.get("/robots.txt").content.decode().splitlines()
    closed = tuple(line.removeprefix("Disallow: ") for line in lines if "Disallow" in line)
    asks = {
        f"/{row.pattern}"
        for row in read_table()
        if "GET" in row.methods and row.expected("Visitor") == "sign in"
    }
    open_ = {address for address in asks if not address.startswith(closed)}
    assert {address.split("/")[1] for address in open_} <= {"cursos", "_util"}
