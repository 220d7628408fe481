"""Counts that all processes of one machine share: a cache of numbers in a small SQLite file of its
own.

An in-process cache counts for each process, so a limit of ten becomes one of ten times the
processes. The database of the
site would make a look at a page wait for whoever writes. Nothing here is a record: the file may be
deleted at any time.
"""

import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS counts (key TEXT PRIMARY KEY, amount INTEGER NOT NULL, ends "
    "REAL NOT NULL) WITHOUT ROWID"
)
SWEEP_EVERY = 1000


class OpenFile:
    """The connection of one thread; it is closed when nobody holds this any more, as when the
    thread has ended, and at the end of the process.
    """

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # A thread that has ended cannot close it, so another one may.
        self.connection = sqlite3.connect(
            path, timeout=2, isolation_level=None, check_same_thread=False
        )
        self.close = weakref.finalize(self, self.connection.close)
        path.chmod(0o600)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=OFF")
        self.connection.execute(SCHEMA)


class FileCounts(BaseCache):
    """Django's cache of whole numbers over one file: `get`, `set`, `add`, `incr`, `delete`,
    `clear`. Each is one atomic act.
    """

    def __init__(self, location: str, params: dict[str, Any]):
        super().__init__(params)
        self.path = Path(location)
        self.local = threading.local()
        self.written = 0

    @contextmanager
    def _file(self) -> Iterator[sqlite3.Connection]:
        file: OpenFile | None = getattr(self.local, "file", None)
        if file is None or not self.path.exists():
            self.close()
            file = self.local.file = OpenFile(self.path)
        yield file.connection

    def _ends(self, timeout: Any) -> float:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return float("inf") if seconds is None else time.time() + seconds

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the number kept under a key, or `default` where there is none or its time is
        over.
        """
        with self._file() as file:
            row = file.execute(
                "SELECT amount FROM counts WHERE key = ? AND ends > ?",
                [self.make_key(key, version), time.time()],
            ).fetchone()
        return row[0] if row else default

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Keep a number, whatever was there."""
        sql = "INSERT OR REPLACE INTO counts (key, amount, ends) VALUES (?, ?, ?)"
        with self._file() as file:
            file.execute(sql, [self.make_key(key, version), int(value), self._ends(timeout)])
        self._sweep()

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep a number where none is kept; return whether it was."""
        sql = (
            "INSERT INTO counts (key, amount, ends) VALUES (?, ?, ?) "
            "ON CONFLICT (key) DO UPDATE SET amount = excluded.amount, ends = excluded.ends "
            "WHERE counts.ends <= ?"
        )
        with self._file() as file:
            count = file.execute(
                sql, [self.make_key(key, version), int(value), self._ends(timeout), time.time()]
            ).rowcount
        self._sweep()
        return count == 1

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a number and return the sum. Raises ValueError where no number is kept."""
        sql = "UPDATE counts SET amount = amount + ? WHERE key = ? AND ends > ? RETURNING amount"
        with self._file() as file:
            row = file.execute(sql, [delta, self.make_key(key, version), time.time()]).fetchone()
        if row is None:
            raise ValueError(f"Key {key!r} not found")
        return row[0]

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget one number; return whether there was one."""
        with self._file() as file:
            return (
                file.execute(
                    "DELETE FROM counts WHERE key = ?", [self.make_key(key, version)]
                ).rowcount
                == 1
            )

    def clear(self) -> None:
        """Forget every number."""
        with self._file() as file:
            file.execute("DELETE FROM counts")

    def close(self, **kwargs: Any) -> None:
        """Close this thread's connection at the end of its request: opening one again costs a tenth
        of a millisecond.
        """
        file = self.local.__dict__.pop("file", None)
        if file is not None:
            file.close()

    def _sweep(self) -> None:
        """Now and then delete what is over."""
        self.written += 1
        if self.written % SWEEP_EVERY == 0:
            with self._file() as file:
                file.execute("DELETE FROM counts WHERE ends <= ?", [time.time()])
