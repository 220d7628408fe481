"""Caps how many acts write at once: in front of SQLite more only wait for each other, and the
unlucky ones for long. Long work lets the others in between its pieces.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from django.db import connection, transaction

# In each process of the web server. SQLite has one writer at a time and gives its lock to whoever
# asks at the right moment, here the first who came is the next; PostgreSQL locks row by row.
AT_ONCE = {"sqlite": 1, "postgresql": 8}
# Seconds between two pieces of long work: who waits asks SQLite again every tenth of a second.
PAUSE = {"sqlite": 0.11, "postgresql": 0.0}


@cache
def turns_to_write(vendor: str) -> BoundedSemaphore:
    """Return the turns of this process on one kind of database."""
    return BoundedSemaphore(AT_ONCE[vendor])


@contextmanager
def write_transaction() -> Iterator[None]:
    """Open the transaction of one act when it is its turn, which ends with the transaction.

    Inside another one nothing waits.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with turns_to_write(connection.vendor), transaction.atomic():
        yield


def let_others_write() -> None:
    """Pause between two pieces of long work until whoever waits to write has had their turn: a
    store with one writer hands it to nobody by itself.
    """
    time.sleep(PAUSE[connection.vendor])
