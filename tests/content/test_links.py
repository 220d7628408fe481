"""Checks that no lesson is published with a link that only its author can open."""

import pytest

from content.links import is_out_of_reach
from content.publishing import block_problems
from courses.blocks import LessonBlocks


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
    ],
)
def test_an_address_of_the_authors_own_network_is_out_of_reach(address):
    assert is_out_of_reach(address)


@pytest.mark.parametrize(
    "address", ["https://www.gob.pe/migraciones", "http://8.8.8.8/", "mailto:ayuda@gob.pe", "tel:+51999", "/cursos/", "#fin"]
)
def test_an_address_that_readers_can_open_is_taken(address):
    assert not is_out_of_reach(address)


def test_publishing_names_the_link_and_its_block():
    body = '<p>Mira <a href="http://localhost/x">aquí</a> y <a href="https://www.gob.pe/">allá</a>.</p>'
    steps = {"heading": "Pasos", "steps": [{"title": "Uno", "body": body}, {"title": "Dos", "body": "<p>Nada</p>"}]}
    blocks = LessonBlocks()
    stream = blocks.to_python([{"type": "text", "value": {"heading": "", "body": "<p>Bien</p>"}}, {"type": "steps", "value": steps}])
    (problem,) = block_problems(stream)
    assert problem.where == "Bloque 2, Pasos"
    assert "«http://localhost/x»" in problem.message
