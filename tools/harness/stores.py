"""Makes the databases that one run owns, names them to the processes, and removes those and no
other.
"""

import ctypes
import os
import re
import shutil
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent.parent
PURPOSES = ("bench", "chaos")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
OWN_NAME = re.compile(rf"puriq_({'|'.join(PURPOSES)})_\d+_[a-z0-9]+")
LIBC = ctypes.CDLL(None)


class NotOurs(RuntimeError):
    """The target is not one that this run made: nothing is written there."""


def check_own(database_url: str) -> None:
    """Refuse every database but one that a run of ours made on this machine."""
    parts = urlsplit(database_url)
    if parts.scheme == "sqlite":
        if not any(
            Path(parts.path[1:]).resolve().is_relative_to(folder_of(purpose).resolve())
            for purpose in PURPOSES
        ):
            raise NotOurs(f"{database_url}: a run writes only below its own folder in var")
    elif parts.hostname not in LOOPBACK or not OWN_NAME.fullmatch(parts.path.lstrip("/")):
        raise NotOurs(
            f"{parts.hostname}{parts.path}: a run writes only to databases that it made here"
        )


def folder_of(purpose: str) -> Path:
    """Return where runs of one kind keep what they make."""
    return ROOT / "var" / purpose


def seconds_of(pids: Iterable[int]) -> dict[int, float]:
    """Return the seconds of processor that processes have used, without those that are gone.

    By their own clocks (POSIX, `clock_getcpuclockid`), which count nanoseconds: `/proc` counts in
    hundredths, as long as two pages.
    """
    clock, seconds = ctypes.c_int(), {}
    for pid in pids:
        if not LIBC.clock_getcpuclockid(pid, ctypes.byref(clock)):
            with suppress(OSError):
                seconds[pid] = time.clock_gettime(clock.value)
    return seconds


class Store:
    """What both kinds of store have: a folder of this run, and the variables that name its
    databases.
    """

    name = ""
    purpose = "bench"

    def __init__(self) -> None:
        self.folder = folder_of(self.purpose) / f"{self.name}-{os.getpid()}"

    def make(self, *databases: str) -> None:
        """Make the folder; the databases are made on first use."""
        self.folder.mkdir(parents=True)

    def remove(self) -> None:
        """Remove all that this run made."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """Return the address of one of our databases."""
        return f"sqlite:///{self.folder / database}.sqlite3"

    def environment(self, database: str) -> dict[str, str]:
        """Return the variables of a process that works on one of our databases, as in production
        but for its people.
        """
        url = self.url(database)
        check_own(url)
        variables = {
            name: value
            for name, value in os.environ.items()
            if name in {"PATH", "HOME", "LANG", "WEB_CONCURRENCY"}
        }
        return variables | {
            "DATABASE_URL": url,
            "CACHE_URL": self.cache_url(),
            "SECRET_KEY": f"{self.purpose}-only-" + "0" * 50,
            "PERSONAL_DATA_KEYS": str(self.folder / "personal-data-keys.json"),
            "ERASURE_LIST": str(self.folder / "erasures.jsonl"),
            "PYTHONPATH": str(ROOT),
            "DEMO": "1",  # the people of a measure are those of the demonstration
        }

    def cache_url(self) -> str:
        """Return the address of the cache: in the process."""
        return f"locmemcache://{self.purpose}"

    def seconds(self, database: str) -> float:
        """Return the seconds that server processes of a database used: none, SQLite works inside
        the site.
        """
        return 0.0


class SqliteStore(Store):
    """A file for each database."""

    name = "SQLite"


class PostgresStore(Store):
    """Databases with our own name on a server of this machine, and keys under our own prefix on
    Redis.
    """

    name = "PostgreSQL"

    def __init__(self, server: str, cache: str) -> None:
        super().__init__()
        if {urlsplit(server).hostname, urlsplit(cache).hostname} - LOOPBACK:
            raise NotOurs(
                "PostgreSQL and Redis have to be on this machine: their processes are measured too"
            )
        self.server, self.cache = server, cache
        self.prefix = f"puriq_{self.purpose}_{os.getpid()}"
        self.made: list[str] = []
        self.known: dict[str, dict[int, float]] = {}

    def answers(self) -> bool:
        """Say whether both servers can be used, and the processes of PostgreSQL be seen."""
        try:
            redis.Redis.from_url(self.cache).ping()
            with self._ask() as session:
                pid = session.execute("SELECT pg_backend_pid()").fetchone()[0]
                return Path(
                    f"/proc/{pid}/stat"
                ).exists()  # while the session lasts: its process ends with it
        except (psycopg.Error, redis.RedisError):
            return False

    def make(self, *databases: str) -> None:
        super().make()
        with self._ask() as session:
            for database in databases:
                session.execute(
                    f"CREATE DATABASE \"{self._name(database)}\" TEMPLATE template0 ENCODING 'UTF8'"
                )
                self.made.append(self._name(database))

    def remove(self) -> None:
        with self._ask() as session:
            while self.made:
                session.execute(f'DROP DATABASE "{self.made.pop()}" WITH (FORCE)')
        self._forget_cache()
        super().remove()

    def _forget_cache(self) -> None:
        with closing(redis.Redis.from_url(self.cache)) as server:
            for key in server.scan_iter(match=f"{self.prefix}:*", count=1000):
                server.delete(key)

    def url(self, database: str) -> str:
        parts = urlsplit(self.server)
        return parts._replace(path=f"/{self._name(database)}").geturl()

    def cache_url(self) -> str:
        return f"{self.cache}?key_prefix={self.prefix}"

    def seconds(self, database: str) -> float:
        """Return the seconds of every server process that worked for a database, those seen earlier
        and gone included.
        """
        with self._ask() as session:
            rows = session.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = %s", [self._name(database)]
            ).fetchall()
        processes = self.known.setdefault(database, {})
        processes |= seconds_of(pid for (pid,) in rows)
        return sum(processes.values())

    def _name(self, database: str) -> str:
        return f"{self.prefix}_{database}"

    def _ask(self):
        return closing(psycopg.connect(self.server, autocommit=True, connect_timeout=3))
