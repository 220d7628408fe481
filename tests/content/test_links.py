"""Checks that no lesson is published with a link that only its author can open."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import sync_roles
from content.links import is_out_of_reach
from content.publishing import CannotPublish, block_problems
from courses.blocks import LessonBlocks
from courses.models import LessonPage


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost/x",
        "http://localhost:8000/",
        "http://127.0.0.1/",
        "https://192.168.1.20/carpeta",
        "http://[::1]/",
        "http://servidor/guia.pdf",
        "http://archivos.lan/guia",
        "file:///C:/Documentos/guia.docx",
        "C:/Documentos/guia.docx",
        "https://",
        "HTTP://LOCALHOST:8000/x",
        "http://ada@localhost/x",
        "//localhost/x",
        "http://10.0.0.5/",
        "http://169.254.1.1/",
        "http://2130706433/",
        "http://pc-de-ada.home/",
        "guia.docx",
        "/gestion/pages/5/edit/",
        "/gestion",
    ],
)
def test_an_address_of_the_authors_own_network_is_out_of_reach(address):
    assert is_out_of_reach(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.gob.pe/migraciones",
        "http://8.8.8.8/",
        "mailto:ayuda@gob.pe",
        "tel:+51999",
        "/cursos/",
        "#fin",
        "//www.gob.pe/",
        "/gestiones/",
    ],
)
def test_an_address_that_readers_can_open_is_taken(address):
    assert not is_out_of_reach(address)


def test_publishing_names_the_link_and_its_block():
    body = '<p>Mira <a href="http://localhost/x">aquí</a> y <a href="https://www.gob.pe/">allá</a>.</p>'
    steps = {
        "heading": "Pasos",
        "steps": [{"title": "Uno", "body": body}, {"title": "Dos", "body": "<p>Nada</p>"}],
    }
    blocks = LessonBlocks()
    stream = blocks.to_python(
        [
            {"type": "text", "value": {"heading": "", "body": "<p>Bien</p>"}},
            {"type": "steps", "value": steps},
        ]
    )
    (problem,) = block_problems(stream)
    assert problem.where == "Bloque 2, Pasos"
    assert "«http://localhost/x»" in problem.message


def test_an_address_of_the_editor_is_refused_with_the_name_of_the_site_too(settings):
    settings.BASE_URL = "https://academia.gob.pe"
    assert is_out_of_reach("https://academia.gob.pe/gestion/pages/5/edit/")
    assert not is_out_of_reach("https://academia.gob.pe/cursos/")
    assert not is_out_of_reach("https://otra.gob.pe/gestion/")


def test_a_source_that_no_reader_can_open_waits_in_a_draft_and_is_named():
    sources = {"sources": [{"title": "Informe, 2026", "url": "http://servidor/informe.pdf"}]}
    stream = LessonBlocks().to_python([{"type": "sources", "value": sources}])
    (problem,) = block_problems(stream)
    assert problem.where == "Bloque 1, Fuentes › Fuentes › 1 › Dirección"
    assert "«http://servidor/informe.pdf»" in problem.message
    LessonBlocks().clean_deferred(stream)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["http://127.0.0.1/x", "/gestion/pages/5/edit/"])
def test_no_door_publishes_an_address_that_no_reader_can_open(course, address):
    lesson = LessonPage.objects.first()
    body = f'<p><a href="{address}">aquí</a></p>'
    lesson.body = lesson.body.stream_block.to_python(
        [{"type": "text", "value": {"heading": "", "body": body}}]
    )
    with pytest.raises(CannotPublish) as refused:
        lesson.save_revision().publish()
    (problem,) = refused.value.problems
    assert str(problem).startswith(
        f"Bloque 1, Texto: quien lee no puede abrir el enlace «{address}»"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "is_taken"),
    [("http://localhost/x", False), ("/gestion/", False), ("https://www.gob.pe/", True)],
)
def test_the_window_of_links_takes_no_address_that_no_reader_can_open(
    client, ada, site, address, is_taken
):
    sync_roles(today=timezone.localdate())
    client.force_login(ada)
    answer = client.post(
        reverse("wagtailadmin_choose_page_external_link"), {"external-link-chooser-url": address}
    ).json()
    assert (answer["step"] == "external_link_chosen") is is_taken
    assert ("Quien lee no puede abrir el enlace" in answer.get("html", "")) is not is_taken
