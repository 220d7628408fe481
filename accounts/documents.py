"""Cleans, encrypts and indexes document numbers with keys of their own (reliability.md R12)."""

import hashlib
import hmac
import json
import os
import re
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

from lib.codes import plain_characters

_NAMED_NUMBER = re.compile(r"(?:DNI|CE|CARN[EÉ]DEEXTRANJER[IÍ]A)(?:N|NO|NRO|N[UÚ]MERO)?(?P<number>\d{8,12})")


class InvalidDocument(ValueError):
    """The number cannot belong to that kind of document; the message is for the person."""


def bare_number(typed: str) -> str:
    """Return the letters and digits of what was typed, in capitals, without the name of the document before them."""
    characters = plain_characters(typed)
    named = _NAMED_NUMBER.fullmatch(characters)
    return named.group("number") if named else characters


def likely_type(typed: str) -> str:
    """Return the kind of document that a number can only be: eight digits are a DNI; otherwise an empty text."""
    return "dni" if re.fullmatch(r"[0-9]{8}", bare_number(typed)) else ""


# Eight digits, together or parted as a DNI is read aloud, or the nine of a carné, which begin with 00: telephones have nine too.
NUMBER_IN_TEXT = re.compile(r"(?<!\d)(?:\d{8}|\d{2}[ .-]\d{3}[ .-]\d{3}|00\d{7})(?!\d)", re.ASCII)


def seems_to_hold_number(text: str) -> bool:
    """Say whether a free text seems to hold the number of a document."""
    return bool(NUMBER_IN_TEXT.search(text))


def clean_number(document_type: str, typed: str) -> str:
    """Return the number without spaces, dots and hyphens.

    A DNI has 8 digits; a carné de extranjería 9 digits, or up to 12 letters and digits on older cards.
    Raises InvalidDocument with the text for the person.
    """
    number = bare_number(typed)
    if document_type == "dni":
        if not number.isascii() or not number.isdigit():
            raise InvalidDocument(_("El DNI tiene 8 números. Escribe solo números."))
        if len(number) != 8:
            raise InvalidDocument(_("El DNI tiene 8 números. Escribiste %(count)d.") % {"count": len(number)})
    elif not re.fullmatch(r"[0-9A-Z]{9,12}", number):
        raise InvalidDocument(_("El carné de extranjería tiene entre 9 y 12 números o letras. Revisa lo que escribiste."))
    if not number.strip("0"):
        raise InvalidDocument(_("Ningún documento tiene solo ceros. Revisa lo que escribiste."))
    return number


@cache
def keys() -> tuple[MultiFernet, bytes, str]:
    """Return (cipher, index key, version of the index key), generating the file on first use.

    The file holds `{"encryption": [newest, older…], "index": {"version", "key"}}` and is readable by its owner only.
    """
    path = Path(settings.PERSONAL_DATA_KEYS)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = {"encryption": [Fernet.generate_key().decode()], "index": {"version": "1", "key": secrets.token_hex(32)}}
        temporary = path.with_suffix(f".{secrets.token_hex(4)}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(fresh, file)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(temporary, path)  # atomic: of two processes that start together, one wins and both read it
        temporary.unlink()
    kept = json.loads(path.read_text())
    cipher = MultiFernet([Fernet(key.encode()) for key in kept["encryption"]])
    return cipher, bytes.fromhex(kept["index"]["key"]), kept["index"]["version"]


def encrypt(number: str) -> str:
    """Return the number encrypted with the newest key."""
    return keys()[0].encrypt(number.encode()).decode()


def decrypt(cipher_text: str) -> str:
    """Return the number in clear, whichever of the kept keys encrypted it."""
    return keys()[0].decrypt(cipher_text.encode()).decode()


def index(document_type: str, number: str) -> str:
    """Return the keyed hash by which a number is found: `version:hex`. Without the key it tells nothing."""
    key, version = keys()[1:]
    return f"{version}:{hmac.new(key, f'{document_type}:{number}'.encode(), hashlib.sha256).hexdigest()}"


def stand_in(text: str) -> str:
    """Return an opaque name for a text that belongs to nobody: keyed, so that nobody can find the text by trying."""
    return "x" + hmac.new(keys()[1], f"stand-in:{text}".encode(), hashlib.sha256).hexdigest()[:32]
