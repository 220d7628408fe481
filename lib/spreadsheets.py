"""Makes cells and files that are safe to open in a spreadsheet: plain values."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

# What a spreadsheet may run as a formula, also typed full width; a line feed begins a cell just as
# a tab does.
FORMULA_SIGNS = "=+-@＝＋－＠"
RISKY = (*FORMULA_SIGNS, "\t", "\r", "\n")
# Where a program splits at another sign than ours, a new cell begins in the middle of a field. What
# follows a separator is always taken whole: looked at from each sign anew, a long run of them would
# take hours.
_AFTER_SEPARATOR = re.compile(rf"([;,|\t\r\n][\s;,|\"']*+)([{re.escape(FORMULA_SIGNS)}]?)")


def safe_cell(value: object) -> str:
    """Return a cell as text; whatever a spreadsheet could run as a formula gets an apostrophe
    before it.
    """
    text = "" if value is None else str(value)
    safe = _AFTER_SEPARATOR.sub(_with_apostrophe, text)
    return f"'{safe}" if safe.startswith(RISKY) else safe


def _with_apostrophe(found: re.Match[str]) -> str:
    return f"{found[1]}'{found[2]}" if found[2] else found[1]


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV, every cell safe and in quotes."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(
        [safe_cell(value) for value in row] for row in rows
    )
    return buffer.getvalue()


def workbook_bytes(sheets: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """Return a workbook of plain values, its sheets by name: texts are safe cells, numbers stay
    numbers.
    """
    # Few processes ever write a workbook, and reading the library takes a start 60 ms.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    def plain(value: object) -> object:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        return ILLEGAL_CHARACTERS_RE.sub("", safe_cell(value))

    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([plain(value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
