"""Keeps the SQL that Django writes for a hot read: asking again costs the database's work, not the writing of the same words.

Building a queryset and turning it into SQL costs up to ten times what SQLite needs to answer it, on every page and act
(decision 0012). What is kept is Django's own SQL and converters; only the values change from one call to the next.
"""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=Model | tuple[Any, ...])


class Slot(Expression):
    """The place of a value that is given with each call; `field` turns it into what the database takes."""

    def __init__(self, name: str, field: Field[Any, Any]):
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Leave the place open: the parameter is the slot itself."""
        return "%s", [self]


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
        kept: dict[Prepared[Any], Statement[Any]] = vars(connected).setdefault("prepared", {})
        if self not in kept:
            kept[self] = Statement(self.write(), connected)
        return list(kept[self].rows(values))

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
            self.related = get_related_populators(info, compiler.select, connected.alias)  # type: ignore[call-arg] # the stubs are of Django 6.1
            self.annotations = list(compiler.annotation_col_map.items())

    def rows(self, values: dict[str, Any]) -> Iterator[Row]:
        """Yield the objects, or the tuples, for these values."""
        connected = self.compiler.connection
        bound = [
            slot.output_field.get_db_prep_value(values[slot.name], connected) if isinstance(slot, Slot) else slot
            for slot in self.parameters
        ]
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
