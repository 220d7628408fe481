"""Reads a spreadsheet as people send it, CSV or a workbook, into rows of plain text; no database.

Whatever cannot be read as meant is refused in words: nothing is guessed in silence.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from lib.texts import as_written, tidied
from roster.files.workbooks import (
    MOST_COLUMNS,
    MOST_LINES,
    ZIP_SIGN,
    UnreadableWorkbook,
    Why,
    filled,
    read_apart,
)

LARGEST_FILE = 5 * 1024 * 1024  # bytes
WORKBOOK_SIGNS = (ZIP_SIGN, b"\xd0\xcf\x11\xe0")  # zip (xlsx, ods), OLE (xls)
# How files begin that are no lists, though they are text and may be called .xls or .xlsx.
PDF = re.compile(r"\s*%PDF")
WEB_PAGE = re.compile(r"\s*(?:<[!a-z]|mime-version:)", re.IGNORECASE)
XML = re.compile(r"\s*<\?xml", re.IGNORECASE)
RICH_TEXT = re.compile(r"\s*\{\\rtf")
SEPARATORS = ";,\t|"
# Bytes of UTF-8 read as Latin-1: Ã‘ for Ñ, Â° for °.
MOJIBAKE = re.compile(r"Ã[\u0080-\u00bf\u0152-\u2122]|Â[\u00a0-\u00bf]")
_BETWEEN_WORDS = re.compile(r"[\s;,|\"]")
LONGEST_SEEN = 30


class UnreadableSheet(ValueError):
    """The file is no list that can be read; the message is for the person."""


@dataclass(frozen=True)
class Sheet:
    """The rows of a file that hold anything, each with its number as the spreadsheet shows it.

    `formulas` and `merged` are places (row number, column from 0); `hidden` are the numbers of rows
    that whoever opens the file does not see; `title` names the sheet that was read, where there are
    others; `encoding` names the one that was guessed, and is empty for UTF-8.
    """

    rows: list[tuple[int, list[str]]]
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    merged: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    encoding: str = ""
    hidden: frozenset[int] = field(default_factory=frozenset)
    title: str = ""


def read_sheet(data: bytes) -> Sheet:
    """Return what a file holds, told apart by its content, whatever its name. Raises
    UnreadableSheet.
    """
    if len(data) > LARGEST_FILE:
        raise UnreadableSheet(
            _(
                "El archivo pesa más de %(size)d MB. Deja solo la hoja con las personas, sin "
                "imágenes."
            )
            % {"size": LARGEST_FILE // 1024**2}
        )
    if not data.strip():
        raise UnreadableSheet(_nobody())
    return _read_workbook(data) if data.startswith(WORKBOOK_SIGNS) else _read_csv(data)


def _nobody() -> str:
    return _(
        "El archivo no tiene personas. Revisa que los datos estén en la primera hoja que se ve."
    )


def _cut() -> str:
    return _(
        "El archivo está incompleto o dañado: no se pudo leer hasta el final. Ábrelo, guárdalo "
        "otra vez y súbelo."
    )


def _read_workbook(data: bytes) -> Sheet:
    try:
        book = read_apart(data)
    except UnreadableWorkbook as refusal:
        raise UnreadableSheet(_refusal_of(refusal.why)) from refusal
    title = as_written(tidied(book.title))
    return Sheet(book.rows, book.formulas, book.merged, hidden=book.hidden, title=title)


def _refusal_of(why: Why) -> str:
    if why == Why.LOCKED:
        return _("El archivo tiene contraseña. Guárdalo sin contraseña y súbelo otra vez.")
    return _too_large() if why == Why.LARGE else _cut()


def _too_large() -> str:
    return _(
        "El archivo ocupa demasiado al abrirlo. Copia solo las personas a una hoja nueva, guárdala "
        "y súbela."
    )


def _read_csv(data: bytes) -> Sheet:
    text, encoding = _decoded(data)
    if refusal := _refusal_of_text(text):
        raise UnreadableSheet(refusal)
    if "\x00" in text:
        raise UnreadableSheet(
            _(
                "Esto no es una hoja de cálculo. Guarda tu lista como CSV UTF-8 o como Excel "
                "(.xlsx)."
            )
        )
    if seen := MOJIBAKE.search(text):
        raise UnreadableSheet(
            _(
                'El archivo no está en UTF-8: se ve "%(seen)s". Guárdalo como "CSV UTF-8" y súbelo '
                "otra vez."
            )
            % {"seen": _word_around(text, seen)}
        )
    rows = _rows_of(text)
    formulas = frozenset(
        (number, place)
        for number, row in rows
        for place, cell in enumerate(row)
        if cell.startswith(("=", "＝", "@")) or re.match(r"[+\-＋－]\s*[^\d\s]", cell)
    )
    return Sheet(rows, formulas, encoding=encoding)


def _refusal_of_text(text: str) -> str:
    """Return what a text is that is no list, and what to do; nothing for one that may be a list."""
    if PDF.match(text):
        return _(
            "Esto no es una hoja de cálculo. Es un PDF. Copia sus filas a una hoja de Excel, "
            "guárdala como Excel (.xlsx) y súbela."
        )
    if WEB_PAGE.match(text):
        return _(
            "Esto no es una hoja de cálculo. Es una página web. Ábrela en Excel, guárdala como "
            "Excel (.xlsx) y súbela."
        )
    if XML.match(text):
        return _(
            "Esto no es una hoja de cálculo. Es un archivo XML. Ábrelo en Excel, guárdalo como "
            "Excel (.xlsx) y súbelo."
        )
    if RICH_TEXT.match(text):
        return _(
            "Esto no es una hoja de cálculo. Es un documento de texto. Copia su tabla a una hoja "
            "de Excel, guárdala como Excel (.xlsx) y súbela."
        )
    return ""


def _rows_of(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that hold anything; memory does not grow with lines and cells that are not
    kept. Raises UnreadableSheet.
    """
    number = 1  # of records: a cell may hold several lines, and a spreadsheet counts one row
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_separator_of(io.StringIO(text)), strict=True
    )

    def numbered() -> Iterator[tuple[int, list[str]]]:
        nonlocal number
        for row in reader:
            if number > MOST_LINES + 1:
                raise UnreadableSheet(_too_large())
            yield number, [cell.strip() for cell in row[:MOST_COLUMNS]]
            number += 1

    try:
        return filled(numbered())
    except UnreadableWorkbook as error:
        raise UnreadableSheet(_too_large()) from error
    except csv.Error as error:
        raise UnreadableSheet(
            _("El archivo no se pudo leer desde la fila %(row)d: falta cerrar unas comillas.")
            % {"row": number}
        ) from error


def _word_around(text: str, seen: re.Match[str]) -> str:
    """Return the beginning of the word in which something was seen. A pattern that asks for the
    whole word looks from each letter to the end of a text without spaces.
    """
    before = text[max(0, seen.start() - LONGEST_SEEN) : seen.start()]
    after = text[seen.end() : seen.end() + LONGEST_SEEN]
    word = _BETWEEN_WORDS.split(before)[-1] + seen[0] + _BETWEEN_WORDS.split(after)[0]
    return word[:LONGEST_SEEN]


def _decoded(data: bytes) -> tuple[str, str]:
    """Return a text and the encoding that was guessed for it; none for UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), ""
        except UnicodeDecodeError as error:
            raise UnreadableSheet(_cut()) from error
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "Latin-1"


def _separator_of(lines: Iterable[str]) -> str:
    """Return the sign that parts the cells: of those known the one that the first lines have
    most.
    """
    first = list(islice((line for line in lines if line.strip()), 5))
    return max(SEPARATORS, key=lambda sign: sum(line.count(sign) for line in first))
