"""Checks that the documents of people can be read with the keys of this site."""

from collections.abc import Iterator
from pathlib import Path

from cryptography.fernet import InvalidToken
from django.conf import settings

from accounts import documents
from accounts.models import User
from audit.findings import Finding


def check() -> Iterator[Finding]:
    """Yield the invariant of the documents."""
    yield Finding("every document can be read and found with the keys of this site", unreadable_documents())


def unreadable_documents() -> int:
    """Return how many people have a document that this site's keys do not open, or whose index is of another number."""
    rows = User.objects.exclude(document_cipher="").values_list("document_type", "document_cipher", "document_index")
    if not Path(settings.PERSONAL_DATA_KEYS).exists():  # none of them can be read, and asking for each would say so anew
        return rows.count()
    return sum(not _is_readable(*row) for row in rows.iterator())


def _is_readable(document_type: str, cipher: str, index: str) -> bool:
    try:
        number = documents.decrypt(cipher)
        expected = documents.index(document_type, number)
    except (InvalidToken, OSError, ValueError, KeyError, TypeError):
        return False
    is_of_this_key = index.partition(":")[0] == expected.partition(":")[0]
    return not is_of_this_key or index == expected
