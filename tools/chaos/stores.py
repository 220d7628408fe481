"""Makes the databases of a run: a file, or a PostgreSQL server of our own that may be stopped in
the middle of its work.
"""

import os
import pwd
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg
import redis

from tools.harness.servers import HOST, free_port
from tools.harness.stores import NotOurs, PostgresStore, SqliteStore

PROGRAMS = Path("/usr/lib/postgresql")
ACCOUNT = "postgres"  # PostgreSQL refuses to run as root


class SqliteFiles(SqliteStore):
    """A file for each database, with a copy where one is wanted."""

    purpose = "chaos"

    def copy(self, source: str, target: str) -> None:
        """Make a database out of another."""
        file = self.folder / f"{target}.sqlite3"
        file.touch(
            mode=0o600
            # the site does not start over what other users can read; what SQLite lays beside it
            # follows
        )
        with (
            closing(sqlite3.connect(self.folder / f"{source}.sqlite3")) as origin,
            closing(sqlite3.connect(file)) as copy,
        ):
            origin.backup(copy)
            copy.execute("PRAGMA journal_mode=WAL")

    def remove(self, *, keep: bool = False) -> None:
        """Remove all that this run made, unless somebody wants to look at it."""
        if not keep:
            super().remove()


class PrivatePostgres:
    """A PostgreSQL server that this run started: its own data, sockets and port, with every promise
    of durability on.
    """

    def __init__(self) -> None:
        self.programs = max(PROGRAMS.glob("*/bin/initdb")).parent
        self.port, self.marker = free_port(), secrets.token_hex(16)
        self.as_account = ["runuser", "-u", ACCOUNT, "--"] if os.getuid() == 0 else []
        self.data = self._folder()

    @staticmethod
    def is_possible() -> bool:
        """Say whether the programs are here, and an account that may run them."""
        accounts = {entry.pw_name for entry in pwd.getpwall()}
        return any(PROGRAMS.glob("*/bin/initdb")) and (os.getuid() != 0 or ACCOUNT in accounts)

    @property
    def url(self) -> str:
        """The address of the server's own database."""
        owner = ACCOUNT if self.as_account else pwd.getpwuid(os.getuid()).pw_name
        return f"postgres://{owner}@{HOST}:{self.port}/postgres"

    def make(self) -> None:
        """Make the data, start, and leave a mark that no other server carries."""
        self._run(
            "initdb",
            "--pgdata",
            str(self.data),
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
        )
        self.start()
        with self._ask() as session:
            session.execute("CREATE TABLE chaos_marker (token text NOT NULL)")
            session.execute("INSERT INTO chaos_marker VALUES (%s)", [self.marker])

    def start(self) -> float:
        """Start and wait until it answers; return how many seconds that took."""
        start_moment = time.monotonic()
        options = f"-h {HOST} -p {self.port} -k '{self.data}' -c max_connections=200"
        self._run(
            "pg_ctl",
            "--pgdata",
            str(self.data),
            "--wait",
            "--silent",
            "--log",
            str(self.data / "log"),
            "--options",
            options,
            "start",
        )
        return time.monotonic() - start_moment

    def stop_at_once(self) -> None:
        """Stop in immediate mode: every process of the server ends where it stands.

        Refuses a server that is not ours.
        """
        self.check_own()
        self._stop()

    def remove(self) -> None:
        """Stop the server and remove its data."""
        if (self.data / "postmaster.pid").exists():
            self._stop()
        shutil.rmtree(self.data, ignore_errors=True)

    def _stop(self) -> None:
        how = ("--mode", "immediate", "--wait", "--silent")
        self._run("pg_ctl", "--pgdata", str(self.data), *how, "stop")

    def check_own(self) -> None:
        """Refuse when what answers at the port is not the server that this run started."""
        with self._ask() as session:
            data = session.execute("SHOW data_directory").fetchone()[0]
            marks = session.execute("SELECT token FROM chaos_marker").fetchall()
            promises = {
                session.execute(f"SHOW {name}").fetchone()[0]
                for name in ("fsync", "full_page_writes", "synchronous_commit")
            }
        if Path(data) != self.data or marks != [(self.marker,)]:
            raise NotOurs(
                f"the server at port {self.port} works in {data}: it is not the one that this "
                "run started"
            )
        if promises != {"on"}:
            raise RuntimeError("the server of this run does not keep what it acknowledges")

    def _folder(self) -> Path:
        """Make the folder of the data below var, or elsewhere when a folder above is closed to the
        account.
        """
        folder = SqliteFiles().folder.parent / f"postgres-{os.getpid()}-{secrets.token_hex(4)}"
        folder.mkdir(parents=True, mode=0o700)
        if not self.as_account:
            return folder
        shutil.chown(folder, ACCOUNT, ACCOUNT)
        if not subprocess.run(
            [*self.as_account, "test", "-w", str(folder)], check=False
        ).returncode:
            return folder
        folder.rmdir()
        elsewhere = Path(tempfile.mkdtemp(prefix="puriq-chaos-"))
        shutil.chown(elsewhere, ACCOUNT, ACCOUNT)
        return elsewhere

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [*self.as_account, str(self.programs / program), *words],
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )

    def _ask(self):
        return closing(psycopg.connect(self.url, autocommit=True, connect_timeout=10))


class PostgresDatabases(PostgresStore):
    """Databases on a server of our own; the cache is Redis where it answers."""

    purpose = "chaos"

    def __init__(self, cache: str) -> None:
        self.private = PrivatePostgres()
        super().__init__(self.private.url, cache)
        try:
            redis.Redis.from_url(cache).ping()
            self.has_redis = True
        except redis.RedisError:
            self.has_redis = False

    def make(self, *databases: str) -> None:
        self.private.make()
        super().make(*databases)

    def remove(self, *, keep: bool = False) -> None:
        """Remove the server, and the folder too unless somebody wants to look at it."""
        self.made.clear()  # they go with their server
        if self.has_redis:
            self._forget_cache()
        self.private.remove()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def copy(self, source: str, target: str) -> None:
        """Make a database out of another that nobody is connected to."""
        with self._ask() as session:
            session.execute(
                f'CREATE DATABASE "{self._name(target)}" TEMPLATE "{self._name(source)}"'
            )

    def cache_url(self) -> str:
        return super().cache_url() if self.has_redis else SqliteFiles.cache_url(self)
