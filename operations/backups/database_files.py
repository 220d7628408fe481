"""Copies the database into one file while people write, and back into an empty one."""

import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from operations.backups.archives import NotTheBackup, RefusedBackup

APPLIED = "SELECT app, name FROM django_migrations ORDER BY app, name"


def copy_to_file(target: Path) -> tuple[list[list[str]], dict[str, int]]:
    """Copy the database as it stands at one moment; return its applied migrations and the rows of
    each table.
    """
    return (
        copy_sqlite(Path(connection.settings_dict["NAME"]), target)
        if connection.vendor == "sqlite"
        else dump_postgresql(target)
    )


def copy_sqlite(source: Path, target: Path) -> tuple[list[list[str]], dict[str, int]]:
    """Copy by SQLite's own backup, in one step: writers go on, and what they commit later is not in
    the copy.
    """
    with (
        connection.wrap_database_errors,
        closing(sqlite3.connect(f"file:{source}?mode=rw", uri=True, timeout=20)) as origin,
        closing(sqlite3.connect(target)) as copy,
    ):
        origin.backup(copy)
    return check_sqlite(target)


def check_sqlite(path: Path) -> tuple[list[list[str]], dict[str, int]]:
    """Return migrations and rows of a copy. Raises RefusedBackup when SQLite finds it damaged."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            answers = [row[0] for row in copy.execute("PRAGMA integrity_check")]
            if answers != ["ok"]:
                raise RefusedBackup(
                    _("La base de datos está dañada: %(found)s.") % {"found": answers[0]}
                )
            tables = [
                row[0]
                for row in copy.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
                )
            ]
            # The names are those of our own tables.
            rows = {
                table: copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608
                for table in tables
            }
            return [list(row) for row in copy.execute(APPLIED)], rows
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, str(error), str(path)) from error
        raise RefusedBackup(
            _("La base de datos está dañada: %(found)s.") % {"found": error}
        ) from error


def dump_postgresql(target: Path) -> tuple[list[list[str]], dict[str, int]]:
    """Copy by pg_dump in its own format; rows are counted in the same snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        run_tool(
            "pg_dump",
            [
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
                f"--file={target}",
            ],
        )
        cursor.execute(APPLIED)
        return [list(row) for row in cursor.fetchall()], count_rows(
            connection.introspection.table_names(cursor)
        )


def count_rows(tables: Iterable[str]) -> dict[str, int]:
    """Return the rows of each table of the database in use."""
    counts = {}
    with connection.cursor() as cursor:
        for table in tables:
            # Names of our tables.
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            counts[table] = cursor.fetchone()[0]
    return counts


def fill_postgresql(source: Path) -> None:
    """Fill the empty PostgreSQL database in one transaction."""
    run_tool(
        "pg_restore",
        ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(source)],
    )


def run_tool(tool: str, arguments: list[str]) -> None:
    """Run a tool of PostgreSQL on the database in use; its password travels in the environment,
    never in the arguments.
    """
    program = shutil.which(tool)
    if program is None:
        raise NotTheBackup(
            _(
                "Falta el programa %(tool)s. Instala el paquete postgresql-client de la versión "
                "de tu servidor."
            )
            % {"tool": tool}
        )
    settings = connection.settings_dict
    places = {
        "--host": settings["HOST"],
        "--port": settings["PORT"],
        "--username": settings["USER"],
        "--dbname": settings["NAME"],
    }
    where = [f"{option}={value}" for option, value in places.items() if value]
    environment = {
        **os.environ,
        **({"PGPASSWORD": settings["PASSWORD"]} if settings["PASSWORD"] else {}),
    }
    process = subprocess.run(  # noqa: S603 - no shell
        [program, "--no-password", *where, *arguments],
        env=environment,
        capture_output=True,
        text=True,
    )
    if process.returncode:
        reason = (process.stderr.strip().splitlines() or ["?"])[-1]
        raise RefusedBackup(_("%(tool)s no terminó: %(told)s") % {"tool": tool, "told": reason})


def empty_postgresql() -> None:
    """Remove what migrations make: only for a database that was empty before a restore that
    failed.
    """
    connection.close()
    with transaction.atomic(), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE")
        cursor.execute(
            "SELECT cfgname FROM pg_ts_config WHERE cfgnamespace = current_schema()::regnamespace"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(
                f"DROP TEXT SEARCH CONFIGURATION {connection.ops.quote_name(name)} CASCADE"
            )
