"""Says on which kinds of database a test runs.

On a developer's machine `make test` runs everything on SQLite, and `make test-postgres` all that
asks a database. CI runs both with `EACH_TEST_ONCE=1`: what one of them shows is asked by the other
only where its answer may differ (decision 0051).
"""

import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

SQLITE, POSTGRES = "sqlite", "postgresql"
# Rooms about pages, and about what stands around every request: CI asks them on SQLite. Every other
# room, a new one too, keeps records: it is asked on PostgreSQL, which refuses more.
PAGES = ("architecture", "content", "courses", "demo", "journeys", "lib", "norms", "rights")
# What a module says that tells one kind of database from the other.
TELLS_KINDS_APART = re.compile(r"\.vendor\b|\bfeatures\.has_")


def asks_the_database(item: pytest.Item) -> bool:
    """True for a test with a database, or one that says it makes or names one itself; not for one
    that says each kind shows the same.
    """
    if item.get_closest_marker("one_database"):
        return False
    marks = item.get_closest_marker("django_db") or item.get_closest_marker("every_database")
    return bool(marks) or not {"db", "transactional_db"}.isdisjoint(
        getattr(item, "fixturenames", ())
    )


def commits(item: pytest.Item) -> bool:
    """True for a test whose transactions end: locks, and what is checked at the end, are real."""
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or (
        "transactional_db" in getattr(item, "fixturenames", ())
    )


@cache
def tells_kinds_apart(module: ModuleType) -> bool:
    """True for a module that asks which kind of database it meets."""
    return bool(TELLS_KINDS_APART.search(Path(module.__file__).read_text()))


def room_of(item: pytest.Item) -> str:
    """Return the room that a test is about: the folder below `tests`."""
    return item.nodeid.split("/")[1]


def kinds_of(item: pytest.Item) -> set[str]:
    """Return the kinds of database on which CI runs a test: one at least."""
    if not asks_the_database(item):
        return {SQLITE}
    if item.get_closest_marker("every_database") or tells_kinds_apart(item.module):
        return {SQLITE, POSTGRES}
    if room_of(item) in PAGES:
        return {SQLITE}
    return {SQLITE, POSTGRES} if commits(item) else {POSTGRES}


def runs_on(kind: str, item: pytest.Item, *, each_once: bool) -> bool:
    """Say whether a run on a kind of database takes a test."""
    if each_once:
        return kind in kinds_of(item)
    return kind == SQLITE or asks_the_database(item)
