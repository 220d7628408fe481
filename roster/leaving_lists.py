"""Reads whose posts end from a list of documents, and says of each line whom it means; of people
outside one's reach it says nothing that it would not say of nobody.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import documents
from accounts.models import Membership, Organisation, User
from accounts.permissions import people_in_reach
from lib.composing import composed
from roster.files.checks import SCIENTIFIC, hidden_in_words
from roster.files.columns import match_columns
from roster.files.sheets import UnreadableSheet, read_sheet

MOST_LINES = 500
# What parts the cells of a line, the surest first: a name, or a number, may hold a comma.
SEPARATORS = "\t;|,"
# A number as a spreadsheet shows it with marks of thousands.
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3}){2,}", re.ASCII)
# The digits of a DNI among other words: «1. 40000001», «Ana Quispe 40000001», «40000001.0».
DNI_AMONG_WORDS = re.compile(r"(?<!\w)\d{8}(?!\w)", re.ASCII)
LONGEST_SHOWN = 40

Rows = Sequence[tuple[int, Sequence[str]]]


class TooManyLines(ValueError):
    """The list is longer than what is read at once; the message is for the person."""


@dataclass(frozen=True)
class Stray:
    """A line that marks nobody: its number, its words, and why."""

    number: int
    typed: str
    why: str


@dataclass(frozen=True)
class ReadList:
    """Whom a list means of those who serve at an institution, and the lines that mean nobody
    there; `others` of these name somebody else in reach.
    """

    names: frozenset[str]
    strays: list[Stray]
    others: int


@dataclass(frozen=True)
class FoundDocuments:
    """What each row of a spreadsheet has where documents stand, and the title of the sheet that was
    read, where there are others.
    """

    lines: list[str]
    title: str


def documents_of_file(data: bytes) -> FoundDocuments:
    """Return the documents of a spreadsheet, whatever its shape. Raises UnreadableSheet, also for
    one with rows that it does not show: whoever filtered it did not mean those.
    """
    sheet = read_sheet(data)
    cells = document_cells(sheet.rows)
    hidden = [number for number, _typed in cells if number in sheet.hidden]
    if hidden:
        what_to_do = _(
            "No las leímos, para no terminar cargos que no ves. Borra las ocultas y súbelo otra "
            "vez, o copia las que ves y pégalas arriba."
        )
        raise UnreadableSheet(f"{hidden_in_words(hidden)} {what_to_do}")
    return FoundDocuments([typed for _number, typed in cells], sheet.title)


def document_cells(rows: Rows) -> list[tuple[int, str]]:
    """Return the cell of each row that holds a document, or could: below its heading, where there
    is one, else the first that is written like one.
    """
    columns = match_columns([(number, list(cells)) for number, cells in rows])
    has_heading = "document" in columns.places
    return [
        (number, (has_heading and columns.cell(cells, "document")) or _likely_cell(cells))
        for number, cells in rows
        if not (has_heading and number <= columns.header_row)
    ]


def _likely_cell(cells: Sequence[str]) -> str:
    filled = [cell for cell in cells if cell]
    named = (cell for cell in filled if documents.likely_type(cell))
    return next(named, None) or next(filter(_dni_among_words, filled), filled[0])


def cells_of(line: str) -> list[str]:
    """Return the cells of a line as it was pasted; marks of thousands part nothing."""
    text = line.strip()
    if THOUSANDS.fullmatch(text) or SCIENTIFIC.fullmatch(text):
        return [text]
    separator = next((sign for sign in SEPARATORS if sign in line), "\t")
    return [cell.strip() for cell in line.split(separator)]


def read_list(text: str, organisation: Organisation, actor: User) -> ReadList:
    """Say whom the lines of a list mean at an institution that somebody looks after. Four
    statements, however long it is. Raises TooManyLines.
    """
    numbered = enumerate(text.splitlines(), start=1)
    rows = [(number, cells) for number, line in numbered if any(cells := cells_of(line))]
    if len(rows) > MOST_LINES:
        raise TooManyLines(
            _("Tu lista tiene %(count)d líneas y aquí caben %(most)d. Divídela en dos.")
            % {"count": len(rows), "most": MOST_LINES}
        )
    return _Reader(organisation, actor).read(document_cells(rows))


class _Reader:
    """Reads one list about one institution."""

    def __init__(self, organisation: Organisation, actor: User):
        self.organisation, self.actor = organisation, actor

    def read(self, lines: Sequence[tuple[int, str]]) -> ReadList:
        """Return whom numbered documents mean."""
        readings = {number: _indexes(typed) for number, typed in lines}
        accounts = _accounts(index for indexes in readings.values() for index in indexes)
        names = self._serving_here(accounts.values())
        others = self._elsewhere([pk for pk in accounts.values() if pk not in names])
        seen: dict[object, int] = {}
        strays: list[Stray] = []
        marked: set[str] = set()
        named: set[int] = set()
        for number, typed in lines:
            indexes = readings[number]
            means = next((accounts[index] for index in indexes if index in accounts), 0)
            first = seen.setdefault(means or indexes, number) if indexes else number
            if not indexes:
                why = _refusal_of(typed)
            elif first != number:
                why = _("Repite la línea %(line)d.") % {"line": first}
            elif means in names:
                marked.add(names[means])
                continue
            elif means in others:
                named.add(means)
                why = others[means]
            else:
                why = _("Nadie de esta entidad tiene ese documento.")
            strays.append(Stray(number, typed[:LONGEST_SHOWN], why))
        return ReadList(frozenset(marked), strays, len(named))

    def _serving_here(self, accounts: Iterable[int]) -> dict[int, str]:
        posts = Membership.objects.filter(organisation=self.organisation, ended_on=None)
        return dict(posts.filter(user__in=set(accounts)).values_list("user", "user__username"))

    def _elsewhere(self, accounts: Sequence[int]) -> dict[int, str]:
        """Return, of accounts in reach that do not serve here, who it is and where they serve."""
        people = people_in_reach(self.actor).filter(pk__in=accounts)
        posts = Membership.objects.filter(user__in=accounts, ended_on=None)
        places = dict(posts.values_list("user", "organisation__name"))
        return {
            person.pk: _("%(person)s trabaja en %(place)s: su cargo se termina ahí.")
            % {"person": person, "place": places[person.pk]}
            if person.pk in places
            else _("%(person)s ya no tiene cargo en ninguna entidad.") % {"person": person}
            for person in people
        }


def _indexes(typed: str) -> tuple[str, ...]:
    """Return the indexes under which the documents are kept that something typed may be; a name
    alone is none, nor is a number that a spreadsheet cut.
    """
    indexes: list[str] = []
    if not re.search(r"\d", typed) or SCIENTIFIC.fullmatch(typed):
        return ()
    if number := _dni_among_words(typed):
        indexes.append(documents.index(User.DocumentType.DNI, number))
    for kind in User.DocumentType.values:
        try:
            indexes.append(documents.index(kind, documents.clean_number(kind, typed)))
        except documents.InvalidDocument:
            continue
    return tuple(indexes)


def _dni_among_words(typed: str) -> str:
    """Return the digits of the one DNI that stands beside other words, «» for none."""
    found = DNI_AMONG_WORDS.findall(composed(typed, "NFKC"))
    is_named = documents.likely_type(typed)
    return found[0] if len(found) == 1 and found[0].strip("0") and not is_named else ""


def _accounts(indexes: Iterable[str]) -> dict[str, int]:
    """Return the account that has each document: the one that stays, where two became one."""
    found = User.objects.filter(document_index__in=set(indexes))
    rows = found.values_list("document_index", "pk", "merged_into")
    return {index: kept or pk for index, pk, kept in rows if index}


def _refusal_of(typed: str) -> str:
    if SCIENTIFIC.fullmatch(typed):
        return _("Excel cambió el número. Escribe los 8 números, con la columna como Texto.")
    digits = documents.bare_number(typed)
    if digits.isdigit() and len(digits) < 8:
        text = ngettext(
            "Tiene %(count)d número y un DNI tiene 8. Si empieza con 0, Excel pudo borrarlo: "
            "escríbelo completo.",
            "Tiene %(count)d números y un DNI tiene 8. Si empieza con 0, Excel pudo borrarlo: "
            "escríbelo completo.",
            len(digits),
        )
        return text % {"count": len(digits)}
    return _("No es el número de un DNI ni de un carné de extranjería.")
