"""Says what a text may hold: one rule for every form, import and document. Plain values.

A name, a title and whatever else a document prints holds only what the document can draw, and what
people can see. A free text (help, a reason, a lesson) keeps everything but what nobody sees. Both
are normalised to composed letters (NFC) first and measured afterwards: U+0958 becomes two
characters.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from lib.composing import composed

# What the fonts of our documents can draw. A character that is missing here is refused where it is
# typed; tests/certificates/test_drawing.py asks the engine for each that stands here.
LATIN = r"A-Za-zªº\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff"
GREEK = r"\u0370-\u0377\u037b-\u037d\u037f\u0386\u0388-\u03ff\u1f00-\u1fff"
CYRILLIC = r"\u0400-\u0481\u048a-\u04ff"
DIACRITICS = r"\u0300-\u034e\u0350-\u036f"
HEBREW = r"\u05d0-\u05ea"
HEBREW_POINTS = r"\u05b0-\u05bd\u05bf\u05c1\u05c2"
ARABIC = r"\u0621-\u063a\u0641-\u064a\u067e\u0679\u0686\u0698\u06a9\u06af\u06be\u06cc"
ARABIC_POINTS = r"\u064b-\u0655"
DEVANAGARI = r"\u0904-\u0939\u093d\u0950\u0958-\u0961\u0971-\u097f"
DEVANAGARI_SIGNS = r"\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962\u0963"
OTHER_LETTERS = r"\u0531-\u0556\u0561-\u0587\u10d0-\u10ff\u02b0-\u02ff"
# Spaces are single and plain by the time they are looked at. ASCII, Latin-1, the punctuation of the
# scripts above, and the blocks of signs after general punctuation.
SIGNS = (
    r" -@\[-`{-~\u00a1-\u00a9\u00ab\u00ac\u00ae-\u00b9\u00bb-\u00bf\u00d7\u00f7"
    r"\u055a-\u055f\u0589\u058a\u05be\u05c0\u05c3\u05f3\u05f4\u060c\u061b\u061f\u0660-\u0669\u0964-\u0970"
    r"\u2010-\u2027\u2030-\u2040\u2042\u2044-\u2052\u2054-\u205e\u2070\u2071\u2074-\u208e\u20a0-\u20bf"
    r"\u2116\u2117\u2122\u2150\u2151\u2153-\u2184\u2190-\u21ff\u2200-\u22ff"
    r"\u25a0-\u25ff\u2610-\u2612\u2713\u2714\u2717\u2718"
)
_MOST_POINTS = 4
_GLYPHS = re.compile(
    "(?:"
    f"[{LATIN}{GREEK}{CYRILLIC}][{DIACRITICS}]{{0,{_MOST_POINTS}}}"
    f"|[{HEBREW}][{HEBREW_POINTS}]{{0,{_MOST_POINTS}}}"
    f"|[{ARABIC}][{ARABIC_POINTS}]{{0,{_MOST_POINTS}}}"
    f"|[{DEVANAGARI}][{DEVANAGARI_SIGNS}]{{0,{_MOST_POINTS}}}"
    f"|[{OTHER_LETTERS}{SIGNS}]"
    ")*"
)
# Signs that stand between the letters of a name. A name travels into letters and lists: nothing in
# it may read as an address or as markup.
_SIGNS_OF_NAMES = frozenset(" '’‘ʼ`´-‐‑–—.,·()ªº°&")

# A document's number, which a certificate would print for everybody.
_LONG_NUMBER = re.compile(r"\d(?:[ .‐–-]?\d){5,}")
_MARKUP = re.compile(r"[<>@]|://")

# Characters that take room or none, and show nothing, though their category is that of a letter or
# mark.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    *map(chr, range(0x180B, 0x1810)),
    *map(chr, range(0xFE00, 0xFE10)),
    *map(chr, range(0xE0100, 0xE01F0)),
}
_UNSEEN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
# They join what stands beside them, in scripts and pictures beyond the Latin ones.
_JOINERS = frozenset("\u200c\u200d\ufe0e\ufe0f")
_FIRST_JOINED = "\u0590"


class Flaw(StrEnum):
    """Why a text cannot be printed, or is no name."""

    UNSEEN = "unseen"
    NOT_DRAWN = "not drawn"
    NOT_IN_NAMES = "not in names"
    NO_LETTER = "no letter"
    NUMBER = "number"
    MARKUP = "markup"


@dataclass(frozen=True)
class Problem:
    """The first thing wrong with a text: what, the characters at fault, and what stands before
    them.
    """

    flaw: Flaw
    characters: str = ""
    before: str = ""


def as_written(text: str) -> str:
    """Return a text of one line as the person writes it: letters composed, spaces single and none
    at the ends.
    """
    return " ".join(composed(text).split())


def tidied(text: str) -> str:
    """Return a free text without what nobody sees; lines, accents, signs and pictures stay."""
    composition = composed(text.replace("\r\n", "\n").replace("\r", "\n"))
    letters: list[str] = []
    for character in composition:
        joins = (
            character in _JOINERS
            and letters
            and letters[-1] >= _FIRST_JOINED
            and letters[-1] not in _JOINERS
        )
        if character in "\n\t" or joins or not is_unseen(character):
            letters.append(character)
    return "".join(letters)


def is_unseen(character: str) -> bool:
    """True when a character shows nothing: controls, formats, fillers, halves of pairs, and what
    Unicode has not assigned.
    """
    return character in _FILLERS or unicodedata.category(character) in _UNSEEN_CATEGORIES


def printing_problem(text: str) -> Problem | None:
    """Return why a text `as_written` cannot be printed, or None."""
    for place, character in enumerate(text):
        if is_unseen(character):
            return Problem(Flaw.UNSEEN, character, text[:place])
    place = _first_not_drawn(text)
    if place == len(text):
        return None
    return Problem(Flaw.NOT_DRAWN, _with_points(text, place), text[:place])


def name_problem(text: str) -> Problem | None:
    """Return why a text `as_written` is no name of a person, or None; an empty one is none of our
    business.
    """
    problem = printing_problem(text)
    if problem or not text:
        return problem
    for place, character in enumerate(text):
        if not (
            character.isalnum()
            or unicodedata.category(character)[0] == "M"
            or character in _SIGNS_OF_NAMES
        ):
            return Problem(Flaw.NOT_IN_NAMES, character, text[:place])
    if not any(character.isalpha() for character in text):
        return Problem(Flaw.NO_LETTER)
    number = _LONG_NUMBER.search(text)
    return Problem(Flaw.NUMBER, number.group(), text[: number.start()]) if number else None


def markup_problem(text: str) -> Problem | None:
    """Return why a line reads as markup or as an address, or None: a post, or another line about a
    person.
    """
    markup = _MARKUP.search(text)
    return Problem(Flaw.MARKUP, markup.group(), text[: markup.start()]) if markup else None


def printable(text: str, substitute: str = "?") -> str:
    """Return a text that can be printed: what cannot be seen is left out, what cannot be drawn
    replaced, one by one.
    """
    line = " ".join(text.split())
    seen = as_written("".join(character for character in line if not is_unseen(character)))
    result = ""
    while (place := _first_not_drawn(seen)) < len(seen):
        wrong = _with_points(seen, place)
        result += seen[:place] + substitute
        seen = seen[place + len(wrong) :]
    return result + seen


def _first_not_drawn(text: str) -> int:
    match = _GLYPHS.match(text)
    return match.end() if match else 0


def _with_points(text: str, place: int) -> str:
    """Return the character at a place with the points on it."""
    end = place + 1
    while end < len(text) and unicodedata.category(text[end])[0] == "M":
        end += 1
    return text[place:end]
