"""Folds words so that they are found and sorted however they were typed: plain values, no database.

The rule for ñ is decided here once. It is a letter and no accent: `folded` keeps it. Many type on
keyboards without it: `compared` reads it as n. It stands after every other n: `sorting_key`.
"""

import unicodedata
from functools import lru_cache

from lib.codes import visible_text
from lib.composing import composed

SIGNS_WITHIN_WORDS = ".'’"


def folded(text: str) -> str:
    """Return the text in small letters without accents; ñ stays a letter of its own."""
    if text.isascii():
        return text.lower()
    # Composed first: a Mac sends ñ as n with a tilde behind it.
    letters = composed(text.lower())
    return "".join(letter if letter == "ñ" else _without_accent(letter) for letter in letters)


def compared(text: str) -> str:
    """Return the text as a search compares it: folded, and ñ like n."""
    return folded(text).replace("ñ", "n")


def folded_words(text: str) -> list[str]:
    """Return the words of a text, folded, without the signs between them and at their ends, and
    without what is pasted with a text and nobody sees.
    """
    plain = "".join(map(_apart, folded(visible_text(text))))
    words = (word.strip(SIGNS_WITHIN_WORDS) for word in plain.split())
    return [word for word in words if word]


def search_words(text: str, limit: int = 6) -> list[str]:
    """Return the different words of a search, folded, at most `limit`: more would only cost
    time.
    """
    return list(dict.fromkeys(folded_words(text)))[:limit]


@lru_cache(maxsize=4096)
def sorting_key(name: str) -> str:
    """Return a name to sort by: accents do not count, ñ comes after every n."""
    return folded(name).replace("ñ", "n~")


def _without_accent(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _apart(letter: str) -> str:
    return letter if letter.isalnum() or letter in SIGNS_WITHIN_WORDS else " "
