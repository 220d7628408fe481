"""Finds the values of an SQLite site that PostgreSQL would refuse: all at once, before a row is
moved.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class RefusedValue:
    """One value, named so that it can be found and mended; the value itself may be personal and
    stays untold.
    """

    table: str
    key: str
    column: str
    reason: str

    def __str__(self):
        return f"{self.table}, {self.key}, {self.column}: {self.reason}"


def refused_values(
    source: BaseDatabaseWrapper, model: type[models.Model]
) -> Iterator[RefusedValue]:
    """Yield what PostgreSQL refuses in the table of a model: texts longer than their column, and
    texts with NUL.
    """
    for field in model._meta.local_concrete_fields:
        if not isinstance(field, models.CharField | models.TextField | models.JSONField):
            continue
        for reason, condition in _reasons(source, field):
            yield from _rows(source, model, field, reason, condition)


def _reasons(source: BaseDatabaseWrapper, field: models.Field) -> Iterator[tuple[str, str]]:
    column = source.ops.quote_name(str(field.column))
    if isinstance(field, models.JSONField):
        yield "NUL", f"instr({column}, '\\u0000') > 0"
        return
    yield "NUL", f"instr({column}, char(0)) > 0"
    if field.max_length and isinstance(field, models.CharField):
        yield f"> {field.max_length}", f"length({column}) > {field.max_length:d}"


def _rows(
    source: BaseDatabaseWrapper,
    model: type[models.Model],
    field: models.Field,
    reason: str,
    condition: str,
) -> Iterator[RefusedValue]:
    table, key = model._meta.db_table, source.ops.quote_name(str(model._meta.pk.column))
    with source.cursor() as cursor:
        # Names of our tables.
        cursor.execute(f"SELECT {key} FROM {source.ops.quote_name(table)} WHERE {condition}")  # noqa: S608
        for (pk,) in cursor.fetchall():
            yield RefusedValue(table, str(pk), str(field.column), reason)
