"""Tells which column of a list holds what, however its heading is written; no database."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts import documents
from lib.codes import visible_text
from lib.composing import composed
from lib.folding import compared
from lib.texts import as_written, tidied

# What a list may hold, in the order of the template, and the heading of each.
FIELDS = {
    "document_type": gettext_lazy("Tipo de documento"),
    "document": gettext_lazy("DNI"),
    "first_name": gettext_lazy("Nombres"),
    "last_name": gettext_lazy("Apellidos"),
    "organisation": gettext_lazy("Entidad"),
    "ubigeo": gettext_lazy("Ubigeo"),
    "post": gettext_lazy("Cargo"),
    "email": gettext_lazy("Correo"),
}
NEEDED = ("document", "first_name", "last_name", "organisation")
# What may stand in one column instead of two, parted by a comma: «Quispe Mamani, Ana».
FULL_NAME = "full_name"
JOINED = {FULL_NAME: gettext_lazy("Apellidos y nombres")}
PARTS = ("first_name", "last_name")
# Headings as they are met, without accents and signs.
ALSO_CALLED = {
    "document_type": ("tipo documento", "tipo doc", "tipo de doc", "tipo"),
    "document": (
        "documento",
        "numero de documento",
        "nro documento",
        "n documento",
        "num documento",
        "nro de documento",
        "doc identidad",
        "documento de identidad",
        "dni o ce",
        "dni ce",
        "nro dni",
        "n dni",
        "numero dni",
        "numero de dni",
        "n o dni",
        "n o de dni",
        "n o documento",
        "n o de documento",
        "nro de dni",
    ),
    "first_name": ("nombre", "nombres completos", "primer nombre", "prenombres"),
    "last_name": ("apellido", "apellidos completos", "apellido paterno y materno"),
    "organisation": (
        "institucion",
        "nombre de la entidad",
        "municipalidad",
        "entidad donde trabaja",
        "organizacion",
        "centro de trabajo",
    ),
    "ubigeo": ("codigo ubigeo", "ubigeo inei", "ubigeo reniec", "ubigeo distrito", "cod ubigeo"),
    "post": ("puesto", "cargo actual", "cargo o puesto", "funcion"),
    FULL_NAME: (
        "apellidos nombres",
        "apellido y nombre",
        "apellidos y nombre",
        "apellidos y nombres completos",
    ),
    "email": (
        "correo electronico",
        "e mail",
        "email",
        "mail",
        "correo institucional",
        "correo e",
    ),
}
# A list may part the surnames; both belong to one field.
SURNAMES = (("apellido paterno", "primer apellido"), ("apellido materno", "segundo apellido"))
SEARCHED_ROWS = 10
# As many known headings make a row one of headings, whatever else it holds.
HEADINGS_OF_A_TABLE = 3
# What a person or an institution needs at least: a letterhead with a number has fewer cells.
CELLS_OF_DATA = 3
# A number that no heading is: a document, also one that lost its zero, or an ubigeo.
_NUMBER_OF_DATA = re.compile(r"\d(?:[\s.,-]?\d){5,}|\d+(?:[.,]\d+)?[eE]\+?\d+")


@dataclass(frozen=True, eq=False)
class Shape:
    """What the lists of one subject hold: the heading of each field in the order of the template,
    those that are needed, what else they are called, what may stand in several columns, and what
    one column may hold instead of two.
    """

    fields: Mapping[str, Any]
    needed: tuple[str, ...]
    also_called: Mapping[str, tuple[str, ...]]
    parted: Mapping[str, str]
    joined: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> Mapping[str, Any]:
        """What a column may hold: the fields, and those that are several of them."""
        return {**self.fields, **self.joined}


PEOPLE = Shape(
    FIELDS,
    NEEDED,
    ALSO_CALLED,
    {heading: "last_name" for headings in SURNAMES for heading in headings},
    JOINED,
)


@dataclass(frozen=True)
class Columns:
    """Where each field stands: the number of the heading's row, and the columns (from 0) by field;
    surnames may stand in two.
    """

    header_row: int
    places: dict[str, tuple[int, ...]]
    headings: list[str]
    shape: Shape = PEOPLE

    @property
    def missing(self) -> list[str]:
        """The fields that a list needs and this one has no column for."""
        joined = PARTS if self.has_full_name else ()
        return [
            name for name in self.shape.needed if name not in self.places and name not in joined
        ]

    @property
    def has_full_name(self) -> bool:
        """Say whether one column holds surnames and first names, and no others do."""
        return FULL_NAME in self.places and not all(name in self.places for name in PARTS)

    @property
    def chosen(self) -> list[str]:
        """The field of each column in their order, "" for none."""
        by_place = {place: name for name, places in self.places.items() for place in places}
        return [by_place.get(place, "") for place in range(len(self.headings))]

    def cell(self, row: Sequence[str], field: str) -> str:
        """Return what a row says of a field; nothing where it has no column."""
        places = self.places.get(field, ())
        return " ".join(row[place] for place in places if place < len(row) and row[place])


def plain_heading(text: str) -> str:
    """Return a heading without accents, signs, capitals and what stands in brackets."""
    bare = compared(composed(text, "NFKC").partition("(")[0])
    return " ".join("".join(letter if letter.isalnum() else " " for letter in bare).split())


def _unfolded(text: str) -> str:
    """Return a heading with what stands in brackets, without them."""
    return composed(text, "NFKC").replace("(", " ")


def match_columns(
    rows: Sequence[tuple[int, list[str]]],
    remembered: Mapping[str, str] | None = None,
    shape: Shape = PEOPLE,
) -> Columns:
    """Find the row of headings among the first ten, and what its columns hold.

    `remembered` gives the field of a plain heading as somebody chose it before ("" for none). A
    column without a heading is called as spreadsheets call it. A list that begins with data has no
    row of headings: theirs is then row 0.
    """
    best = Columns(rows[0][0] if rows else 1, {}, rows[0][1] if rows else [], shape)
    for number, row in rows[:SEARCHED_ROWS]:
        places = places_of(row, remembered or {}, shape)
        if len(places) > len(best.places):
            best = Columns(number, places, row, shape)
    begins = next((number for number, row in rows[:SEARCHED_ROWS] if is_data(row, shape)), None)
    if begins and begins <= best.header_row and len(best.places) < HEADINGS_OF_A_TABLE:
        best = Columns(0, {}, [], shape)
    below = [cells for number, cells in rows if number > best.header_row]
    headings = headings_of(kept_headings(best.headings, shape), below)
    places = best.places
    for place in places.get(FULL_NAME, ()):
        # A heading over two columns: the surnames stand below it, and the names at its side.
        if place + 1 < len(headings) and headings[place + 1] == column_title(place + 1):
            places = {name: found for name, found in places.items() if name != FULL_NAME}
    return replace(best, places=places, headings=headings)


def unread_twins(columns: Columns) -> list[str]:
    """Return what to tell of columns that are left out though their heading reads like that of
    one that is read, for each such heading.
    """
    told: dict[str, str] = {}
    read = {
        plain_heading(columns.headings[place]): place
        for places in columns.places.values()
        for place in reversed(places)
        if place < len(columns.headings)
    }
    for place, text in enumerate(columns.headings):
        heading = plain_heading(text)
        if text and not columns.chosen[place] and heading in read:
            words = {
                "heading": columns.headings[read[heading]][:60],
                "column": column_title(read[heading]),
            }
            told[heading] = (
                _(
                    'Varias columnas dicen "%(heading)s". Leímos solo una: %(column)s. Si no es '
                    "esa, di abajo qué tiene cada columna."
                )
                % words
            )
    return list(told.values())


def kept_headings(row: Sequence[str], shape: Shape) -> list[str]:
    """Return headings as they may be kept unsealed: nothing where a cell holds the number of a
    document, or anywhere in a row that is one of data.
    """
    is_other = holds_data(row) and len(places_of(row, {}, shape)) < HEADINGS_OF_A_TABLE
    return ["" if is_other or _holds_document(text) else text for text in row]


def is_data(row: Sequence[str], shape: Shape) -> bool:
    """Say whether a row is of data, whatever stands above it."""
    is_filled = sum(map(bool, row)) >= CELLS_OF_DATA
    return is_filled and holds_data(row) and len(places_of(row, {}, shape)) < HEADINGS_OF_A_TABLE


def holds_data(row: Sequence[str]) -> bool:
    """Say whether a cell of a row is a number that no heading is, or holds a document."""
    return any(
        _NUMBER_OF_DATA.fullmatch(visible_text(text).strip()) or _holds_document(text)
        for text in row
    )


def _holds_document(text: str) -> bool:
    is_named = any(map(str.isdigit, text)) and bool(documents.likely_type(text))
    return is_named or documents.without_numbers(visible_text(text)) != visible_text(text)


def headings_of(row: Sequence[str], below: Sequence[Sequence[str]]) -> list[str]:
    """Return the headings of a list; those of columns that hold anything and have none are the
    letters of the column.
    """
    filled = {place for cells in below for place, text in enumerate(cells) if text}
    width = max(len(row), max(filled, default=-1) + 1)
    told = [as_written(tidied(text)) for text in row] + [""] * (width - len(row))
    return [
        text or (column_title(place) if place in filled else "") for place, text in enumerate(told)
    ]


def column_title(place: int) -> str:
    """Return how a spreadsheet calls a column, by its place from 0: «Columna C» for 2."""
    letters, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return _("Columna %(letters)s") % {"letters": letters}


def chosen_columns(columns: Columns, choice: Mapping[int, str]) -> Columns:
    """Return columns as somebody chose them: the field of each place, "" for none."""
    places: dict[str, tuple[int, ...]] = {}
    for place, name in sorted(choice.items()):
        if name in columns.shape.columns:
            places[name] = (*places.get(name, ()), place)
    return Columns(columns.header_row, places, columns.headings, columns.shape)


def places_of(
    row: Sequence[str], remembered: Mapping[str, str], shape: Shape
) -> dict[str, tuple[int, ...]]:
    """Return where each field stands, were a row that of the headings."""
    places: dict[str, tuple[int, ...]] = {}
    known = shape.columns
    for place, text in enumerate(row):
        heading = plain_heading(text)
        name = remembered.get(heading, _field_of(heading, shape))
        # «Apellido (materno)» reads like «Apellido (paterno)»: what stands in brackets parts them.
        is_part = not shape.parted.keys().isdisjoint((heading, plain_heading(_unfolded(text))))
        if name in known and (name not in places or is_part):
            places[name] = (*places.get(name, ()), place)
    return places


def _field_of(heading: str, shape: Shape) -> str:
    if not heading:
        return ""
    return _known_headings(get_language(), shape).get(heading, "")


@lru_cache(maxsize=8)
def _known_headings(language: str | None, shape: Shape) -> dict[str, str]:
    """Return the field of each heading that is met, in one language."""
    also = {heading: name for name, headings in shape.also_called.items() for heading in headings}
    titles = {plain_heading(str(title)): name for name, title in shape.columns.items()}
    return also | titles | dict(shape.parted)


def refusal_of(columns: Columns) -> str:
    """Return what is missing, what was found, and what to do; nothing for a list that has all."""
    if not columns.missing:
        return ""
    names = {"missing": columns.shape.fields[columns.missing[0]]}
    if not columns.header_row:
        text = _(
            'Falta la columna "%(missing)s": tu lista no tiene una fila de títulos. Di abajo qué '
            "tiene cada columna; su primera fila también se lee."
        )
        return text % names
    found = ", ".join(text for text in columns.headings if text)[:200]
    if not found:
        return _('Falta la columna "%(missing)s". Descarga la plantilla.') % names
    text = _(
        'Falta la columna "%(missing)s". Encontramos: %(found)s. Descarga la plantilla, o di abajo '
        "qué tiene cada columna."
    )
    if columns.shape.joined and columns.missing[0] in PARTS:
        text = _(
            'Falta la columna "%(missing)s". Encontramos: %(found)s. Di abajo qué tiene cada '
            "columna. Si nombres y apellidos están en una sola, sepáralos en dos, o con una coma "
            "(Quispe Mamani, Ana), y elige «Apellidos y nombres»."
        )
    return text % {**names, "found": found}
