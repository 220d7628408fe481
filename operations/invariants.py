"""Checks that rows lead to rows that are there."""

from collections import Counter
from collections.abc import Iterator

from django.db import connection

from lib.findings import Finding


def check() -> Iterator[Finding]:
    """Yield the invariant of references.

    PostgreSQL keeps it by itself; SQLite only for who asks it to, which other tools do not.
    """
    found = orphans()
    lines = tuple(
        f"{table}: {count} without their {parent}"
        for (table, parent), count in sorted(found.items())
    )
    yield Finding("Every row leads to rows that are there", found.total(), lines)


def orphans() -> Counter[tuple[str, str]]:
    """Count the rows that lead to none, by their table and the table of what is missing."""
    if connection.vendor != "sqlite":
        return Counter()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        return Counter((table, parent) for table, _row, parent, _key in cursor.fetchall())
