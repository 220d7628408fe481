"""Makes the database that one process of the suite owns, fills it from a template, and drops that
one and no other.
"""

import hashlib
import importlib.metadata
import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from territory.services import import_territories


def state_of_migrations() -> str:
    """Return what tells one migrated database from another: our migrations, the territory, the
    installed packages and which of their apps are in use.
    """
    sums = hashlib.sha256()
    migrations = sorted(Path(settings.BASE_DIR).glob("*/migrations/*.py"))
    data = sorted(Path(settings.BASE_DIR, "territory", "data").glob("*.csv"))
    for path in (*migrations, *data):
        sums.update(path.read_bytes())
    packages = sorted(
        {f"{package.name}=={package.version}" for package in importlib.metadata.distributions()}
    )
    sums.update("\n".join([*packages, *settings.INSTALLED_APPS]).encode())
    return sums.hexdigest()[:16]


def fill() -> None:
    """Migrate the database of the connection and load the territory."""
    call_command("migrate", verbosity=0)
    import_territories()


def copy_database(source: Path, target: Path) -> None:
    """Copy a file of SQLite. A source that is gone is an error, not an empty database."""
    existing = f"{source.as_uri()}?mode=rw"
    with (
        closing(sqlite3.connect(existing, uri=True)) as origin,
        closing(sqlite3.connect(target)) as copy,
    ):
        origin.backup(copy)


class SqliteDatabase:
    """A file beside its template; both lie under `var/`."""

    def __init__(self):
        folder = Path(settings.BASE_DIR, "var", "test-databases")
        folder.mkdir(parents=True, exist_ok=True)
        self.template = folder / f"{state_of_migrations()}.sqlite3"
        self.path = (
            folder / f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{os.getpid()}.sqlite3"
        )

    def make(self) -> None:
        """Copy the template; where there is none, migrate and keep the result as template."""
        connection.close()
        connection.settings_dict["NAME"] = str(self.path)
        if self.template.exists():
            copy_database(self.template, self.path)
            return
        fill()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
        unfinished = self.template.with_suffix(f".{os.getpid()}")
        copy_database(self.path, unfinished)
        unfinished.rename(self.template)

    def refill(self) -> None:
        """Put the content of the template back."""
        connection.ensure_connection()
        with closing(sqlite3.connect(self.template)) as origin:
            origin.backup(connection.connection)

    def remove(self) -> None:
        """Remove the file with its journals; the template stays for the next run."""
        connection.close()
        for path in self.path.parent.glob(f"{self.path.name}*"):
            path.unlink(missing_ok=True)

    def make_second(self) -> str:
        """Make one more database from the template; return its name."""
        # Never the name of one before: what a thread of it left open would be met again.
        second = self.path.with_name(f"second-{secrets.token_hex(4)}-{self.path.name}")
        copy_database(self.template, second)
        return str(second)

    def remove_second(self, name: str) -> None:
        """Remove it with its journals."""
        for path in self.path.parent.glob(f"{Path(name).name}*"):
            path.unlink(missing_ok=True)


class PostgresDatabase:
    """A database with a name that nobody else has, on the server of TEST_DATABASE_URL; the database
    named there is only asked.
    """

    def __init__(self):
        self.server = {**connection.get_connection_params(), "autocommit": True}
        self.template = f"puriq_template_{state_of_migrations()}"
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.name = f"puriq_test_{worker}_{os.getpid()}_{secrets.token_hex(4)}"

    def make(self) -> None:
        """Copy the template; where there is none, one process migrates and keeps the result while
        the others wait.
        """
        with self._ask() as server:
            server.execute("SET lock_timeout = 0")  # migrations take longer than an act may wait
            server.execute("SELECT pg_advisory_lock(hashtext(%s))", [self.template])
            if not server.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [self.template]
            ).fetchone():
                server.execute(
                    f"CREATE DATABASE \"{self.name}\" TEMPLATE template0 ENCODING 'UTF8'"
                )
                self._connect_to_own()
                fill()
                self._leave()
                server.execute(f'ALTER DATABASE "{self.name}" ALLOW_CONNECTIONS false')
                server.execute(f'ALTER DATABASE "{self.name}" RENAME TO "{self.template}"')
            server.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')
        self._connect_to_own()

    def refill(self) -> None:
        """Put a fresh copy of the template in the place of the own database."""
        self._leave()
        with self._ask() as server:
            server.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')

    def remove(self) -> None:
        """Drop the own database; the template stays for the next run."""
        self._leave()
        with self._ask() as server:
            server.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    def make_second(self) -> str:
        """Make one more database from the template; return its name."""
        second = f"{self.name}_second"
        with self._ask() as server:
            server.execute(f'CREATE DATABASE "{second}" TEMPLATE "{self.template}"')
        return second

    def remove_second(self, name: str) -> None:
        """Drop it."""
        with self._ask() as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _ask(self):
        return closing(connection.Database.connect(**self.server))

    def _connect_to_own(self) -> None:
        self._leave()
        connection.settings_dict["NAME"] = self.name

    @staticmethod
    def _leave() -> None:
        connection.close()
        connection.close_pool()


def own_database() -> SqliteDatabase | PostgresDatabase:
    """Return the database of this process, not made yet, on the kind of server that the suite runs
    on.
    """
    return PostgresDatabase() if connection.vendor == "postgresql" else SqliteDatabase()
