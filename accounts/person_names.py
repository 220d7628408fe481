"""Says how a name is searched: plain values, no database."""

from lib.folding import compared

LONGEST_SEARCHED = 260
MOST_WORDS = 6
# Signs within a word of a name, which many leave out: Q'orianka is found as Qorianka too.
_WITHIN_WORDS = dict.fromkeys(map(ord, "'’‘ʼ`´"))


def searched_name(*parts: str) -> str:
    """Return a name as the database keeps it for searching: each folded word with a space before
    it, so that a search finds where words begin.
    """
    return "".join(f" {word}" for word in _words(" ".join(parts)))[:LONGEST_SEARCHED]


def sought_words(typed: str) -> list[str]:
    """Return the different words of a search by name, folded as names are kept, the longest first;
    at most six: more would only cost time.
    """
    return sorted(dict.fromkeys(_words(typed)), key=len, reverse=True)[:MOST_WORDS]


def _words(text: str) -> list[str]:
    plain = compared(text).translate(_WITHIN_WORDS)
    return "".join(letter if letter.isalnum() else " " for letter in plain).split()
