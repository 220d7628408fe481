"""Sends the reads of a block to the replica of the database, where the site has one.

Nothing else goes there: no act, no lock, no right. What was just written may not be there yet.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

REPLICA = "replica"
_reads: ContextVar[bool] = ContextVar("reads", default=False)


@contextmanager
def reads_from_replica() -> Iterator[None]:
    """Read from the replica inside this block, or, as a decorator, inside a function."""
    token = _reads.set(True)
    try:
        yield
    finally:
        _reads.reset(token)


class ReplicaRouter:
    """Names the database of each statement; in the settings only when there is a replica."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """Return the replica inside a block that reads from it."""
        return REPLICA if _reads.get() else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """Return the database, also for a row that came from the replica, and for a locked read."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        """Let rows of both meet: they are of one site."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Migrate the database alone: the replica follows it."""
        return False if db == REPLICA else None
