"""Lists the rows that cause notices: journals that only grow, and what a day makes due.

Each room registers its own when it is ready; nobody writes a notice in an act.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why a person is told something: kind, person and `key` together are told once, however often
    they are read.
    """

    kind: str
    learner: UUID
    key: str
    happened_at: datetime
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Journal:
    """Rows that are only added. `number` is the field that grows with them, `at` the one that says
    when a row was written, and `read` makes causes of some rows.
    """

    name: str
    rows: Callable[[], "QuerySet[Any]"]
    number: str
    at: str
    read: Callable[[Sequence[Any]], Iterable[Cause]]


@dataclass(frozen=True)
class Recurrence:
    """What the passing of time makes due: asked once from the day that `since` gives for a day of
    the calendar, on that one or on the first later one on which a worker runs.
    """

    causes: Callable[[datetime], Iterable[Cause]]
    since: Callable[[date], date]


_journals: dict[str, Journal] = {}
_recurring: dict[str, Recurrence] = {}


def register_journal(journal: Journal) -> None:
    """Let a room say which of its rows people are told of."""
    _journals[journal.name] = journal


def register_daily(name: str, causes: Callable[[datetime], Iterable[Cause]]) -> None:
    """Let a room say what becomes due by the mere passing of days; asked once a day."""
    _recurring[name] = Recurrence(causes, since=lambda day: day)


def register_weekly(name: str, causes: Callable[[datetime], Iterable[Cause]]) -> None:
    """Let a room say what is due once a week, from Monday on."""
    _recurring[name] = Recurrence(causes, since=lambda day: day - timedelta(days=day.weekday()))


def journals() -> list[Journal]:
    """Return every journal."""
    return list(_journals.values())


def recurrences() -> dict[str, Recurrence]:
    """Return what is asked once a day or a week, by its name."""
    return _recurring
