"""Tells who waits for a connection to PostgreSQL soon that the server is away."""

from typing import Any

# A pool tries again after 1, 2, 4 … seconds, and nobody else may try meanwhile. Left to itself it
# does so for five minutes: a site would stay away as long again as its server was.
SECONDS_OF_TRIES = 5


def refuse_who_waits(pool: Any) -> None:
    """Refuse everybody who waits, where a pool gave up its last connection: nothing is on its way
    to them any more. Whoever comes next makes it try anew.

    The pool calls it (`reconnect_failed`).
    """
    from psycopg_pool import PoolTimeout  # noqa: PLC0415 - SQLite does without psycopg

    with pool._lock:
        if pool._nconns:
            return
        waiting = [pool._waiting.popleft() for _ in range(len(pool._waiting))]
    for client in waiting:
        client.fail(PoolTimeout("the server cannot be reached"))


def has_waited(error: BaseException | None) -> bool:
    """Say whether no connection came in time: who waited for one does not wait once more."""
    return type(getattr(error, "__cause__", None)).__name__ == "PoolTimeout"
