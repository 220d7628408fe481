"""Keeps the SQL that Django writes for a hot read: asking again costs the work of the database, not
the writing of the same words.

Building a queryset and turning it into SQL costs up to ten times what SQLite needs to answer it
(decision 0012). What is kept is Django's own SQL and converters; only the values change from one
call to the next. With `PREPARED_QUERIES = False` every read is a plain queryset, with the same rows
and the same refusals.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Model, QuerySet, query
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row", bound=Model)
# A Django that has it no more is asked in plain querysets: slower, and right.
CAN_BE_PREPARED = hasattr(query, "get_related_populators")
given_values: ContextVar[dict[str, Any] | None] = ContextVar("given_values", default=None)


class CannotBePrepared(TypeError):
    """The queryset asks for something that one kept statement cannot give."""


class Parameter(Expression):
    """The place of a value that is given with each call; `field` turns it into what the database
    takes.
    """

    def __init__(self, name: str, field: Field[Any, Any]):
        super().__init__(output_field=field)
        self.name = name

    # The stubs say what Django 6.1 takes; 5.2 joins lists.
    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        """Leave the place open: the parameter is this object itself, or its value where values are
        given.
        """
        values = given_values.get()
        return "%s", [self if values is None else self.bound(values, connection)]

    def bound(self, values: dict[str, Any], connection: BaseDatabaseWrapper) -> Any:
        """Return the value as the database takes it. Raises KeyError for one that was not given."""
        return self.output_field.get_db_prep_value(values[self.name], connection)


class PreparedQuery(Generic[Row]):
    """A read written once: `build` returns the queryset, with a Parameter where a value comes
    later; calling gives its objects.

    Raises CannotBePrepared, at the first call, for what needs more than one statement or gives no
    objects: `prefetch_related`, `values`, `values_list`, and combined querysets.
    """

    choose_database = staticmethod(router.db_for_read)

    def __init__(self, build: Callable[[], QuerySet[Row]]):
        self.build = build
        self.model: type[Row] | None = None

    def __call__(self, **values: Any) -> list[Row]:
        """Return the objects for these values, one for each Parameter. One statement."""
        alias = self._alias()
        if not settings.PREPARED_QUERIES or not CAN_BE_PREPARED:
            return self._plain(values, alias)
        connection = connections[alias]
        # Kept with the connection, of which every thread has its own, and gone with it.
        queries: dict[PreparedQuery[Any], CompiledQuery[Any]] = vars(connection).setdefault(
            "prepared", {}
        )
        if self not in queries:
            queries[self] = CompiledQuery(self._checked().using(alias), connection)
        return list(queries[self].rows(values))

    def first(self, **values: Any) -> Row | None:
        """Return the first object for these values, or None."""
        return next(iter(self(**values)), None)

    def _alias(self) -> str:
        """Return the database that the router names for this read, asked anew with each call."""
        if self.model is None:
            self.model = self.build().model
        return self.choose_database(self.model)

    def _checked(self) -> QuerySet[Row]:
        queryset = self.build()
        if queryset.query.combinator:
            raise CannotBePrepared("a combined queryset is more than one statement")
        if queryset.query.values_select or queryset.query.group_by:
            raise CannotBePrepared("values and groups give no objects")
        if queryset._prefetch_related_lookups:  # type: ignore[attr-defined] # no public way to ask
            raise CannotBePrepared("prefetch_related is more than one statement")
        return queryset

    def _plain(self, values: dict[str, Any], alias: str) -> list[Row]:
        with given(values):
            return list(self._checked().using(alias))


class LockingQuery(PreparedQuery[Row]):
    """A read that locks its rows by the same statement, until the caller's transaction ends:
    `build` says which.
    """

    choose_database = staticmethod(router.db_for_write)

    def __call__(self, **values: Any) -> list[Row]:
        """Lock and return the rows.

        Raises TransactionManagementError outside a transaction, every time.
        """
        if not connections[self._alias()].in_atomic_block:
            raise TransactionManagementError(
                "A locked read needs a transaction: the lock ends with it."
            )
        return super().__call__(**values)


class LockedQuery(LockingQuery[Row]):
    """A read of rows that are locked first.

    The lock is a statement of its own, because on PostgreSQL one that waited still sees other
    tables as they were before it waited. SQLite locks the whole file when the transaction begins
    and is asked nothing.
    """

    def __init__(self, rows: Callable[[], QuerySet[Row]], build: Callable[[], QuerySet[Row]]):
        """`rows` returns what to lock, `build` the read that follows; both take the same values."""
        super().__init__(build)
        self.lock: LockingQuery[Row] = LockingQuery(
            lambda: rows().select_for_update(of=("self",)).only("pk")
        )

    def __call__(self, **values: Any) -> list[Row]:
        """Lock the rows and return what is read then.

        Raises TransactionManagementError outside a transaction, every time.
        """
        if connections[self._alias()].features.has_select_for_update:
            self.lock(**values)
        return super().__call__(**values)


@contextmanager
def given(values: dict[str, Any]) -> Iterator[None]:
    """Let every Parameter stand for its value while a queryset is asked."""
    token = given_values.set(values)
    try:
        yield
    finally:
        given_values.reset(token)


class CompiledQuery(Generic[Row]):
    """The SQL of one queryset on one connection, and how its rows become objects with their related
    ones.
    """

    def __init__(self, queryset: QuerySet[Row], connection: BaseDatabaseWrapper):
        compiler = queryset.query.get_compiler(connection=connection)
        self.sql, self.parameters = compiler.as_sql()
        self.compiler = compiler
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        info = compiler.klass_info
        self.model: type[Row] = info["model"]
        self.start, self.end = info["select_fields"][0], info["select_fields"][-1] + 1
        self.names = [column[0].target.attname for column in compiler.select[self.start : self.end]]
        self.related = related_populators(info, compiler.select, connection.alias)
        self.annotations = list(compiler.annotation_col_map.items())

    def rows(self, values: dict[str, Any]) -> Iterator[Row]:
        """Yield the objects for these values."""
        connection = self.compiler.connection
        bound = [
            one.bound(values, connection) if isinstance(one, Parameter) else one
            for one in self.parameters
        ]
        with values_apart(connection), connection.cursor() as cursor:
            cursor.execute(self.sql, bound)
            records = cursor.fetchall()
        for row in (
            self.compiler.apply_converters(records, self.converters) if self.converters else records
        ):
            yield self._object(row)

    def _object(self, row: Any) -> Row:
        row_object = self.model.from_db(
            self.compiler.connection.alias, self.names, row[self.start : self.end]
        )
        for populator in self.related:
            populator.populate(row, row_object)
        for name, place in self.annotations:
            setattr(row_object, name, row[place])
        return row_object


@contextmanager
def values_apart(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Send values beside a statement instead of in its text, where there is a server: it reads and
    plans what it is often asked once for each connection, and keeps it.

    Only here: of all that Django asks, some has more values than a server takes apart (65,535). Not
    where statements are written down: Django knows no text of one that is kept.
    """
    if connection.vendor != "postgresql" or connection.queries_logged:
        yield
        return
    from psycopg import Cursor  # noqa: PLC0415 - SQLite does without psycopg

    connection.ensure_connection()
    session = connection.connection
    usual, session.cursor_factory = session.cursor_factory, Cursor
    try:
        yield
    finally:
        session.cursor_factory = usual


def related_populators(info: Any, select: Any, alias: str) -> list[Any]:
    """Return what fills related objects out of a row.

    Django 6.1 asks besides how fields that were left out are fetched later.
    """
    fetch_one = getattr(models, "FETCH_ONE", None)
    later: tuple[Any, ...] = () if fetch_one is None else (fetch_one,)
    return query.get_related_populators(info, select, alias, *later)
