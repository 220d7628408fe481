"""Lists what every room holds about a person, so that neither a copy nor an erasure leaves anything out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Model

from accounts.models import User

Row = dict[str, Any]


@dataclass(frozen=True)
class Holding:
    """One kind of facts about people, and the room that answers for them. Texts are for the person, in their words;
    `of_person` is title and `after_erasure` once more, for who decides about the person.

    `tables` are the models it answers for, as `room.Model`. `labels` names each key of `rows` for reading. `erase` takes away
    what may not stay; without it the rows hold the opaque key alone, or go with the person.
    """

    room: str
    name: str
    title: str
    tables: tuple[str, ...]
    labels: dict[str, str]
    rows: Callable[[User], Iterable[Row]]
    after_erasure: str
    erase: Callable[[UUID], object] | None = field(default=None)
    of_person: tuple[str, str] = field(kw_only=True)


_holdings: dict[str, Holding] = {}


def register_holding(holding: Holding) -> None:
    """Let a room say what it holds about people; called when the room wakes."""
    _holdings[holding.name] = holding


def holdings() -> list[Holding]:
    """Return what all rooms hold, from the ground up."""
    return sorted(_holdings.values(), key=lambda holding: settings.ROOMS.index(holding.room))


def mapped_tables() -> set[str]:
    """Return the models that some holding answers for, as `room.Model`."""
    return {table for holding in holdings() for table in holding.tables}


def facts_of(rows: Iterable[Model], labels: dict[str, str], computed: dict[str, Callable[[Any], Any]] | None = None) -> list[Row]:
    """Return the named facts of each row: choices in words, `organisation.name` from another row, the others as `computed` says."""
    computed = computed or {}
    return [{key: computed[key](row) if key in computed else _fact(row, key) for key in labels} for row in rows]


def _fact(row: Any, key: str) -> Any:
    *path, last = key.split(".")
    for step in path:
        row = getattr(row, step)
        if row is None:
            return None
    in_words = getattr(row, f"get_{last}_display", None)
    return in_words() if in_words else getattr(row, last)
