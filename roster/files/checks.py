"""Checks a list row by row: what can be carried out, and for each slip its row, its column and the
remedy; no database.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import documents
from accounts.email_typos import suggested_email
from accounts.emails import email_refusal
from lib.identifiers import plain_email
from lib.lists import listed, spans
from lib.nearness import Nearest
from lib.text_fields import name_refusal, plain_refusal
from lib.texts import as_written, tidied
from roster.files.columns import (
    FULL_NAME,
    HEADINGS_OF_A_TABLE,
    PARTS,
    PEOPLE,
    Columns,
    Shape,
    places_of,
)
from roster.files.institutions import (
    AmbiguousName,
    ElsewhereNamed,
    Institutions,
    UnknownInstitution,
)
from roster.files.sheets import Sheet

MOST_ROWS = 10_000
LONGEST = {"first_name": 120, "last_name": 120, "post": 120}
# What a document prints: what nobody sees in it is told, and not taken out.
PRINTED = frozenset({"first_name", "last_name", FULL_NAME})
SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+")
CARNE = re.compile(r"c\W*e\b|carn|extranj", re.IGNORECASE)
DNI = re.compile(r"d\W*n\W*i", re.IGNORECASE)
LETTER = re.compile(r"[^\W\d_]")
# So many headings in one row begin another table.
MOST_SPANS = 20


class TooManyRows(ValueError):
    """The list is longer than one file may be; the message is for the person."""


@dataclass(frozen=True)
class Candidate:
    """A person whom a row names, in values that can be stored; `organisation` is its key."""

    row: int
    document_type: str
    number: str
    first_name: str
    last_name: str
    organisation: int
    post: str = ""
    email: str = ""


@dataclass
class CheckedRow:
    """What one row holds: a person or an institution, or the slips that stand in the way; `hints`
    stop nothing. `formulas` and `merged` are the places (from 0) of its cells that hold no value of
    their own. `document` (kind and number) and `email` say whom it names, slips or not.
    """

    number: int
    cells: list[str]
    candidate: Any = None
    slips: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    formulas: list[int] = field(default_factory=list)
    merged: list[int] = field(default_factory=list)
    document: tuple[str, str] = ("", "")
    email: str = ""


@dataclass(frozen=True)
class Ubigeos:
    """The codes of districts in force, and the system that a list uses: `codes` gives the code of
    INEI for each of its own.
    """

    codes: Mapping[str, str]
    system: str


def check_rows(
    sheet: Sheet, columns: Columns, institutions: Institutions, ubigeos: Ubigeos
) -> list[CheckedRow]:
    """Return each row below the headings, checked. Raises TooManyRows."""
    checked = read_rows(RowReader(sheet, columns, institutions, ubigeos))
    tell_repeated(checked)
    return checked


def read_rows(reader: "RowReader") -> list[CheckedRow]:
    """Return each row below the headings as a reader takes it. Raises TooManyRows."""
    columns = reader.columns
    below = rows_below(reader.sheet, columns)
    if len(below) > MOST_ROWS:
        raise TooManyRows(
            _("El archivo tiene %(count)s filas; el máximo es %(most)s. Divídelo en dos.")
            % {"count": f"{len(below):,}", "most": f"{MOST_ROWS:,}"}
        )
    checked: list[CheckedRow] = []
    for row in below:
        number = row.number
        checked.append(row)
        if begins_a_table(row.cells, columns.shape):
            row.slips.append(
                _("Fila %(row)d: aquí empieza otra tabla. Deja una sola lista por hoja.")
                % {"row": number}
            )
            break
        reader.read(row)
    return checked


def rows_below(sheet: Sheet, columns: Columns) -> list[CheckedRow]:
    """Return the rows below the headings of a list, as they came."""
    formulas, merged = (places_by_row(places) for places in (sheet.formulas, sheet.merged))
    return [
        CheckedRow(number, cells, formulas=formulas.get(number, []), merged=merged.get(number, []))
        for number, cells in sheet.rows
        if number > columns.header_row
    ]


def places_by_row(places: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """Return the columns of places by the number of their row."""
    by_row: dict[int, list[int]] = defaultdict(list)
    for number, place in sorted(places):
        by_row[number].append(place)
    return dict(by_row)


def begins_a_table(cells: Sequence[str], shape: Shape = PEOPLE) -> bool:
    """Say whether a row holds headings again."""
    return len(places_of(cells, {}, shape)) >= HEADINGS_OF_A_TABLE


def hidden_in_words(numbers: Sequence[int]) -> str:
    """Return how many rows a spreadsheet does not show, and which; the first of them where they are
    many.
    """
    parted = spans(numbers)
    which = listed(parted if len(parted) <= MOST_SPANS else [*parted[:MOST_SPANS], _("otras")])
    return ngettext(
        "Tu archivo tiene %(count)d fila oculta, quizá por un filtro: la %(which)s.",
        "Tu archivo tiene %(count)d filas ocultas, quizá por un filtro: %(which)s.",
        len(numbers),
    ) % {"count": len(numbers), "which": which}


class RowReader:
    """Reads rows of one list."""

    def __init__(
        self, sheet: Sheet, columns: Columns, institutions: Institutions, ubigeos: Ubigeos
    ):
        self.sheet, self.columns = sheet, columns
        self.institutions, self.ubigeos = institutions, ubigeos
        self.nearest_code = Nearest({code: code for code in ubigeos.codes})

    def read(self, row: CheckedRow) -> None:
        """Find the person of a row, or tell its slips."""
        values = self._values(row)
        if row.slips:
            return
        row.document = kind, number = self._document(row, values)
        organisation = self._organisation(row, values)
        if self._has_names(row, values):
            for name in PARTS:
                self._check_name(row, name, values[name])
        self._check_line(row, "post", values["post"], LONGEST["post"])
        if documents.seems_to_hold_number(values["post"]):
            self._slip(row, "post", _("parece el número de un documento. Bórralo."))
        row.email = email = self._email(row, values["email"])
        if row.slips or organisation is None:
            return
        row.candidate = Candidate(
            row=row.number,
            document_type=kind,
            number=number,
            first_name=values["first_name"],
            last_name=values["last_name"],
            organisation=organisation,
            post=values["post"],
            email=email,
        )

    def _values(self, row: CheckedRow) -> dict[str, Any]:
        """Return what each column holds; formulas and merged cells are slips."""
        return {
            name: self._text(row, name)
            for name in self.columns.shape.columns
            if not self._is_no_value(row, name)
        }

    def _text(self, row: CheckedRow, name: str) -> str:
        text = self.columns.cell(row.cells, name)
        return as_written(text if name in PRINTED else tidied(text))

    def _slip(self, row: CheckedRow, name: str, text: str) -> None:
        row.slips.append(self._told(row, name, text))

    def _hint(self, row: CheckedRow, name: str, text: str) -> None:
        row.hints.append(self._told(row, name, text))

    def _told(self, row: CheckedRow, name: str, text: str) -> str:
        words = {"row": row.number, "column": self.columns.shape.columns[name], "text": text}
        return _("Fila %(row)d, %(column)s: %(text)s") % words

    def _is_no_value(self, row: CheckedRow, name: str) -> bool:
        places = {(row.number, place) for place in self.columns.places.get(name, ())}
        if places & self.sheet.formulas:
            self._slip(row, name, _("la celda es una fórmula. Pega solo el valor."))
        elif places & self.sheet.merged:
            self._slip(
                row, name, _("hay celdas unidas. Sepáralas y escribe el valor en cada fila.")
            )
        else:
            return False
        return True

    def _has_names(self, row: CheckedRow, values: dict[str, Any]) -> bool:
        """Part the names of a row that stand in one column; False where nobody can say how."""
        if not self.columns.has_full_name:
            return True
        surnames, *names = (text.strip() for text in values[FULL_NAME].split(","))
        if len(names) == 1:
            values["last_name"], values["first_name"] = surnames, names[0]
            return True
        text = _(
            "no sabemos dónde terminan los apellidos. Pon ahí una coma (Quispe Mamani, Ana), o "
            "sepáralos en dos columnas."
        )
        self._slip(row, FULL_NAME, text)
        return False

    def _document(self, row: CheckedRow, values: Mapping[str, str]) -> tuple[str, str]:
        typed = values["document"]
        if not typed:
            self._slip(row, "document", _("está vacía. Escribe su documento."))
            return "", ""
        if SCIENTIFIC.fullmatch(typed):
            text = _('Excel cambió el número a "%(typed)s". Escribe los 8 números como Texto.')
            self._slip(row, "document", text % {"typed": typed[:20]})
            return "", ""
        kind = "ce" if CARNE.search(values["document_type"]) else ""
        kind = kind or documents.likely_type(typed) or "dni"
        try:
            return kind, documents.clean_number(kind, typed)
        except documents.InvalidDocument as refusal:
            named = values["document_type"]
            if kind == "dni" and LETTER.search(named) and not DNI.search(named):
                text = _('"%(typed)s" no sirve para ingresar. Escribe DNI o CE, y su número.')
                self._slip(row, "document_type", text % {"typed": named[:40]})
            else:
                self._slip(row, "document", self._refused_document(kind, typed, str(refusal)))
            return "", ""

    def _refused_document(self, kind: str, typed: str, refusal: str) -> str:
        digits = documents.bare_number(typed)
        if kind == "dni" and digits.isdigit() and len(digits) < 8:
            text = ngettext(
                '"%(typed)s" tiene %(count)d número. Si empieza con 0, Excel pudo borrarlo. Pon '
                "la columna como Texto.",
                '"%(typed)s" tiene %(count)d números. Si empieza con 0, Excel pudo borrarlo. Pon '
                "la columna como Texto.",
                len(digits),
            )
            return text % {"typed": typed[:20], "count": len(digits)}
        return refusal

    def _organisation(self, row: CheckedRow, values: Mapping[str, str]) -> int | None:
        name = values["organisation"]
        if not name:
            self._slip(row, "organisation", _("está vacía. Escribe dónde trabaja."))
            return None
        district = self._district(row, values["ubigeo"])
        if district is None:
            return None
        try:
            return self.institutions.find(name, district).pk
        except ElsewhereNamed:
            text = _(
                "Fila %(row)d: el código y el nombre no corresponden al mismo lugar. Mira si los "
                "ubigeos son de INEI o de RENIEC, y elígelo al subir el archivo."
            )
            row.slips.append(text % {"row": row.number})
        except AmbiguousName as several:
            text = _("hay varias con ese nombre (%(places)s). Agrega la columna Ubigeo.")
            self._slip(row, "organisation", text % {"places": ", ".join(several.places[:4])})
        except UnknownInstitution as unknown:
            text = _('"%(name)s" no está en tu ámbito, o se llama de otro modo.')
            if unknown.likely:
                text = f"{text} {_('¿Quisiste decir «%(likely)s»?')}"
            words = {"name": name[:60], "likely": unknown.likely}
            self._slip(row, "organisation", text % words)
        return None

    def _district(self, row: CheckedRow, typed: str) -> str | None:
        """Return the code of INEI, an empty text for none, or None for one that is no code."""
        if not typed:
            return ""
        code = documents.bare_number(typed).zfill(6)  # a spreadsheet drops the 0 in front
        if code in self.ubigeos.codes:
            return self.ubigeos.codes[code]
        near = self.nearest_code.to(code)
        text = _('el ubigeo "%(typed)s" no existe en la lista %(system)s.')
        if near:
            text = f"{text} {_('¿Quisiste decir %(near)s?')}"
        words = {"typed": typed[:12], "system": self.ubigeos.system, "near": near}
        row.slips.append(f"{_('Fila %(row)d:') % {'row': row.number}} {text % words}")
        return None

    def _check_name(self, row: CheckedRow, name: str, text: str) -> None:
        if not text and name == "first_name":
            self._slip(row, name, _("está vacía. Escribe sus nombres."))
        elif not text:
            # Some people have one name alone; more often a column moved.
            told = _("está vacía. Si tiene apellidos, escríbelos: salen en su certificado.")
            self._hint(row, name, told)
        elif refusal := name_refusal(text):
            self._slip(row, name, refusal)
        elif len(text) > LONGEST[name]:
            self._slip(row, name, _("Lleva hasta %(most)d letras.") % {"most": LONGEST[name]})

    def _check_line(self, row: CheckedRow, name: str, text: str, most: int) -> None:
        if refusal := plain_refusal(text):
            self._slip(row, name, refusal)
        elif len(text) > most:
            self._slip(row, name, _("Lleva hasta %(most)d letras.") % {"most": most})

    def _email(self, row: CheckedRow, typed: str) -> str:
        email = plain_email(typed)
        if not email:
            return ""
        if refusal := email_refusal(email):
            self._slip(row, "email", refusal)
        elif likely := suggested_email(email):
            self._hint(row, "email", _("¿quisiste decir %(likely)s?") % {"likely": likely})
        return email


def tell_repeated(rows: Iterable[CheckedRow]) -> None:
    """Tell of each document and each e-mail that several rows have, in all of them."""
    by_document: dict[tuple[str, str], list[CheckedRow]] = defaultdict(list)
    by_email: dict[str, list[CheckedRow]] = defaultdict(list)
    for row in rows:
        if row.candidate:
            by_document[row.candidate.document_type, row.candidate.number].append(row)
            if row.candidate.email:
                by_email[row.candidate.email].append(row)
    for (kind, number), same in by_document.items():
        name = {"dni": _("DNI"), "ce": _("carné de extranjería")}[kind]
        text = _("Filas %(rows)s tienen el mismo %(name)s (termina en %(end)s). Deja solo una.")
        tell_all(same, text, {"name": name, "end": number[-3:]})
    for same in by_email.values():
        tell_all(same, _("Filas %(rows)s tienen el mismo correo. Deja a cada persona el suyo."))


def tell_all(
    rows: Sequence[CheckedRow], text: str, words: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Tell in rows, where there are several, that they cannot all be carried out."""
    if len(rows) < 2:
        return
    told = text % {**words, "rows": listed([row.number for row in rows[:8]])}
    for row in rows:
        row.slips.append(told)
        row.candidate = None
