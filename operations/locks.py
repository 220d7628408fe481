"""Lets one process at a time do what must be done alone on a site; its lock ends with the process,
however it ends.
"""

import fcntl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.db import connection

DUE_JOBS, SET_UP = "due-jobs", "set-up"


@contextmanager
def site_lock(name: str = DUE_JOBS) -> Iterator[bool]:
    """Yield True to the one who holds the lock now, and False to everybody else until that one is
    done.

    The operating system or the server of the database lets go of the lock of a process that was
    killed.
    """
    database = connection.settings_dict["NAME"]
    with (
        _lock_on_file(Path(f"{database}.{name}"))
        if connection.vendor == "sqlite"
        else _lock_on_server(name) as is_ours
    ):
        yield is_ours


@contextmanager
def _lock_on_file(path: Path) -> Iterator[bool]:
    """Lock a file beside the SQLite database."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _lock_on_server(name: str) -> Iterator[bool]:
    """Take an advisory lock of PostgreSQL in a session of its own: one from the pool would outlive
    the lock. It is given back before the session ends: the server ends one in its own time.
    """
    with connection.wrap_database_errors:
        link = connection.Database.connect(**connection.get_connection_params(), autocommit=True)
    with closing(link) as session:
        try:
            yield session.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name]).fetchone()[0]
        finally:
            with suppress(connection.Database.Error):  # a session that is over has let go of it
                session.execute("SELECT pg_advisory_unlock_all()")
