"""Repeats what was built in a database once: publishing the small course takes Wagtail a second,
writing its rows again some milliseconds.

Every row that a build adds, changes or takes away is remembered by the process. Where the database
is not as it was before that build, the build is done again.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from wagtail.models import Locale, Site

# Filled by triggers of the table beside it.
NOT_OURS = {"wagtailsearch_indexentry_fts"}
Row = tuple[Any, ...]
Rows = dict[Any, Row]


@dataclass(frozen=True)
class Table:
    """A table of a model: its columns, and which of them is the key."""

    name: str
    columns: tuple[str, ...]
    key: int

    def rows(self, keys: list[Any] | None = None) -> Rows:
        """Return its rows by key: all of them, or those of some keys."""
        quote = connection.ops.quote_name
        # As an expression, so that SQLite's driver gives what is stored and no date of its own.
        sign = "+" if connection.vendor == "sqlite" else ""
        columns = ", ".join(sign + quote(column) for column in self.columns)
        # Names of our own models, quoted: a database takes no name as a parameter.
        sql, values = f"SELECT {columns} FROM {quote(self.name)}", keys or []  # noqa: S608
        if keys:
            places = ", ".join(["%s"] * len(keys))
            sql += f" WHERE {quote(self.columns[self.key])} IN ({places})"
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return {row[self.key]: tuple(row) for row in cursor.fetchall()}

    def write(self, rows: list[Row]) -> None:
        """Add rows."""
        quote = connection.ops.quote_name
        columns = ", ".join(map(quote, self.columns))
        places = ", ".join(["%s"] * len(self.columns))
        sql = f"INSERT INTO {quote(self.name)} ({columns}) VALUES ({places})"  # noqa: S608 - as above
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)

    def remove(self, keys: list[Any]) -> None:
        """Take rows away."""
        quote = connection.ops.quote_name
        places = ", ".join(["%s"] * len(keys))
        key = quote(self.columns[self.key])
        sql = f"DELETE FROM {quote(self.name)} WHERE {key} IN ({places})"  # noqa: S608 - as above
        with connection.cursor() as cursor:
            cursor.execute(sql, keys)


@cache
def all_tables() -> tuple[Table, ...]:
    """Return the table of every model, once."""
    tables = {}
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if options.managed and not options.proxy and options.db_table not in NOT_OURS:
            fields = [field for field in options.local_concrete_fields if not field.generated]
            key = [field.primary_key for field in fields].index(True)
            columns = tuple(field.column for field in fields)
            tables[options.db_table] = Table(options.db_table, columns, key)
    return tuple(tables.values())


@dataclass(frozen=True)
class Difference:
    """What a build did to one table."""

    table: Table
    added: Rows
    changed: Rows
    former: Rows  # what was changed or removed, as it was

    def fits(self) -> bool:
        """Say whether the table is, where it matters, as it was before the build."""
        keys = [*self.added, *self.former]
        return self.table.rows(keys) == self.former

    def repeat(self) -> None:
        """Do to the table what the build did; a row that changed is written anew."""
        if self.former:
            self.table.remove(list(self.former))
        rows = [*self.added.values(), *self.changed.values()]
        if rows:
            self.table.write(rows)


@dataclass(frozen=True)
class Memory:
    """What one build returned, and what it did to every table."""

    value: Any
    differences: list[Difference]
    # Content types and languages, which rows name by their identifiers.
    ground: list[Row]


memories: dict[Hashable, Memory] = {}


def remembered(name: Hashable, build: Callable[[], Any]) -> Any:
    """Build, or repeat what the build of that name did; return what it returned."""
    memory = memories.get(name)
    if memory and is_as_before(memory):
        repeat(memory)
        return memory.value
    forget(name)
    before = {table: table.rows() for table in all_tables()}
    value = build()
    differences = [difference(table, rows, table.rows()) for table, rows in before.items()]
    memories[name] = Memory(
        value, [one for one in differences if one.added or one.former], ground()
    )
    return value


def forget(name: Hashable) -> None:
    """Forget a build, and every later one: it may name rows that are about to be built anew."""
    names = list(memories)
    for later in names[names.index(name) :] if name in memories else []:
        del memories[later]


def is_as_before(memory: Memory) -> bool:
    """Say whether the database is as it was when that was built."""
    return memory.ground == ground() and all(one.fits() for one in memory.differences)


def repeat(memory: Memory) -> None:
    """Write what the build wrote; the database checks references at the end."""
    with transaction.atomic():
        for one in memory.differences:
            one.repeat()
        reset_sequences(memory)
    Site.clear_site_root_paths_cache()


def reset_sequences(memory: Memory) -> None:
    """Let the next identifiers follow those that were written."""
    names = {one.table.name for one in memory.differences if one.added}
    models = connection.introspection.installed_models(names)
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)


def difference(table: Table, before: Rows, after: Rows) -> Difference:
    """Return what became of a table."""
    return Difference(
        table,
        added={key: row for key, row in after.items() if key not in before},
        changed={key: row for key, row in after.items() if before.get(key, row) != row},
        former={key: row for key, row in before.items() if after.get(key) != row},
    )


def ground() -> list[Row]:
    """Return what every build stands on."""
    kinds = ContentType.objects.order_by("pk").values_list("pk", "app_label", "model")
    return [*kinds, *Locale.objects.order_by("pk").values_list("pk", "language_code")]
