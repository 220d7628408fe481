"""Writes the figures of a page as CSV that is safe to open in a spreadsheet."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from lib.spreadsheets import csv_text
from reporting.tables import Line


def csv_bytes(
    notes: Sequence[str], header: Sequence[str], rows: Iterable[Sequence[object]]
) -> bytes:
    """Return a CSV file in UTF-8 with a byte order mark: its notes first, one to a line, then the
    table.
    """
    rule = _(
        "Lo que empieza con = + - @ lleva un apóstrofo delante, para que una hoja de cálculo no "
        "lo ejecute."
    )
    lines = [*((note,) for note in (*notes, rule)), header, *rows]
    return csv_text(lines).encode("utf-8-sig")


def line_row(line: Line, level: str, columns: Sequence[str]) -> list[object]:
    """Return one line of the file: level, name, the place above it, and the columns of the
    screen.
    """
    return [level, line.name, line.note, *(column_text(line, name) for name in columns)]


def column_text(line: Line, name: str) -> str:
    """Return one column of one line; progress is a whole per cent, nothing where there is
    nobody.
    """
    value = line.values[name]
    if value is None:
        return ""
    return f"{value} %" if name == "avance" else str(value)
