"""Checks what blocks say of themselves to their templates, whatever their authors typed."""

import pytest
from bs4 import BeautifulSoup

from content.blocks import CalloutBlock, TableBlock


def rendered(block, value):
    """Return what the template of a block makes of a value typed by an author."""
    return BeautifulSoup(block.render(block.to_python(value)), "html.parser")


def test_every_cell_of_a_table_knows_the_head_of_its_column():
    table = {"caption": "Quién", "columns": ["Trámite", "Entidad", "Plazo"], "rows": [["Visa", "Cancillería", "5 días"], ["DNI", "RENIEC"]]}
    page = rendered(TableBlock(), table)
    assert [(cell["data-label"], cell.text) for cell in page.select("td")] == [
        ("Entidad", "Cancillería"),
        ("Plazo", "5 días"),
        ("Entidad", "RENIEC"),
    ]
    assert [head.text for head in page.select("tbody th[scope=row]")] == ["Visa", "DNI"]


def test_a_row_longer_than_the_columns_is_shown_whole():
    page = rendered(TableBlock(), {"caption": "Quién", "columns": ["A", "B"], "rows": [["1", "2", "3"]]})
    assert [(cell["data-label"], cell.text) for cell in page.select("td")] == [("B", "2"), ("", "3")]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Ejemplo local para adaptar: el mural de saberes", "El mural de saberes"),
        ("El mural de saberes", "El mural de saberes"),
        ("Ejemplo local para adaptar", None),
    ],
)
def test_a_callout_says_its_kind_once(title, shown):
    page = rendered(CalloutBlock(), {"kind": "example", "title": title, "body": "<p>Texto</p>"})
    assert page.text.count("Ejemplo local para adaptar") == 1
    assert (name.text if (name := page.select_one(".name")) else None) == shown
