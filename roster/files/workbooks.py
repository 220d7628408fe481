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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

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

# Rows that nobody sees, as those that a filter takes away.
_HIDDEN_ROW = re.compile(
    rb'<(?:\w+:)?row\b[^<>]*?\shidden\s*=\s*["\'](?:1|true)["\'][^<>]*>', re.IGNORECASE
)
_ROW_NUMBER = re.compile(rb'\sr\s*=\s*["\'](\d{1,7})["\']')
# Where the parts of a workbook say in which of them a sheet is.
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^<>]*>")
_SHEET_KEY = re.compile(rb'\s\w+:id\s*=\s*["\']([^"\'<>]+)["\']')
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>")
_RELATION_KEY = re.compile(rb'\sId\s*=\s*["\']([^"\'<>]+)["\']')
_RELATION_TARGET = re.compile(rb'\sTarget\s*=\s*["\']([^"\'<>]+)["\']')
FIRST_SHEET = "xl/worksheets/sheet1.xml"
# The same of an open document, whose sheets stand in one part.
OPEN_DOCUMENT = "content.xml"
_TABLE = re.compile(rb"<table:table[\s>]")
_TABLE_ROW = re.compile(rb"<table:table-row\b([^<>]*)>")
_REPEATED = re.compile(rb'\stable:number-rows-repeated="(\d{1,7})"')
_COLLAPSED = re.compile(rb'\stable:visibility="(?:collapse|filter)"')

Rows = list[tuple[int, list[str]]]
Places = frozenset[tuple[int, int]]


class Why(StrEnum):
    """Why a workbook is not read."""

    BROKEN = "broken"
    LOCKED = "locked"
    LARGE = "large"


@dataclass(frozen=True)
class Unpacked:
    """The rows of a workbook that hold anything, the places of formulas and of merged cells (row
    number, column from 0), the numbers of rows that are hidden, and the title of the sheet that was
    read, where there are others.
    """

    rows: Rows
    formulas: Places
    merged: Places
    hidden: frozenset[int]
    title: str


class UnreadableWorkbook(ValueError):
    """The workbook is not read; `why` says the reason."""

    def __init__(self, why: Why):
        super().__init__(why)
        self.why = why


def read_apart(data: bytes) -> Unpacked:
    """Return what the first sheet holds that whoever opens a workbook sees. Raises
    UnreadableWorkbook.
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
    return Unpacked(
        rows,
        _places(answer["formulas"]),
        _places(answer["merged"]),
        frozenset(answer["hidden"]),
        answer["title"],
    )


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
    """Return `rows`, `formulas`, `merged`, `hidden` and `title` of a workbook. Raises
    UnreadableWorkbook.
    """
    if data.startswith(ZIP_SIGN):
        _refuse_large(data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheets = book.sheets_metadata
            place = _first_seen(sheets)
            sheet = book.get_sheet_by_index(place)
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
    del values
    numbers = {number for number, _cells in rows}
    formulas, hidden = _marks_in(data, place) if data.startswith(ZIP_SIGN) else (set(), set())
    merged = {
        (row + 1, column)
        for (top, left), (bottom, right) in ranges
        for row in range(top, min(bottom, top + 200) + 1)
        if row + 1 in numbers
        for column in range(left, min(right, MOST_COLUMNS) + 1)
    }
    return {
        "rows": rows,
        "formulas": [cell for cell in formulas if cell[0] in numbers],
        "merged": list(merged),
        "hidden": sorted(hidden & numbers),
        "title": sheets[place].name if len(sheets) > 1 else "",
    }


def _first_seen(sheets: Sequence[SheetMetadata]) -> int:
    """Return the place of the first sheet that whoever opens a workbook sees: one that is hidden
    holds what they forgot. Where none is known to be seen, it is the first.
    """
    seen = (
        place
        for place, sheet in enumerate(sheets)
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    )
    return next(seen, 0)


def _refuse_large(data: bytes) -> None:
    """Raise UnreadableWorkbook for one that says it unpacks into more than people need."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            entries = parts.infolist()
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableWorkbook(Why.BROKEN) from error
    if len(entries) > MOST_PARTS or sum(e.file_size for e in entries) > LARGEST_WORKBOOK:
        raise UnreadableWorkbook(Why.LARGE)


def _marks_in(data: bytes, place: int) -> tuple[set[tuple[int, int]], set[int]]:
    """Return the places of formulas and the numbers of hidden rows in one sheet of a workbook.
    Raises UnreadableWorkbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if OPEN_DOCUMENT in parts.namelist():
                return set(), _rows_not_seen(parts.read(OPEN_DOCUMENT), place)
            path = _part_of_sheet(parts, place)
            text = parts.read(path) if path else b""
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableWorkbook(Why.BROKEN) from error
    formulas = {
        (int(row), column_number(letters.decode()))
        for letters, row in _CELL_WITH_FORMULA.findall(text)
    }
    numbered = (_ROW_NUMBER.search(tag) for tag in _HIDDEN_ROW.findall(text))
    return formulas, {int(number[1]) for number in numbered if number}


def _part_of_sheet(parts: zipfile.ZipFile, place: int) -> str:
    """Return which part of a workbook a sheet is; an empty text where none says so."""
    names = parts.namelist()
    path = ""
    if "xl/workbook.xml" in names and "xl/_rels/workbook.xml.rels" in names:
        sheets = _SHEET.findall(parts.read("xl/workbook.xml"))
        key = _SHEET_KEY.search(sheets[place]) if place < len(sheets) else None
        for relation in _RELATION.findall(parts.read("xl/_rels/workbook.xml.rels")):
            own, target = _RELATION_KEY.search(relation), _RELATION_TARGET.search(relation)
            if key and own and target and own[1] == key[1]:
                told = target[1].decode(errors="replace")
                path = told[1:] if told.startswith("/") else f"xl/{told}"
    if path not in names:
        path = FIRST_SHEET if place == 0 and FIRST_SHEET in names else ""
    return path


def _rows_not_seen(text: bytes, place: int) -> set[int]:
    """Return the numbers of the rows of a sheet of an open document that are hidden."""
    begins = [found.start() for found in _TABLE.finditer(text)]
    if place >= len(begins):
        return set()
    ends = begins[place + 1] if place + 1 < len(begins) else len(text)
    hidden: set[int] = set()
    number = 1
    for row in _TABLE_ROW.finditer(text, begins[place], ends):
        repeated = _REPEATED.search(row[1])
        count = int(repeated[1]) if repeated else 1
        if _COLLAPSED.search(row[1]):
            hidden.update(range(number, number + min(count, MOST_LINES)))
        number += count
    return hidden


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
