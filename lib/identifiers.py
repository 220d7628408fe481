"""Reads identifiers and small numbers out of what clients send and people paste."""

import re
from uuid import UUID, uuid5

from lib.composing import composed
from lib.texts import is_unseen

LARGEST_KEY = 2**63 - 1
_AROUND = r"\s<>()\[\]\"“”«»,;:"
# It begins only where a word begins: tried from every letter, a long text would cost the square of
# its length.
_EMAIL = re.compile(rf"(?<![^{_AROUND}])[^{_AROUND}@]++@[^{_AROUND}]+")

_WORD_BEFORE = re.compile(rf"[^{_AROUND}]++ +$")
_WORD_BEHIND = re.compile(rf" +[^{_AROUND}]+")
_FAR = 100  # letters


def read_uuid(text: str | None) -> UUID | None:
    """Return the identifier that a client sent, or None when it is no identifier."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def identifier_for(uuid: UUID, *content: object) -> UUID:
    """Return the identifier of an act that came with one which another act has, from a page that
    was gone back to: always the same for the same content, another for each other.
    """
    return uuid5(uuid, repr(content))


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
    """Return the e-mail within what was typed or pasted, in small letters; without one, or where
    only who typed it knows which is meant, what was typed, trimmed.

    “Ana <ana@x.pe>”, “Correo: ana@x.pe” and what nobody sees around it are read as ana@x.pe. In
    “ana ruiz@x.pe” a telephone may have put the space: ruiz@x.pe is somebody else.
    """
    found = set(emails_in(typed))
    is_parted = has_word_before_email(typed) or has_word_behind_email(typed)
    return found.pop() if len(found) == 1 and not is_parted else _visible(typed)


def has_word_before_email(typed: str) -> bool:
    """Say whether nothing but a space parts an e-mail from a word before it, which may be a part of
    it.
    """
    text = _visible(typed)
    return any(
        _is_word(_WORD_BEFORE.search(text, max(0, match.start() - _FAR), match.start()))
        for match in _EMAIL.finditer(text)
    )


def has_word_behind_email(typed: str) -> bool:
    """Say the same of a word behind it."""
    text = _visible(typed)
    return any(
        _is_word(_WORD_BEHIND.match(text, match.end(), match.end() + _FAR))
        for match in _EMAIL.finditer(text)
    )


def _is_word(match: re.Match[str] | None) -> bool:
    return match is not None and "@" not in match.group() and bool(re.search(r"\w", match.group()))


def emails_in(typed: str) -> list[str]:
    """Return every e-mail within what was typed or pasted, in small letters."""
    return [match.group().rstrip(".") for match in _EMAIL.finditer(_visible(typed))]


def _visible(typed: str) -> str:
    plain = composed(typed, "NFKC").strip().lower()
    return "".join(
        character for character in plain if character.isspace() or not is_unseen(character)
    ).strip()
