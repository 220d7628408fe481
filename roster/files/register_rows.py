"""Checks lists of institutions row by row against the register."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.permissions import may_register_at
from lib.folding import compared
from lib.lists import listed
from lib.ruc import plain_ruc, ruc_refusal
from roster.files.checks import CheckedRow, RowReader, Ubigeos, read_rows
from roster.files.columns import Columns
from roster.files.institutions import Institutions, plain_name
from roster.files.register_changes import changes_of
from roster.files.registered import COUNTED, InstitutionCandidate, Register, closed_in_words
from roster.files.sheets import Sheet
from roster.register_words import count_day_refusal, name_refusal
from territory.models import District

Kind = Organisation.Kind
LONGEST = {"code": 20, "name": 200, "telephone": 40, "source": 120}
TOLD = ("code", "ruc", "email", "telephone")
# How a kind is written besides its name on the screen.
KINDS_CALLED = {
    "gore": Kind.REGIONAL,
    "muni provincial": Kind.PROVINCIAL,
    "provincial": Kind.PROVINCIAL,
    "muni distrital": Kind.DISTRICT,
    "distrital": Kind.DISTRICT,
    "diresa": Kind.DIRESA,
    "geresa": Kind.DIRESA,
    "otra": Kind.OTHER,
    "otro": Kind.OTHER,
}


class RegisterReader(RowReader):
    """Reads rows of one list of institutions."""

    def __init__(self, sheet: Sheet, columns: Columns, ubigeos: Ubigeos, actor: User):
        super().__init__(sheet, columns, Institutions(()), ubigeos)
        self.register, self.actor = Register(), actor
        self.districts = {row.code: row for row in District.objects.in_force()}
        self.kinds = {compared(str(label)): value for value, label in Kind.choices} | KINDS_CALLED

    def read(self, row: CheckedRow) -> None:
        """Find the institution of a row, or tell its slips."""
        values = self._values(row)
        if row.slips:
            return
        for name, most in LONGEST.items():
            self._check_line(row, name, values[name], most)
        self._check_institution(row, values["name"])
        values["kind"] = self._kind(row, values["kind"])
        values["district"] = self._seat(row, values["ubigeo"])
        values["email"] = self._email(row, values["email"])
        values["ruc"] = plain_ruc(values["ruc"])
        if values["ruc"] and (refusal := ruc_refusal(values["ruc"])):
            self._slip(row, "ruc", refusal)
        parent = self._parent(row, values["parent"])
        counts = self._counts(row, values)
        counted_on = self._day(row, values, counts)
        if not row.slips:
            row.candidate = self._candidate(row, values, parent)
        if row.candidate:
            row.candidate = replace(
                row.candidate, counts=counts, source=values["source"], counted_on=counted_on
            )
            self._tell_changes(row)

    def _tell_changes(self, row: CheckedRow) -> None:
        """Tell what a row changes in an institution that is there already."""
        changes = changes_of(row.candidate, self.register)
        row.candidate = replace(row.candidate, changes=bool(changes))
        if row.candidate.organisation:
            words = {"row": row.number}
            row.hints += [
                _("Fila %(row)d: %(told)s") % {**words, "told": each.told} for each in changes
            ]

    def _candidate(
        self, row: CheckedRow, values: Mapping[str, str], parent: int
    ) -> InstitutionCandidate | None:
        district = self.districts[values["district"]]
        try:
            known = self.register.find(values, district.area_id)
        except ValueError as refusal:
            self._slip(row, "name", str(refusal))
            return None
        if known is not None and known.told.closed_on:
            self._slip(row, "name", closed_in_words(known))
        places = [(values["kind"], district)]
        if known is not None:
            places.append((known.kind, known.district))
        if not all(may_register_at(self.actor, *place) for place in places):
            self._slip(row, "name", _("está fuera de tu ámbito. Quita la fila."))
        if row.slips:
            return None
        return InstitutionCandidate(
            row=row.number,
            organisation=known.pk if known else 0,
            kind=values["kind"],
            name=values["name"],
            district=district.code,
            parent=parent,
            told={name: values[name] for name in TOLD if values[name]},
        )

    def _check_institution(self, row: CheckedRow, name: str) -> None:
        if not name:
            self._slip(row, "name", _("está vacía. Escribe el nombre de la entidad."))
        elif refusal := name_refusal(name):
            self._slip(row, "name", refusal)

    def _kind(self, row: CheckedRow, typed: str) -> str:
        kind = self.kinds.get(compared(typed), "")
        if not kind:
            text = _('"%(typed)s" no es un tipo. Escribe uno de estos: %(kinds)s.')
            kinds = ", ".join(str(label) for label in Kind.labels)
            self._slip(row, "kind", text % {"typed": typed[:40], "kinds": kinds})
        return kind

    def _seat(self, row: CheckedRow, typed: str) -> str:
        code = self._district(row, typed)
        if code == "":
            self._slip(row, "ubigeo", _("está vacía. Escribe el ubigeo del distrito de su sede."))
        return code or ""

    def _parent(self, row: CheckedRow, typed: str) -> int:
        if not typed:
            return 0
        numbers, register = (("code", typed), ("ruc", plain_ruc(typed))), self.register
        found = [register.by_number[number] for number in numbers if number in register.by_number]
        name = plain_name(typed)
        found = found or [
            one
            for (known, _place), several in register.by_place.items()
            if known == name
            for one in several
            if not one.told.closed_on
        ]
        if len(found) != 1:
            text = _('"%(typed)s" no está en la lista de entidades, o hay varias. Escribe su RUC.')
            self._slip(row, "parent", text % {"typed": typed[:60]})
            return 0
        return found[0].pk

    def _counts(self, row: CheckedRow, values: Mapping[str, str]) -> dict[str, int]:
        counts = {}
        for name, group in COUNTED.items():
            typed = values[name].replace(",", "").replace(" ", "")
            if typed and not (typed.isdecimal() and len(typed) < 7):
                text = _('"%(typed)s" no es un número de personas. Escribe solo cifras.')
                self._slip(row, name, text % {"typed": values[name][:20]})
            elif typed:
                counts[group] = int(typed)
        return counts

    def _day(self, row: CheckedRow, values: Mapping[str, str], counts: Mapping[str, int]) -> str:
        """Return the day of the headcounts, which have a source and a day or are slips."""
        if not counts:
            return ""
        if not values["source"]:
            self._slip(row, "source", _("está vacía. Escribe de dónde es el dato del personal."))
        day = read_day(values["counted_on"])
        if day is None:
            text = _("escribe la fecha del dato del personal, como 31/03/2026.")
            self._slip(row, "counted_on", text)
        elif refusal := count_day_refusal(day):
            self._slip(row, "counted_on", refusal)
        return day.isoformat() if day else ""


def read_day(typed: str) -> date | None:
    """Return a day as people and spreadsheets write it; None for what is none."""
    for pattern in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(typed, pattern).date()  # noqa: DTZ007 - a day alone
        except ValueError:
            continue
    return None


def check_register(
    sheet: Sheet, columns: Columns, ubigeos: Ubigeos, actor: User
) -> list[CheckedRow]:
    """Return each row below the headings, checked. Raises TooManyRows."""
    rows = read_rows(RegisterReader(sheet, columns, ubigeos, actor))
    by_key: dict[object, list[CheckedRow]] = defaultdict(list)
    for row in rows:
        for key in keys_of(row.candidate) if row.candidate else ():
            by_key[key].append(row)
    for same in by_key.values():
        numbers = sorted({row.number for row in same})
        if len(numbers) > 1:
            told = _("Filas %(rows)s son la misma entidad. Deja solo una.")
            for row in same:
                row.slips.append(told % {"rows": listed(numbers[:8])})
                row.candidate = None
    return rows


def keys_of(candidate: InstitutionCandidate) -> list[object]:
    """Return what two rows of different institutions never share."""
    numbers = [(name, candidate.told[name]) for name in ("code", "ruc") if name in candidate.told]
    place = (candidate.kind, plain_name(candidate.name), candidate.district)
    return [*numbers, place, *([candidate.organisation] if candidate.organisation else [])]
