"""Reads identifiers and small numbers out of what clients send and people paste."""

import re
from uuid import UUID

from lib.composing import composed
from lib.texts import is_unseen

LARGEST_KEY = 2**63 - 1
_AROUND = r"\s<>()\[\]\"“”«»,;:"
# It begins only where a word begins: tried from every letter, a long text would cost the square of
# its length.
_EMAIL = re.compile(rf"(?<![^{_AROUND}])[^{_AROUND}@]++@[^{_AROUND}]+")


def read_uuid(text: str | None) -> UUID | None:
    """Return the identifier that a client sent, or None when it is no identifier."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def read_small_number(text: str) -> int | None:
    """Return a small number that a client sent, or None for anything else."""
    return int(text) if text.isdecimal() and len(text) < 4 else None


def read_key(text: str) -> int | None:
    """Return the number of a row that a client sent, or None for anything else: no text is so long
    that reading it fails, and no number larger than a table holds.
    """
    is_number = text.isascii() and text.isdigit() and len(text) < 20
    return int(text) if is_number and int(text) <= LARGEST_KEY else None


def plain_email(typed: str) -> str:
    """Return the e-mail within what was typed or pasted, in small letters; without one, or with
    several of which only who typed them knows which is meant, what was typed, trimmed.

    “Ana <ana@x.pe>”, “mailto:ana@x.pe” and what nobody sees around it are read as ana@x.pe.
    """
    found = emails_in(typed)
    return found[0] if len(set(found)) == 1 else _visible(typed)


def emails_in(typed: str) -> list[str]:
    """Return every e-mail within what was typed or pasted, in small letters."""
    return [match.group().rstrip(".") for match in _EMAIL.finditer(_visible(typed))]


def _visible(typed: str) -> str:
    plain = composed(typed, "NFKC").strip().lower()
    return "".join(
        character for character in plain if character.isspace() or not is_unseen(character)
    ).strip()
