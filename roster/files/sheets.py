"""Reads a spreadsheet as people send it, CSV or a workbook, into rows of plain text; no database.

Whatever cannot be read as meant is refused in words: nothing is guessed in silence.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from roster.files.workbooks import (
    MOST_LINES,
    ZIP_SIGN,
    UnreadableWorkbook,
    Why,
    filled,
    read_apart,
)

LARGEST_FILE = 5 * 1024 * 1024  # bytes
WORKBOOK_SIGNS = (ZIP_SIGN, b"\xd0\xcf\x11\xe0")  # zip (xlsx, ods), OLE (xls)
SEPARATORS = ";,\t|"
# Bytes of UTF-8 read as Latin-1: Ã‘ for Ñ, Â° for °.
MOJIBAKE = re.compile(r"[^\s;,|\"]*(?:Ã[\u0080-\u00bf\u0152-\u2122]|Â[\u00a0-\u00bf])[^\s;,|\"]*")


class UnreadableSheet(ValueError):
    """The file is no list that can be read; the message is for the person."""


@dataclass(frozen=True)
class Sheet:
    """The rows of a file that hold anything, each with its number as the spreadsheet shows it.

    `formulas` and `merged` are places (row number, column from 0); `encoding` names the one that
    was guessed, and is empty for UTF-8.
    """

    rows: list[tuple[int, list[str]]]
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    merged: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    encoding: str = ""


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
    return _("El archivo no tiene personas. Revisa que los datos estén en la primera hoja.")


def _cut() -> str:
    return _(
        "El archivo está incompleto o dañado: no se pudo leer hasta el final. Ábrelo, guárdalo "
        "otra vez y súbelo."
    )


def _read_workbook(data: bytes) -> Sheet:
    try:
        return Sheet(*read_apart(data))
    except UnreadableWorkbook as refusal:
        raise UnreadableSheet(_refusal_of(refusal.why)) from refusal


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
            % {"seen": seen[0][:30]}
        )
    lines = text.splitlines(keepends=True)
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(lines, delimiter=_separator_of(lines), strict=True)
    begins = 1
    try:
        for row in reader:
            if len(rows) > MOST_LINES:
                raise UnreadableSheet(_too_large())
            rows.append((begins, [cell.strip() for cell in row]))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableSheet(
            _("El archivo no se pudo leer desde la fila %(row)d: falta cerrar unas comillas.")
            % {"row": begins}
        ) from error
    formulas = frozenset(
        (number, place)
        for number, row in rows
        for place, cell in enumerate(row)
        if cell.startswith(("=", "＝", "@")) or re.match(r"[+\-＋－]\s*[^\d\s]", cell)
    )
    return Sheet(filled(rows), formulas, encoding=encoding)


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
    first = [line for line in lines if line.strip()][:5]
    return max(SEPARATORS, key=lambda sign: sum(line.count(sign) for line in first))
