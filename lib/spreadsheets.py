"""Makes cells and files that are safe to open in a spreadsheet: plain values."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What a spreadsheet may run as a formula, also typed full width; a line feed begins a cell just as
# a tab does.
FORMULA_SIGNS = "=+-@＝＋－＠"
RISKY = (*FORMULA_SIGNS, "\t", "\r", "\n")
# Where a program splits at another sign than ours, a new cell begins in the middle of a field.
_AFTER_SEPARATOR = re.compile(rf"([;,|\t\r\n]\s*[\"']*)([{re.escape(FORMULA_SIGNS)}])")


def safe_cell(value: object) -> str:
    """Return a cell as text; whatever a spreadsheet could run as a formula gets an apostrophe
    before it.
    """
    text = "" if value is None else str(value)
    safe = _AFTER_SEPARATOR.sub(r"\1'\2", text)
    return f"'{safe}" if safe.startswith(RISKY) else safe


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV, every cell safe and in quotes."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(
        [safe_cell(value) for value in row] for row in rows
    )
    return buffer.getvalue()
