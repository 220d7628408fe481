"""Tells which column of a list holds what, however its heading is written; no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

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


@dataclass(frozen=True, eq=False)
class Shape:
    """What the lists of one subject hold: the heading of each field in the order of the template,
    those that are needed, what else they are called, and what may stand in several columns.
    """

    fields: Mapping[str, Any]
    needed: tuple[str, ...]
    also_called: Mapping[str, tuple[str, ...]]
    parted: Mapping[str, str]


PEOPLE = Shape(
    FIELDS,
    NEEDED,
    ALSO_CALLED,
    {heading: "last_name" for headings in SURNAMES for heading in headings},
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
        return [name for name in self.shape.needed if name not in self.places]

    def cell(self, row: Sequence[str], field: str) -> str:
        """Return what a row says of a field; nothing where it has no column."""
        places = self.places.get(field, ())
        return " ".join(row[place] for place in places if place < len(row) and row[place])


def plain_heading(text: str) -> str:
    """Return a heading without accents, signs, capitals and what stands in brackets."""
    bare = compared(composed(text, "NFKC").partition("(")[0])
    return " ".join("".join(letter if letter.isalnum() else " " for letter in bare).split())


def match_columns(
    rows: Sequence[tuple[int, list[str]]],
    remembered: Mapping[str, str] | None = None,
    shape: Shape = PEOPLE,
) -> Columns:
    """Find the row of headings among the first ten, and what its columns hold.

    `remembered` gives the field of a plain heading as somebody chose it before ("" for none).
    """
    best = Columns(rows[0][0] if rows else 1, {}, rows[0][1] if rows else [], shape)
    for number, row in rows[:SEARCHED_ROWS]:
        places = places_of(row, remembered or {}, shape)
        if len(places) > len(best.places):
            best = Columns(number, places, row, shape)
    return replace(best, headings=[as_written(tidied(text)) for text in best.headings])


def chosen_columns(columns: Columns, choice: Mapping[int, str]) -> Columns:
    """Return columns as somebody chose them: the field of each place, "" for none."""
    places: dict[str, tuple[int, ...]] = {}
    for place, name in sorted(choice.items()):
        if name in columns.shape.fields:
            places[name] = (*places.get(name, ()), place)
    return Columns(columns.header_row, places, columns.headings, columns.shape)


def places_of(
    row: Sequence[str], remembered: Mapping[str, str], shape: Shape
) -> dict[str, tuple[int, ...]]:
    """Return where each field stands, were a row that of the headings."""
    places: dict[str, tuple[int, ...]] = {}
    for place, text in enumerate(row):
        heading = plain_heading(text)
        name = remembered.get(heading, _field_of(heading, shape))
        if name in shape.fields and (name not in places or heading in shape.parted):
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
    titles = {plain_heading(str(title)): name for name, title in shape.fields.items()}
    return also | titles | dict(shape.parted)


def refusal_of(columns: Columns) -> str:
    """Return what is missing, what was found, and what to do; nothing for a list that has all."""
    if not columns.missing:
        return ""
    names = {"missing": columns.shape.fields[columns.missing[0]]}
    found = ", ".join(text for text in columns.headings if text)[:200]
    if not found:
        return _('Falta la columna "%(missing)s". Descarga la plantilla.') % names
    return _(
        'Falta la columna "%(missing)s". Encontramos: %(found)s. Descarga la plantilla, o di abajo '
        "qué tiene cada columna."
    ) % {**names, "found": found}
