"""Lists what every app holds about a person: how long, on which ground, how it is copied and how it
is erased.

The copy, the erasure and the daily deletion walk over this map and know no app, so none of them
leaves anything out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Model

from accounts.models import User

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class RetentionRule:
    """How long one kind of facts is kept and why, in words for everybody.

    Without `days` nothing deletes it by time alone; with them `forget` deletes what is older than a
    moment.

    `place` orders the rules on the page of privacy, the smallest first. Several holdings may share
    a rule.
    """

    name: str
    place: int
    what: str
    term: str
    why: str
    days: int | None = None
    forget: Callable[[datetime], object] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Holding:
    """One kind of facts about people. Texts are for the person, in their words;
    `of_person` is title and `after_erasure` once more, for who decides about the person.

    `tables` are the models it answers for, as `app.Model`, and `retention` says how long. `labels`
    names for reading each key of `rows` that is not for programs alone. `erase` takes away what may
    not stay; without it the rows hold the opaque key alone, or go with the person.
    """

    name: str
    title: str
    tables: tuple[str, ...]
    retention: tuple[RetentionRule, ...]
    labels: dict[str, str]
    rows: Callable[[User], Iterable[Row]]
    after_erasure: str
    of_person: tuple[str, str]
    erase: Callable[[UUID], object] | None = None


_registered: dict[str, tuple[Holding, ...]] = {}


def register_holdings(app: str, *held: Holding) -> None:
    """Let an app say what it holds about people, once, when it is ready."""
    _registered[app] = held


def holdings() -> list[Holding]:
    """Return what all apps hold, from the ground up."""
    return [
        holding
        for app in sorted(_registered, key=settings.ROOMS.index)
        for holding in _registered[app]
    ]


def mapped_tables() -> set[str]:
    """Return the models that some holding answers for, as `app.Model`."""
    return {table for holding in holdings() for table in holding.tables}


def facts_of(
    rows: Iterable[Model],
    labels: dict[str, str],
    computed: dict[str, Callable[[Any], Any]] | None = None,
) -> list[Row]:
    """Return the named facts of each row: choices in words, `organisation.name` from another row,
    the others as `computed` says.
    """
    computed = computed or {}
    return [
        {key: computed[key](row) if key in computed else _fact(row, key) for key in labels}
        for row in rows
    ]


def _fact(row: Any, key: str) -> Any:
    *path, last = key.split(".")
    for step in path:
        row = getattr(row, step)
        if row is None:
            return None
    in_words = getattr(row, f"get_{last}_display", None)
    return in_words() if in_words else getattr(row, last)
