"""Finds the institution that a row of a list names, among those of a scope; no database."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from lib.folding import compared, folded_words
from lib.nearness import Nearest

SILENT = frozenset({"de", "del", "la", "el", "los", "las", "y"})
OF_A_KIND = frozenset(
    {"municipalidad", "distrital", "provincial", "gobierno", "regional", "ugel", "ministerio"}
)
ABBREVIATIONS = {
    "md": ("municipalidad", "distrital"),
    "mp": ("municipalidad", "provincial"),
    "muni": ("municipalidad",),
    "gore": ("gobierno", "regional"),
}


@dataclass(frozen=True)
class Place:
    """A district by its codes of INEI and RENIEC."""

    inei: str
    reniec: str
    name: str


@dataclass(frozen=True)
class Institution:
    """An institution that rows may name, and where it is."""

    pk: int
    name: str
    place: Place


class AmbiguousName(Exception):
    """Several institutions have that name; `places` says where."""

    def __init__(self, places: list[str]):
        super().__init__(places)
        self.places = places


class ElsewhereNamed(Exception):
    """The institution of that name is in another district than the code says."""


class UnknownInstitution(Exception):
    """None of the scope has that name; `likely` is the nearest one, or an empty text."""

    def __init__(self, likely: str):
        super().__init__(likely)
        self.likely = likely


class Institutions:
    """The institutions of a scope by their names, as people write them."""

    def __init__(self, institutions: Iterable[Institution]):
        self.by_name: dict[str, list[Institution]] = defaultdict(list)
        for institution in institutions:
            self.by_name[plain_name(institution.name)].append(institution)

    def find(self, name: str, district: str = "") -> Institution:
        """Return the institution with a name, in a district (code of INEI) where one is said.

        Raises UnknownInstitution, AmbiguousName and ElsewhereNamed.
        """
        found = self.by_name.get(plain_name(name), [])
        if not found:
            raise UnknownInstitution(self._nearest.to(_own_words(plain_name(name))))
        there = [one for one in found if not district or one.place.inei == district]
        if not there:
            raise ElsewhereNamed
        if len(there) > 1:
            raise AmbiguousName(sorted(one.place.name for one in there))
        return there[0]

    @cached_property
    def _nearest(self) -> Nearest:
        """Finds the institution whose own words differ by a slip; what all of a kind are called
        says nothing.
        """
        return Nearest({_own_words(name): rows[0].name for name, rows in self.by_name.items()})


def _own_words(name: str) -> str:
    return " ".join(word for word in name.split() if word not in OF_A_KIND) or name


def plain_name(name: str) -> str:
    """Return a name of an institution as it is compared: «M.D. de Ácora» and «Municipalidad
    Distrital Acora» are one.
    """
    words: list[str] = []
    for word in folded_words(name):
        plain = compared(word).replace(".", "")
        words += ABBREVIATIONS.get(plain, (plain,))
    return " ".join(word for word in words if word not in SILENT)
