"""Moves a site from SQLite to PostgreSQL: table by table in one transaction, and both sides
compared.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, OperationalError, connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper as SqliteWrapper
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.documents import unopened
from operations.backups.archives import Say
from operations.backups.database_files import APPLIED
from operations.portable import refused_values
from provider.models import Provider

ROWS_AT_ONCE = 5000
# Made again from the pages after the move: each kind of database has its own form of it.
REBUILT_APPS = {"wagtailsearch"}

Row = tuple[Any, ...]


class RefusedMove(Exception):
    """Nothing was moved; the message is for the operator and says what to do."""


@dataclass(frozen=True)
class Table:
    """One table with its columns; `json_at` are the places of columns whose text may be written in
    several ways.
    """

    model: type[models.Model]
    name: str
    fields: tuple[models.Field, ...]
    json_at: tuple[int, ...]

    def columns(self, database: BaseDatabaseWrapper) -> str:
        """Return the quoted names of the columns, with commas."""
        return ", ".join(database.ops.quote_name(str(field.column)) for field in self.fields)


@dataclass
class Sum:
    """The rows of a table and the sum of their digests: equal for equal rows, in whatever order
    they come.
    """

    rows: int = 0
    digest: int = 0

    def add(self, row: Row, json_at: tuple[int, ...]) -> None:
        """Count one row."""
        plain = [canonical(value, is_json=place in json_at) for place, value in enumerate(row)]
        self.rows += 1
        self.digest = (
            self.digest + int.from_bytes(hashlib.sha256(repr(plain).encode()).digest(), "big")
        ) % (1 << 256)


def canonical(value: Any, *, is_json: bool) -> Any:
    """Return a value in the one form that both databases share."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return str(value.normalize())
    if isinstance(value, memoryview | bytes):
        return bytes(value).hex()
    if is_json and isinstance(value, str):
        return json.dumps(json.loads(value, parse_float=number), sort_keys=True)
    return value


def number(text: str) -> float | int:
    """Return a number of a JSON text in one form: PostgreSQL writes 1e2 as 100."""
    value = float(text)
    return int(value) if value.is_integer() else value


def move_database(*, source_path: Path, say: Say) -> int:
    """Copy every row of an SQLite site into this empty PostgreSQL database; return how many rows.

    Raises RefusedMove.

    The source is locked meanwhile, so that nobody writes what would stay behind.
    """
    if connection.vendor != "postgresql":
        raise RefusedMove(_("DATABASE_URL debe ser la base PostgreSQL de destino (postgres://…)."))
    if not source_path.is_file():
        raise RefusedMove(_("No encontramos la base de origen %(name)s.") % {"name": source_path})
    source = open_source(source_path)
    try:
        lock_source(source)
        prepare_target()
        check_schemas(source)
        check_keys(source)
        check_target()
        check_values(source)
        with transaction.atomic():
            row_count = move_tables(source, say)
    finally:
        source.close()
    say(_("Rehaciendo el índice de búsqueda…"))
    call_command("update_index", verbosity=0)
    return row_count


def prepare_target() -> None:
    """Make the tables of the target.

    Raises RefusedMove for one that does not answer, or that a killed move left.
    """
    try:
        call_command("migrate", verbosity=0)
    except OperationalError as error:
        raise RefusedMove(
            _("La base de destino no responde: %(told)s. No se cambió nada.")
            % {"told": str(error).splitlines()[0]}
        ) from error
    except DatabaseError as error:
        raise RefusedMove(
            _(
                "La base de destino quedó a medias, quizá de un intento interrumpido. Crea otra "
                "base vacía y repite."
            )
        ) from error


def open_source(path: Path) -> SqliteWrapper:
    """Open an SQLite site beside the database in use."""
    address = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"timeout": 20},
    }
    return SqliteWrapper(connections.configure_settings({"default": address})["default"], "source")


def lock_source(source: SqliteWrapper) -> None:
    """Let nobody write in the source.

    Raises RefusedMove for a file that is no site, or that somebody holds.
    """
    try:
        with source.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
        is_site = "django_migrations" in source.introspection.table_names()
    except DatabaseError as error:
        words = {"name": source.settings_dict["NAME"], "told": str(error).splitlines()[0]}
        raise RefusedMove(
            _("No se puede leer %(name)s como base SQLite: %(told)s. No se cambió nada.") % words
        ) from error
    if not is_site:
        raise RefusedMove(
            _("%(name)s no es la base de un sitio de Puriq. No se cambió nada.")
            % {"name": source.settings_dict["NAME"]}
        )


def check_keys(source: SqliteWrapper) -> None:
    """Refuse to move documents that the keys of this site do not open."""
    path = Path(settings.PERSONAL_DATA_KEYS)
    with source.cursor() as cursor:
        cursor.execute(
            "SELECT document_type, document_cipher, document_index FROM accounts_user "
            "WHERE document_cipher <> '' LIMIT 1"
        )
        document = cursor.fetchone()
    if document and unopened(path, [document]):
        words = _(
            "Las claves de datos personales (%(name)s) no abren los documentos de ese sitio. Pon "
            "ahí el archivo de claves del sitio que pasas y repite. No se cambió nada."
        )
        raise RefusedMove(words % {"name": path})


def check_schemas(source: SqliteWrapper) -> None:
    """Refuse a source that another release made: its columns may differ."""
    theirs, ours = (applied_migrations(database) for database in (source, connection))
    if theirs != ours:
        other = ".".join(sorted(theirs ^ ours)[0])
        raise RefusedMove(
            _(
                "El origen no tiene las mismas migraciones (%(name)s). Ejecuta migrate en el "
                "origen y repite."
            )
            % {"name": other}
        )


def applied_migrations(database: BaseDatabaseWrapper) -> set[Row]:
    """Return (app, name) of every migration of a database."""
    with database.cursor() as cursor:
        cursor.execute(APPLIED)
        return set(cursor.fetchall())


def check_values(source: SqliteWrapper) -> None:
    """Refuse a source with values that this database does not take, each named by table, key and
    column.
    """
    refusals = [str(value) for table in tables() for value in refused_values(source, table.model)]
    if refusals:
        words = {"count": len(refusals), "values": "\n".join(refusals)}
        raise RefusedMove(
            ngettext(
                "PostgreSQL no acepta %(count)d valor. Corrígelo en el origen y "
                "repite:\n%(values)s",
                "PostgreSQL no acepta %(count)d valores. Corrígelos en el origen y "
                "repite:\n%(values)s",
                len(refusals),
            )
            % words
        )


def check_target() -> None:
    """Refuse a target that holds more than what migrations put there."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in settings.ROOMS and written_rows(model).exists():
            raise RefusedMove(
                _("El destino ya tiene datos (%(name)s). Crea una base vacía: no se cambió nada.")
                % {"name": model._meta.db_table}
            )


def written_rows(model: type[models.Model]) -> models.QuerySet[models.Model]:
    """Return the rows of a model that somebody wrote: migrations make the institution's own, which
    says nothing until it has a name.
    """
    rows = model._base_manager.all()
    return rows.exclude(name="") if model is Provider else rows


def tables() -> list[Table]:
    """Return every table that is copied; in the order of their names, because constraints wait
    until the end.
    """
    catalogue = []
    for model in apps.get_models(include_auto_created=True):
        if (
            not model._meta.proxy
            and model._meta.managed
            and model._meta.app_label not in REBUILT_APPS
        ):
            fields = tuple(model._meta.local_concrete_fields)
            json_at = tuple(
                place
                for place, field in enumerate(fields)
                if field.get_internal_type() == "JSONField"
            )
            catalogue.append(Table(model, model._meta.db_table, fields, json_at))
    return sorted(catalogue, key=lambda table: table.name)


def move_tables(source: SqliteWrapper, say: Say) -> int:
    """Copy and compare every table, then let the constraints speak and set the sequences."""
    all_tables = tables()
    total = 0
    with connection.cursor() as cursor:
        names = ", ".join(connection.ops.quote_name(table.name) for table in all_tables)
        cursor.execute(f"TRUNCATE {names} CASCADE")
        for table in all_tables:
            total += move_table(source, table, say)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in connection.ops.sequence_reset_sql(
            no_style(), [table.model for table in all_tables]
        ):
            cursor.execute(statement)
    return total


def move_table(source: SqliteWrapper, table: Table, say: Say) -> int:
    """Copy one table and read it again from the target; return its rows.

    Raises RefusedMove when both differ.
    """
    start, source_sum = time.monotonic(), Sum()
    try:
        # `copy` is the driver's own, so Django does not turn its errors into those of every
        # database by itself.
        with connection.wrap_database_errors, connection.cursor() as cursor:
            into = (
                f"COPY {connection.ops.quote_name(table.name)} ({table.columns(connection)}) "
                "FROM STDIN"
            )
            with cursor.copy(into) as copy:
                for row in read_rows(source, table):
                    source_sum.add(row, table.json_at)
                    copy.write_row(row)
    except DatabaseError as error:
        words = {"name": table.name, "told": str(error).splitlines()[0]}
        raise RefusedMove(
            _("PostgreSQL no acepta una fila de %(name)s: %(told)s. No se cambió nada.") % words
        ) from error
    target_sum = Sum()
    for row in read_rows(connection, table):
        target_sum.add(row, table.json_at)
    if target_sum != source_sum:
        raise RefusedMove(
            _("La tabla %(name)s no llegó igual. No se cambió nada.") % {"name": table.name}
        )
    if source_sum.rows:
        seconds = time.monotonic() - start
        say(f"{table.name}: {source_sum.rows}, {source_sum.digest:064x}, {seconds:.1f} s")
    return source_sum.rows


def read_rows(database: BaseDatabaseWrapper, table: Table) -> Iterator[Row]:
    """Yield the rows of a table as plain Python values: the database's own conversions, none of the
    model's.
    """
    conversions = [
        (place, database.ops.get_db_converters(column), column)
        for place, column in enumerate(field.get_col(table.name) for field in table.fields)
    ]
    busy = [conversion for conversion in conversions if conversion[1]]
    with database.chunked_cursor() as cursor:
        # The names are those of our own tables.
        source = database.ops.quote_name(table.name)
        cursor.execute(f"SELECT {table.columns(database)} FROM {source}")  # noqa: S608
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from (converted(row, busy, database) for row in rows)


def converted(
    row: Row, conversions: Iterable[tuple[int, list, Any]], database: BaseDatabaseWrapper
) -> Row:
    """Return one row after the conversions of its columns."""
    values = list(row)
    for place, converters, column in conversions:
        for convert in converters:
            values[place] = convert(values[place], column, database)
    return tuple(values)
