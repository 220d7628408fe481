"""Cleans, encrypts and indexes document numbers with keys of their own (R12)."""

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from lib.codes import plain_characters, visible_text

# The name of a document as people write it before its number, which may begin with letters of its
# own.
_NUMBER_SIGN = re.compile(r"\bN\W?[º°]|№", re.IGNORECASE)
_DNI_NAME = re.compile(
    r"\W*(?:D\W*N\W*I|DOCUMENTO(?:\s+NACIONAL)?\s+DE\s+IDENTIDAD)\W*"
    r"(?:N(?:O|RO|[UÚ]M(?:ERO)?)?\W*)?(?=\d)"
)
_CARNE_NAME = re.compile(
    r"\W*CARN(?:ET|[EÉ])(?:\W*DE)?(?:\W*EXT(?:RANJER[IÍ]A|\b))?"
    r"(?:\W+(?:NO?\W+|(?:NRO|N[UÚ]M(?:ERO)?)\W*))?\W*"
)
_CE_NAME = re.compile(r"\W*C\W*E(?P<gap>\W*)(?:(?:NO?\W+|(?:NRO|N[UÚ]M(?:ERO)?)\W*))?")
# A DNI with its check digit, as it is printed: one more digit after a dash.
_DNI_AND_CHECK = re.compile(r"\W*(?P<number>\d{8})\s*[-‐‑‒–—−]\s*\d\W*", re.ASCII)


class InvalidDocument(ValueError):
    """The number cannot belong to that kind of document; the message is for the person."""


def bare_number(typed: str, document_type: str = "dni") -> str:
    """Return the letters and digits of what was typed, in capitals, without the name of the
    document before them.

    What is read as a DNI may have its check digit after a dash, which is no part of the number.
    """
    _kind, number = _name_and_number(typed)
    check = _DNI_AND_CHECK.fullmatch(number) if document_type == "dni" else None
    return check["number"] if check else plain_characters(number)


def likely_type(typed: str) -> str:
    """Return the kind of document that was named before a number, or that it can only be: eight
    digits are a DNI.

    Otherwise an empty text.
    """
    kind, _number = _name_and_number(typed)
    return kind or ("dni" if re.fullmatch(r"[0-9]{8}", bare_number(typed)) else "")


def _name_and_number(typed: str) -> tuple[str, str]:
    """Return which document was named, if one was, and what follows its name.

    The two letters of «CE» may also begin a number: they are a name before eight to twelve digits,
    or letters and digits that something parts from them.
    """
    text = visible_text(_NUMBER_SIGN.sub(" ", typed))
    if match := _DNI_NAME.match(text):
        return "dni", text[match.end() :]
    if match := _CARNE_NAME.match(text):
        return "ce", text[match.end() :]
    if match := _CE_NAME.match(text):
        number = plain_characters(text[match.end() :])
        is_parted = bool(match["gap"]) and re.search(r"\d", number)
        if 8 <= len(number) <= 12 and (number.isdigit() or is_parted):
            return "ce", text[match.end() :]
    return "", text


# Eight digits, together or parted as a DNI is read aloud, or the nine of a carné, which begin with
# 00: telephones have nine too, and begin with +.
NUMBER_IN_TEXT = re.compile(
    r"(?<![\d+])(?:\d{8}|\d{2}[ .-]\d{3}[ .-]\d{3}|00\d{7})(?!\d)", re.ASCII
)


def seems_to_hold_number(text: str) -> bool:
    """Say whether a free text seems to hold the number of a document, however a keyboard writes
    digits, and with marks between them that nobody sees.
    """
    return bool(NUMBER_IN_TEXT.search(visible_text(text)))


def without_numbers(text: str) -> str:
    """Return a text with three dots where it could hold the number of a document, or one longer."""
    return re.sub(r"\d{8,}", "…", NUMBER_IN_TEXT.sub("…", text))


def clean_number(document_type: str, typed: str) -> str:
    """Return the number without spaces, dots and hyphens.

    A DNI has 8 digits; a carné de extranjería 9 digits, or up to 12 letters and digits on older
    cards. Raises InvalidDocument with the text for the person.
    """
    number = bare_number(typed, document_type)
    if document_type == "dni":
        if not number.isascii() or not number.isdigit():
            raise InvalidDocument(_("El DNI tiene 8 números. Escribe solo números."))
        if len(number) != 8:
            raise InvalidDocument(
                _("El DNI tiene 8 números. Escribiste %(count)d.") % {"count": len(number)}
            )
    elif not re.fullmatch(r"[0-9A-Z]{9,12}", number):
        raise InvalidDocument(
            _(
                "El carné de extranjería tiene entre 9 y 12 números o letras. Revisa lo que "
                "escribiste."
            )
        )
    if not number.strip("0"):
        raise InvalidDocument(_("Ningún documento tiene solo ceros. Revisa lo que escribiste."))
    return number


Keys = tuple[MultiFernet, bytes, str]
StoredDocument = tuple[str, str, str | None]  # kind, cipher and index


class KeysAreLost(ImproperlyConfigured):
    """Documents are stored, and the keys that they were stored with are not there; the message is
    for the operator.
    """


@cache
def keys() -> Keys:
    """Return (cipher, index key, version of the index key), generating the file while no document
    needs an older one.

    The file holds `{"encryption": [newest, older…], "index": {"version", "key"}}` and is readable
    by its owner only. Raises KeysAreLost.
    """
    path = Path(settings.PERSONAL_DATA_KEYS)
    if not path.exists():
        refuse_second_keys(path)
        make_keys(path)
    return read_keys(path)


def refuse_second_keys(path: Path) -> None:
    """Raise KeysAreLost when there are documents: fresh keys would open none of them, and hide that
    theirs are gone.
    """
    has_documents = get_user_model().objects.exclude(document_cipher="").exists()
    if has_documents and not path.exists():  # another process may have made both in between
        words = _(
            "Faltan las claves de datos personales (%(name)s) y hay documentos cifrados con "
            "ellas. Recupéralas de tu copia."
        )
        raise KeysAreLost(words % {"name": path})


def make_keys(path: Path) -> None:
    """Write fresh keys, unless another process has done so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = {
        "encryption": [Fernet.generate_key().decode()],
        "index": {"version": "1", "key": secrets.token_hex(32)},
    }
    temporary = path.with_suffix(f".{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(fresh, file)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(
            temporary, path
        )  # atomic: of two processes that start together, one wins and both read it
    temporary.unlink()


def read_keys(path: Path) -> Keys:
    """Return what a file of keys holds.

    Raises OSError, ValueError, KeyError or TypeError for what is no such file.
    """
    keys = json.loads(path.read_text())
    cipher = MultiFernet([Fernet(key) for key in keys["encryption"]])
    return cipher, bytes.fromhex(keys["index"]["key"]), keys["index"]["version"]


def is_file_of_keys(path: Path) -> bool:
    """True when a file can be read and holds JSON with both keys."""
    try:
        return {"encryption", "index"} <= set(json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return False


def encrypt(number: str) -> str:
    """Return the number encrypted with the newest key."""
    return keys()[0].encrypt(number.encode()).decode()


def decrypt(cipher_text: str) -> str:
    """Return the number in clear, whichever of the kept keys encrypted it."""
    return keys()[0].decrypt(cipher_text.encode()).decode()


def index(document_type: str, number: str) -> str:
    """Return the keyed hash by which a number is found: `version:hex`.

    Without the key it tells nothing.
    """
    return _index_with(keys(), document_type, number)


def _index_with(with_keys: Keys, document_type: str, number: str) -> str:
    _cipher, key, version = with_keys
    document = f"{document_type}:{number}"
    digest = hmac.new(key, document.encode(), hashlib.sha256)
    return f"{version}:{digest.hexdigest()}"


def unopened(path: Path, stored: Iterable[StoredDocument]) -> int:
    """Return how many stored documents the keys in a file do not open, or would not find by their
    number.
    """
    try:
        keys = read_keys(path)
    except (OSError, ValueError, KeyError, TypeError):
        return sum(1 for _document in stored)
    return sum(not _is_opened(keys, document) for document in stored)


def _is_opened(kept: Keys, document: StoredDocument) -> bool:
    document_type, cipher_text, stored_index = document
    try:
        digest = _index_with(kept, document_type, kept[0].decrypt(cipher_text.encode()).decode())
    except (InvalidToken, ValueError):
        return False
    is_of_this_key = (stored_index or "").partition(":")[0] == digest.partition(":")[0]
    return not is_of_this_key or stored_index == digest


def stand_in(text: str) -> str:
    """Return an opaque name for a text that belongs to nobody: keyed, so that nobody can find the
    text by trying.
    """
    return "x" + hmac.new(keys()[1], f"stand-in:{text}".encode(), hashlib.sha256).hexdigest()[:32]
