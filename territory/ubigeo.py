"""Finds the district that a ubigeo of a declared code system names, or says plainly why it
cannot.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lib.composing import composed
from territory.models import District
from territory.queries import districts_by_inei_code, districts_by_reniec_code

LIST_YEAR = 2025
LONGEST_ECHO = 20


class CodeSystem(StrEnum):
    """Who numbered the district.

    The two disagree for 18 of 25 departments (07 is Callao or Cusco).
    """

    INEI = "INEI"
    RENIEC = "RENIEC"


class UbigeoError(ValueError):
    """A ubigeo that names no district; `message` is what the person reads."""

    def message(self, *, row: int | None = None) -> str:
        """Say what is wrong and what to do; `row` is the row of the file, counted as the person
        sees it.
        """
        sentence = self._sentence()
        if row is None:
            return capfirst(sentence)
        return _("Fila %(row)s: %(sentence)s") % {"row": row, "sentence": sentence}

    def _sentence(self) -> str:
        raise NotImplementedError

    def __str__(self) -> str:
        return self.message()


class UnknownUbigeo(UbigeoError):
    """No district in force has this code in this system; `suggestion` is a nearby code, or None."""

    def __init__(self, code: str, system: CodeSystem, suggestion: str | None) -> None:
        super().__init__(code)
        self.code, self.system, self.suggestion = code, system, suggestion

    def _sentence(self) -> str:
        sentence = _('el ubigeo "%(code)s" no existe en la lista %(system)s %(year)s.') % {
            "code": self.code,
            "system": self.system,
            "year": LIST_YEAR,
        }
        if self.suggestion is None:
            return sentence + " " + _("Revisa el código.")
        return sentence + " " + _("¿Quisiste decir %(code)s?") % {"code": self.suggestion}


class MalformedUbigeo(UbigeoError):
    """The code is not six digits; one of five has probably lost its leading zero in a
    spreadsheet.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def _sentence(self) -> str:
        if re.fullmatch("[0-9]{5}", self.code):
            return _(
                'el ubigeo "%(code)s" tiene 5 números. Si empieza con 0, Excel pudo borrarlo. '
                "Pon la columna como Texto."
            ) % {"code": self.code}
        if not self.code:
            return _("falta el ubigeo. Escribe sus 6 números.")
        return _('el ubigeo tiene 6 números. Escribiste "%(code)s".') % {
            "code": self.code[:LONGEST_ECHO]
        }


class MismatchedUbigeo(UbigeoError):
    """The code exists but names another place than the name beside it: probably the other code
    system.
    """

    def __init__(self, code: str, name: str) -> None:
        super().__init__(code, name)
        self.code, self.name = code, name

    def message(self, *, row: int | None = None) -> str:
        if row is None:
            fact = _('El código "%(code)s" y el nombre "%(name)s" no corresponden al mismo lugar.')
        else:
            fact = _("En la fila %(row)s el código y el nombre no corresponden al mismo lugar.")
        return (
            f"{_ask_for_system()} "
            f"{fact % {'row': row, 'code': self.code, 'name': self.name[:LONGEST_ECHO]}}"
        )


class UndeclaredCodeSystem(UbigeoError):
    """Nobody said whether the codes are INEI's or RENIEC's, so they are not read at all."""

    def message(self, *, row: int | None = None) -> str:
        return _ask_for_system()


def _ask_for_system() -> str:
    return _("Indica si los ubigeos son de INEI o de RENIEC.")


def declared_system(value: str | None) -> CodeSystem:
    """Read a code system as a form or a file declares it; anything else raises
    `UndeclaredCodeSystem`.
    """
    try:
        return CodeSystem((value or "").strip().upper())
    except ValueError:
        raise UndeclaredCodeSystem from None


def directory(system: CodeSystem) -> dict[str, District]:
    """Return every district in force under its code in `system`: what a file of many rows passes as
    `among`.
    """
    return districts_by_inei_code() if system is CodeSystem.INEI else districts_by_reniec_code()


def resolve_district(
    *,
    code: str,
    system: CodeSystem | None,
    name: str | None = None,
    among: Mapping[str, District] | None = None,
) -> District:
    """Return the district in force that `code` names in `system`.

    `name` is the district's name as the person wrote it; accents and capitals do not count. Reading
    many codes, pass `among=directory(system)`: without it every call reads the whole directory.

    Raises `UndeclaredCodeSystem`, `MalformedUbigeo`, `UnknownUbigeo` or `MismatchedUbigeo`, all
    `UbigeoError`.
    """
    system, code, name = declared_system(system), code.strip(), (name or "").strip()
    if not re.fullmatch("[0-9]{6}", code):
        raise MalformedUbigeo(code)
    districts = directory(system) if among is None else among
    district = districts.get(code)
    if district is None:
        raise UnknownUbigeo(
            code, system, nearest_code(code, {key: d.name for key, d in districts.items()}, name)
        )
    if name and not is_same_name(district.name, name):
        raise MismatchedUbigeo(code, name)
    return district


def is_same_name(one: str, other: str) -> bool:
    """Compare two place names without accents, capitals, spaces or punctuation."""
    return _bare(one) == _bare(other)


def nearest_code(code: str, names: Mapping[str, str], name: str = "") -> str | None:
    """Return the code of `names` (code to place name) that was probably meant by the six digits
    `code`.

    With a name that exists, the nearest code of that name; else the nearest code one slip away, or
    None.
    """
    namesakes = [other for other, place in names.items() if name and is_same_name(place, name)]
    candidates = namesakes or [other for other in names if _slips(code, other) <= 1]
    return min(
        candidates,
        key=lambda other: (_slips(code, other), abs(int(code) - int(other))),
        default=None,
    )


def _slips(typed: str, code: str) -> int:
    """Count the digits that differ; a slip of the hand (neighbours swapped, wrong neighbour
    doubled) counts as none.
    """
    wrong = [place for place, digit in enumerate(typed) if digit != code[place]]
    first, last = (wrong[0], wrong[-1]) if wrong else (0, 0)
    if (
        len(wrong) == 2
        and last == first + 1
        and typed[first] + typed[last] == code[last] + code[first]
    ):
        return 0
    if len(wrong) == 1 and (typed[first], code[first]) in _neighbours(typed, first):
        return 0
    return len(wrong)


def _neighbours(typed: str, place: int) -> set[tuple[str, str]]:
    """Return the digits beside `place` in both orders: typing 199 for 119 repeats the wrong one of
    the two.
    """
    if place in {0, len(typed) - 1}:
        return set()
    first, second = typed[place - 1], typed[place + 1]
    return {(first, second), (second, first)}


def _bare(name: str) -> str:
    letters = composed(name.casefold(), "NFKD")
    return "".join(letter for letter in letters if letter.isalnum())
