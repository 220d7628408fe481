"""Checks what blocks say of themselves to their templates, whatever their authors typed."""

import json

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from wagtail.blocks import ListBlock, StreamBlock, StructBlock

from content.blocks import CalloutBlock, TableBlock, uneven_rows
from content.publishing import block_problems
from courses.blocks import LessonBlocks


def rendered(block, value):
    """Return what the template of a block makes of a value typed by an author."""
    return BeautifulSoup(block.render(block.to_python(value)), "html.parser")


def test_every_cell_of_a_table_knows_the_head_of_its_column():
    table = {
        "caption": "Quién",
        "columns": ["Trámite", "Entidad", "Plazo"],
        "rows": [["Visa", "Cancillería", "5 días"], ["DNI", "RENIEC"]],
    }
    page = rendered(TableBlock(), table)
    assert [(cell["data-label"], cell.text) for cell in page.select("td")] == [
        ("Entidad", "Cancillería"),
        ("Plazo", "5 días"),
        ("Entidad", "RENIEC"),
    ]
    assert [head.text for head in page.select("tbody th[scope=row]")] == ["Visa", "DNI"]


def test_a_row_longer_than_the_columns_is_shown_whole():
    page = rendered(
        TableBlock(), {"caption": "Quién", "columns": ["A", "B"], "rows": [["1", "2", "3"]]}
    )
    assert [(cell["data-label"], cell.text) for cell in page.select("td")] == [
        ("B", "2"),
        ("", "3"),
    ]


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


def parts_of(block):
    """Yield a block and every block inside it."""
    yield block
    inside = (
        list(block.child_blocks.values()) if isinstance(block, StructBlock | StreamBlock) else []
    )
    for child in [*inside, *([block.child_block] if isinstance(block, ListBlock) else [])]:
        yield from parts_of(child)


def test_a_row_that_does_not_fill_its_columns_waits_in_a_draft_and_is_not_published():
    block = TableBlock()
    table = block.to_python(
        {
            "caption": "Quién",
            "columns": ["A", "B", "C"],
            "rows": [["1", "2", ""], ["1", "2"], ["1", "2", "3", "4"]],
        }
    )
    told = uneven_rows(table)
    assert list(told) == [1, 2]
    assert "Celdas de esta fila: 2. Columnas de la tabla: 3." in str(told[1].non_block_errors)
    with pytest.raises(ValidationError):
        block.clean(table)
    block.defer_required_validation()
    assert [list(row) for row in block.clean(table)["rows"]] == [
        ["1", "2", ""],
        ["1", "2"],
        ["1", "2", "3", "4"],
    ]


def test_a_new_list_has_as_many_items_as_it_needs():
    lists = [
        block
        for block in parts_of(LessonBlocks())
        if isinstance(block, ListBlock) and block.meta.min_num
    ]
    assert len(lists) > 5
    assert [block.label for block in lists if len(block.get_default()) < block.meta.min_num] == []
    for block in lists:
        if isinstance(block.child_block, StructBlock):
            assert all(
                set(item) == set(block.child_block.child_blocks) for item in block.get_default()
            ), block.label


UNSEEN = "\u202e"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", {"heading": "Nin\u0303ez{}", "body": "<p>Nin\u0303ez{}</p>"}),
        ("steps", {"heading": "", "steps": [{"title": "Nin\u0303ez{}", "body": "<p>{}</p>"}] * 2}),
        (
            "table",
            {
                "caption": "Nin\u0303ez{}",
                "columns": ["A{}", "B"],
                "rows": [["1{}", ""]],
                "note": "{}",
            },
        ),
        ("checklist", {"title": "Nin\u0303ez{}", "items": ["Uno{}", "Dos"]}),
        ("sources", {"sources": [{"title": "Nin\u0303ez{}", "url": "https://example.pe/"}]}),
    ],
    ids=["text", "steps", "table", "checklist", "sources"],
)
def test_no_block_keeps_what_nobody_sees(kind, value):
    block = LessonBlocks()
    typed = json.loads(
        json.dumps([{"type": kind, "value": value, "id": "b1"}]).replace("{}", UNSEEN)
    )
    stored = block.get_prep_value(block.clean(block.to_python(typed)))
    said = json.dumps(stored, ensure_ascii=False)
    assert UNSEEN not in said
    assert "Niñez" in said
    assert stored[0]["id"] == "b1"


def test_a_text_is_measured_as_it_is_stored():
    block = LessonBlocks()
    decomposed = [{"type": "text", "value": {"heading": "n\u0303" * 120, "body": "<p>x</p>"}}]
    assert block.clean(block.to_python(decomposed))[0].value["heading"] == "ñ" * 120


def test_a_folded_block_is_named_by_its_content():
    for name, block in LessonBlocks().child_blocks.items():
        layout = block.meta.form_layout
        assert layout.settings == ["is_substantive"], name
        assert layout.children[0] != "is_substantive", name


EMPTY = '<p data-block-key="a1"> </p><p data-block-key="a2"></p>'
CHOICES = [{"text": text, "is_best": True, "feedback": EMPTY} for text in ("Registrar", "Esperar")]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", {"heading": "Idea", "body": EMPTY}),
        ("callout", {"kind": "info", "title": "", "body": EMPTY}),
        (
            "case",
            {"title": "Caso", "situation": EMPTY, "question": "¿Qué haces?", "choices": CHOICES},
        ),
    ],
    ids=["text", "callout", "case"],
)
def test_a_text_of_empty_lines_waits_in_a_draft_and_is_not_published(kind, value):
    block = LessonBlocks()
    stream = block.to_python([{"type": kind, "value": value, "id": "b1"}])
    with pytest.raises(ValidationError):
        block.clean(stream)
    block.defer_required_validation()
    assert block.clean(stream)
    block.restore_deferred_validation()
    steps = {"heading": "", "steps": [{"title": "Uno", "body": EMPTY}] * 2}
    assert block.clean(block.to_python([{"type": "steps", "value": steps}]))


@pytest.mark.parametrize("best", [None, 1])
def test_a_case_in_which_nothing_is_right_waits_in_a_draft(best):
    block = LessonBlocks()
    choices = [
        {"text": text, "is_best": place == best, "feedback": "<p>Porque sí.</p>"}
        for place, text in enumerate(("Registrar", "Esperar"))
    ]
    case = {"title": "Caso", "situation": "<p>Llega una familia.</p>", "question": "¿Qué haces?"}
    stream = block.to_python([{"type": "case", "value": case | {"choices": choices}, "id": "b1"}])
    told = [str(problem) for problem in block_problems(stream)]
    place = "Bloque 1, Caso: ¿qué haces? › Opciones"
    missing = f"{place}: Marca al menos una opción con «Es lo que conviene»."
    assert told == ([missing] if best is None else [])
    block.defer_required_validation()
    assert block.clean(stream)
    block.restore_deferred_validation()
