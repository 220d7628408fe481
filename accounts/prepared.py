"""Keeps the SQL that Django writes for a hot read: asking again costs the database's work, not the writing of the same words.

Building a queryset and turning it into SQL costs up to ten times what SQLite needs to answer it, on every page and act
(decision 0012). What is kept is Django's own SQL and converters; only the values change from one call to the next.
A Django whose insides have moved is asked by plain querysets: slower, with the same rows.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Model, QuerySet, query
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=Model | tuple[Any, ...])
given_values: ContextVar[dict[str, Any] | None] = ContextVar("given_values", default=None)
logger = logging.getLogger(__name__)


class Slot(Expression):
    """The place of a value that is given with each call; `field` turns it into what the database takes."""

    def __init__(self, name: str, field: Field[Any, Any]):
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Leave the place open: the parameter is the slot itself, or its value where values are given."""
        values = given_values.get()
        return "%s", [self if values is None else self.bound(values, connection)]

    def bound(self, values: dict[str, Any], connection: BaseDatabaseWrapper) -> Any:
        """Return the value of this slot as the database takes it."""
        return self.output_field.get_db_prep_value(values[self.name], connection)


class Prepared(Generic[Row]):
    """A read written once: `write` returns the queryset, with a Slot where a value comes later; calling gives its rows.

    A queryset of `values_list` gives tuples, without the price of an object for each row.
    """

    def __init__(self, write: Callable[[], QuerySet[Any, Row]]):
        self.write = write

    def __call__(self, **values: Any) -> list[Row]:
        """Return the rows for these values, one for each Slot. One statement."""
        connected = connections[DEFAULT_DB_ALIAS]
        # Kept with the connection, of which every thread has its own, and gone with it.
        kept: dict[Prepared[Any], Statement[Any] | PlainRead[Any]] = vars(connected).setdefault("prepared", {})
        if self not in kept:
            kept[self] = self._statement(connected)
        return list(kept[self].rows(values))

    def _statement(self, connected: BaseDatabaseWrapper) -> "Statement[Row] | PlainRead[Row]":
        try:
            return Statement(self.write(), connected)
        except (AttributeError, TypeError):
            logger.warning("This Django cannot be asked by prepared reads: plain ones serve, at a higher price.", exc_info=True)
            return PlainRead(self.write)

    def first(self, **values: Any) -> Row | None:
        """Return the first row for these values, or None."""
        return next(iter(self(**values)), None)


class HeldRead(Prepared[Row]):
    """A prepared read of rows that are locked first, until the caller's transaction ends.

    The lock is a statement of its own, because on PostgreSQL one that waited still sees other tables as they were before
    it waited. SQLite locks the whole file when the transaction begins and is asked nothing.
    """

    def __init__(self, hold: Callable[[], QuerySet[Any]], write: Callable[[], QuerySet[Any, Row]]):
        """`hold` returns the rows to lock, `write` the read that follows; both take the same values."""
        super().__init__(write)
        self.hold: Prepared[Any] = Prepared(lambda: hold().select_for_update(of=("self",)).only("pk"))

    def __call__(self, **values: Any) -> list[Row]:
        """Lock the rows and return what is read then."""
        if connections[DEFAULT_DB_ALIAS].features.has_select_for_update:
            self.hold(**values)
        return super().__call__(**values)


@contextmanager
def filled(values: dict[str, Any]) -> Iterator[None]:
    """Let every slot stand for its value while a queryset is asked."""
    token = given_values.set(values)
    try:
        yield
    finally:
        given_values.reset(token)


class PlainRead(Generic[Row]):
    """The same read written again for each call."""

    def __init__(self, write: Callable[[], QuerySet[Any, Row]]):
        self.write = write

    def rows(self, values: dict[str, Any]) -> Iterator[Row]:
        """Yield the objects, or the tuples, for these values."""
        with filled(values):
            rows = list(self.write())
        yield from rows


class Statement(Generic[Row]):
    """The SQL of one queryset on one connection, and how its rows become objects with their related ones."""

    def __init__(self, queryset: QuerySet[Any, Row], connected: BaseDatabaseWrapper):
        compiler = queryset.query.get_compiler(connection=connected)
        self.sql, self.parameters = compiler.as_sql()
        self.compiler = compiler
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        if queryset.query.values_select:
            self.make: Callable[[Any], Any] = tuple
        else:
            self.make, info = self._object, compiler.klass_info
            self.model: type[Model] = info["model"]
            self.start, self.end = info["select_fields"][0], info["select_fields"][-1] + 1
            self.names = [column[0].target.attname for column in compiler.select[self.start : self.end]]
            # The stubs are of Django 6.1, which wants one argument more than 5.2 has.
            self.related = query.get_related_populators(info, compiler.select, connected.alias)  # type: ignore[call-arg]
            self.annotations = list(compiler.annotation_col_map.items())

    def rows(self, values: dict[str, Any]) -> Iterator[Row]:
        """Yield the objects, or the tuples, for these values."""
        connected = self.compiler.connection
        bound = [slot.bound(values, connected) if isinstance(slot, Slot) else slot for slot in self.parameters]
        with connected.cursor() as cursor:
            cursor.execute(self.sql, bound)
            found = cursor.fetchall()
        for row in self.compiler.apply_converters(found, self.converters) if self.converters else found:
            yield self.make(row)

    def _object(self, row: Any) -> Model:
        made = self.model.from_db(self.compiler.connection.alias, self.names, row[self.start : self.end])
        for populator in self.related:
            populator.populate(row, made)
        for name, place in self.annotations:
            setattr(made, name, row[place])
        return made
