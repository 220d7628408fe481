"""Brings letters into one of the forms of Unicode (UAX #15), in a time that grows with the text and
not with its square. Plain values.
"""

from typing import Literal
from unicodedata import combining, normalize

# Marks on one letter are sorted by comparing each with each. A text so short costs nothing; in a
# longer one no letter carries more marks than Unicode's stream-safe form knows.
SHORT = 1000
MOST_MARKS = 30
# They count as letters and fall apart into marks.
_MADE_OF_MARKS = frozenset("\u0f73\u0f75\u0f81\uff9e\uff9f")


def composed(text: str, form: Literal["NFC", "NFKC", "NFKD"] = "NFC") -> str:
    """Return a text in a form of Unicode; of the marks that stand on one letter of a long text, the
    first thirty.
    """
    if text.isascii():
        return text
    return normalize(form, text if len(text) <= SHORT else _with_few_marks(text))


def _with_few_marks(text: str) -> str:
    kept = []
    marks = 0
    for character in text:
        marks = marks + 1 if combining(character) or character in _MADE_OF_MARKS else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
