"""Finds institutions as officials write them, the most likely first. Plain values, no database."""

from collections.abc import Iterable
from dataclasses import dataclass

from lib.folding import folded_words, search_words

# How officials shorten the beginning of a name.
ABBREVIATIONS = {
    "md": ("municipalidad", "distrital"),
    "mp": ("municipalidad", "provincial"),
    "muni": ("municipalidad",),
    "gore": ("gobierno", "regional"),
    "minedu": ("ministerio", "educacion"),
    "minsa": ("ministerio", "salud"),
    "mininter": ("ministerio", "interior"),
    "mimp": ("ministerio", "mujer"),
    "migraciones": ("superintendencia", "migraciones"),
}
MUNICIPALITY = "municipalidad"


@dataclass(frozen=True)
class Institution:
    """One institution with its texts folded once: comparing letters is what a search costs."""

    uuid: str
    name: str
    place: str
    folded_name: str
    folded_place: str
    district: str
    is_open: bool = True

    @classmethod
    def of(
        cls,
        uuid: object,
        name: str,
        district: str,
        province: str,
        area: str,
        is_open: bool = True,
    ) -> "Institution":
        """Make one of its texts."""
        place = ", ".join(dict.fromkeys((district, province, area)))
        texts = (" ".join(folded_words(text)) for text in (name, place, district))
        return cls(str(uuid), name, place, *texts, is_open=is_open)


def ranked(institutions: Iterable[Institution], typed: str) -> list[Institution]:
    """Return the institutions that hold every word of `typed`, the most likely first.

    Tildes, capitals and signs do not count. ñ is a letter of its own; typed without it, as on many
    keyboards, it is found when nothing else is.
    """
    words = _spelt_out(search_words(typed))
    text = " ".join(_spelt_out(folded_words(typed)))
    if not words:
        return []
    institutions = list(institutions)
    matches = [
        one
        for one in institutions
        if all(word in one.folded_name or word in one.folded_place for word in words)
    ]
    if not matches and "ñ" not in typed.lower():
        matches = [one for one in institutions if all(word in _without_enie(one) for word in words)]
    return sorted(matches, key=lambda one: _distance(one, words, text))


def _spelt_out(words: list[str]) -> list[str]:
    return [long for word in words for long in ABBREVIATIONS.get(word, (word,))]


def _without_enie(one: Institution) -> str:
    return f"{one.folded_name} {one.folded_place}".replace("ñ", "n")


def _distance(
    one: Institution, words: list[str], text: str
) -> tuple[bool, bool, int, bool, int, str]:
    """Return how far an institution is from what was typed; the smallest comes first."""
    name = one.folded_name
    in_name = set(name.split())
    whole = sum(word in in_name for word in words)
    beginnings = sum(any(part.startswith(word) for part in in_name) for word in words)
    is_its_municipality = name.startswith(MUNICIPALITY) and one.district in text
    return (
        name != text,
        not name.startswith(text),
        -whole,
        not is_its_municipality,
        -beginnings,
        name,
    )
