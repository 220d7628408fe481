"""Tells which column of a list holds what, however its heading is written; no database."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lib.folding import compared

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


@dataclass(frozen=True)
class Columns:
    """Where each field stands: the number of the heading's row, and the columns (from 0) by field;
    surnames may stand in two.
    """

    header_row: int
    places: dict[str, tuple[int, ...]]
    headings: list[str]

    @property
    def missing(self) -> list[str]:
        """The fields that a list needs and this one has no column for."""
        return [name for name in NEEDED if name not in self.places]

    def cell(self, row: Sequence[str], field: str) -> str:
        """Return what a row says of a field; nothing where it has no column."""
        places = self.places.get(field, ())
        return " ".join(row[place] for place in places if place < len(row) and row[place])


def plain_heading(text: str) -> str:
    """Return a heading without accents, signs, capitals and what stands in brackets."""
    bare = compared(unicodedata.normalize("NFKC", text).partition("(")[0])
    return " ".join("".join(letter if letter.isalnum() else " " for letter in bare).split())


def match_columns(
    rows: Sequence[tuple[int, list[str]]], remembered: Mapping[str, str] | None = None
) -> Columns:
    """Find the row of headings among the first ten, and what its columns hold.

    `remembered` gives the field of a plain heading as somebody chose it before ("" for none).
    """
    best = Columns(rows[0][0] if rows else 1, {}, rows[0][1] if rows else [])
    for number, row in rows[:SEARCHED_ROWS]:
        places = _places(row, remembered or {})
        if len(places) > len(best.places):
            best = Columns(number, places, row)
    return best


def chosen_columns(columns: Columns, choice: Mapping[int, str]) -> Columns:
    """Return columns as somebody chose them: the field of each place, "" for none."""
    places: dict[str, tuple[int, ...]] = {}
    for place, name in sorted(choice.items()):
        if name in FIELDS:
            places[name] = (*places.get(name, ()), place)
    return Columns(columns.header_row, places, columns.headings)


def _places(row: Sequence[str], remembered: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    places: dict[str, tuple[int, ...]] = {}
    for place, text in enumerate(row):
        heading = plain_heading(text)
        name = remembered.get(heading, _field_of(heading))
        if name in FIELDS and (name not in places or _is_surname(heading)):
            places[name] = (*places.get(name, ()), place)
    return places


def _field_of(heading: str) -> str:
    if not heading:
        return ""
    if _is_surname(heading):
        return "last_name"
    return _known_headings(get_language()).get(heading, "")


@lru_cache(maxsize=4)
def _known_headings(language: str | None) -> dict[str, str]:
    """Return the field of each heading that is met, in one language."""
    also = {heading: name for name, headings in ALSO_CALLED.items() for heading in headings}
    return also | {plain_heading(str(title)): name for name, title in FIELDS.items()}


def _is_surname(heading: str) -> bool:
    return any(heading in names for names in SURNAMES)


def refusal_of(columns: Columns) -> str:
    """Return what is missing, what was found, and what to do; nothing for a list that has all."""
    if not columns.missing:
        return ""
    names = {"missing": FIELDS[columns.missing[0]]}
    found = ", ".join(text for text in columns.headings if text)[:200]
    if not found:
        return _('Falta la columna "%(missing)s". Descarga la plantilla.') % names
    return _(
        'Falta la columna "%(missing)s". Encontramos: %(found)s. Descarga la plantilla, o di abajo '
        "qué tiene cada columna."
    ) % {**names, "found": found}
