"""Unpacks a workbook in a process of its own, whose memory and time are limited: a file of five
kilobytes can ask for gigabytes, and what breaks there breaks no other request.

Run by path, without the site: bytes come in, and JSON goes out.
"""

import io
import json
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

LARGEST_WORKBOOK = 60 * 1024 * 1024  # bytes, once unpacked
MOST_PARTS = 400
MOST_COLUMNS = 60
# Filled rows: a list takes fewer, and says so itself.
MOST_LINES = 50_000
# Cells in those rows: ten thousand people in the most columns, with a heading and notes around.
MOST_CELLS = 700_000
MOST_MEMORY = 1024**3  # bytes of addresses
MOST_SECONDS = 10
ZIP_SIGN = b"PK\x03\x04"
# Where a cell of a workbook holds a formula; its value alone is in the row.
_CELL_WITH_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b[^<>]*?\br="([A-Z]+)(\d+)"[^<>]*>\s*<(?:\w+:)?f[\s>/]'
)

Rows = list[tuple[int, list[str]]]
Places = frozenset[tuple[int, int]]


class Why(StrEnum):
    """Why a workbook is not read."""

    BROKEN = "broken"
    LOCKED = "locked"
    LARGE = "large"


class UnreadableWorkbook(ValueError):
    """The workbook is not read; `why` says the reason."""

    def __init__(self, why: Why):
        super().__init__(why)
        self.why = why


def read_apart(data: bytes) -> tuple[Rows, Places, Places]:
    """Return the rows of a workbook that hold anything, and the places of formulas and of merged
    cells (row number, column from 0). Raises UnreadableWorkbook.
    """
    try:
        done = subprocess.run(  # noqa: S603 — our own file
            [sys.executable, "-I", __file__],
            input=data,
            capture_output=True,
            timeout=MOST_SECONDS * 2,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableWorkbook(Why.LARGE) from error
    if done.returncode:
        # A signal, as of a limit, or an error of the reader.
        raise UnreadableWorkbook(Why.LARGE if done.returncode < 0 else Why.BROKEN)
    answer = json.loads(done.stdout)
    if "why" in answer:
        raise UnreadableWorkbook(Why(answer["why"]))
    rows = [(number, cells) for number, cells in answer["rows"]]
    return rows, _places(answer["formulas"]), _places(answer["merged"])


def _places(pairs: list[list[int]]) -> Places:
    return frozenset((row, column) for row, column in pairs)


def filled(rows: Iterable[tuple[int, list[str]]]) -> Rows:
    """Return the rows that hold anything, as far as a list goes. Raises UnreadableWorkbook for more
    than a list takes, before the rest is read.
    """
    found: Rows = []
    cells = 0
    for number, row in rows:
        kept = row[:MOST_COLUMNS]
        if not any(kept):
            continue
        cells += len(kept)
        if len(found) >= MOST_LINES or cells > MOST_CELLS:
            raise UnreadableWorkbook(Why.LARGE)
        found.append((number, kept))
    return found


def column_number(letters: str) -> int:
    """Return the place of a column from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def unpacked(data: bytes) -> dict[str, Any]:
    """Return `rows`, `formulas` and `merged` of a workbook. Raises UnreadableWorkbook."""
    formulas = _formulas_in(data) if data.startswith(ZIP_SIGN) else frozenset()
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheet = book.get_sheet_by_index(0)
            values = sheet.to_python(skip_empty_area=False)
            ranges = sheet.merged_cell_ranges or []
    except PasswordError as error:
        raise UnreadableWorkbook(Why.LOCKED) from error
    except (CalamineError, ValueError, OSError, IndexError) as error:
        raise UnreadableWorkbook(Why.BROKEN) from error
    rows = filled(
        (number, [_text_of(cell) for cell in row[:MOST_COLUMNS]])
        for number, row in enumerate(values, 1)
    )
    numbers = {number for number, _cells in rows}
    merged = {
        (row + 1, column)
        for (top, left), (bottom, right) in ranges
        for row in range(top, min(bottom, top + 200) + 1)
        if row + 1 in numbers
        for column in range(left, min(right, MOST_COLUMNS) + 1)
    }
    return {
        "rows": rows,
        "formulas": [place for place in formulas if place[0] in numbers],
        "merged": list(merged),
    }


def _formulas_in(data: bytes) -> Places:
    """Return the places of formulas in the first sheet of a workbook, which must not unpack into
    more than a workbook of people needs.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            entries = parts.infolist()
            if len(entries) > MOST_PARTS or sum(e.file_size for e in entries) > LARGEST_WORKBOOK:
                raise UnreadableWorkbook(Why.LARGE)
            if "xl/worksheets/sheet1.xml" not in parts.namelist():
                return frozenset()
            text = parts.read("xl/worksheets/sheet1.xml")
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableWorkbook(Why.BROKEN) from error
    return frozenset(
        (int(row), column_number(letters.decode()))
        for letters, row in _CELL_WITH_FORMULA.findall(text)
    )


def _text_of(cell: Any) -> str:
    """Return a cell as its sheet shows it: 40123678.0 is 40123678, a date is 02/01/2027."""
    if cell is None or isinstance(cell, bool):
        return {None: "", True: "VERDADERO", False: "FALSO"}[cell]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date) and not isinstance(cell, time):
        return cell.strftime("%d/%m/%Y")
    return str(cell).strip()


def answer_to(data: bytes) -> str:
    """Return what goes out for a workbook, as JSON."""
    try:
        text = json.dumps(unpacked(data))
    except UnreadableWorkbook as refusal:
        return json.dumps({"why": refusal.why})
    except MemoryError:
        return json.dumps({"why": Why.LARGE})
    return text if len(text) <= LARGEST_WORKBOOK else json.dumps({"why": Why.LARGE})


def main() -> None:
    """Limit this process, and read the workbook that comes in."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(answer_to(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
