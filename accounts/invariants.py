"""Checks that the documents of people can be read with the keys of this site."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from accounts.documents import unopened
from accounts.models import User
from lib.findings import Finding


def check() -> Iterator[Finding]:
    """Yield the invariant of the documents."""
    yield Finding(
        "every document can be read and found with the keys of this site", unreadable_documents()
    )


def unreadable_documents() -> int:
    """Return how many people have a document that this site's keys do not open, or whose index is
    of another number.
    """
    rows = User.objects.exclude(document_cipher="").values_list(
        "document_type", "document_cipher", "document_index"
    )
    return unopened(Path(settings.PERSONAL_DATA_KEYS), rows.iterator())
