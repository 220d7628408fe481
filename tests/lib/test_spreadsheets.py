"""Checks that no cell of a file begins with a formula, whatever sign the program that opens it
splits at.
"""

import csv
import io

import pytest
from openpyxl import load_workbook

from lib.spreadsheets import csv_text, safe_cell, workbook_bytes


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("hola;=1+1", "hola;'=1+1"),
        ("a, +51 9", "a, '+51 9"),
        ("a\t@x", "a\t'@x"),
        ("2026-11-05 a 2026-11-20", "2026-11-05 a 2026-11-20"),
        ("Ley 29.409; artículo 2", "Ley 29.409; artículo 2"),
        (None, ""),
        (3, "3"),
    ],
)
def test_only_what_could_run_gets_an_apostrophe(written, kept):
    assert safe_cell(written) == kept


@pytest.mark.parametrize("sign", ["\n", ";", ",  ", '"\t'])
def test_a_long_run_of_separators_is_looked_at_once(sign):
    run = f"a{sign * 200_000}"
    assert safe_cell(f"{run}b") == f"{run}b"
    assert safe_cell(f"{run}=1") == (f"{run}'=1")


def test_a_file_is_read_back_as_it_was_written():
    rows = [["Título", "Día"], ['Dice «"sí"», y;no', "5"]]
    assert list(csv.reader(io.StringIO(csv_text(rows), newline=""))) == rows


def test_a_workbook_holds_plain_values():
    written = [["=1+1", "+51 9", 347, 7.71, None, "Ana\x0b Ñ"], ["<b>&"]]
    book = load_workbook(io.BytesIO(workbook_bytes({"Hoja": written, "Notas": [["@x"]]})))
    first = next(book["Hoja"].iter_rows())
    assert [cell.value for cell in first] == ["'=1+1", "'+51 9", 347, 7.71, None, "Ana Ñ"]
    assert "f" not in {cell.data_type for sheet in book for row in sheet for cell in row}
    assert book["Notas"]["A1"].value == "'@x"
