"""Imports the official codes of the room's data files without ever deleting one."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from territory.models import Area, Dated, District, Province

DATA_FOLDER = Path(__file__).parent / "data"
Row = TypeVar("Row", bound=Dated)


@dataclass(frozen=True)
class TableReport:
    """What an import did to one table; `total` counts the codes of the file."""

    total: int
    added: int
    changed: int
    ended: int


@dataclass(frozen=True)
class ImportReport:
    """What an import did, table by table."""

    areas: TableReport
    provinces: TableReport
    districts: TableReport


@transaction.atomic
def import_territories(*, today: date | None = None, folder: Path = DATA_FOLDER) -> ImportReport:
    """Make the three tables equal to the files of `folder`; codes absent there end on `today` and
    stay.

    Running it again changes nothing. A code that comes back is in force again. `today` defaults to
    today in Lima.
    """
    today = today or timezone.localdate()
    areas = [_area(row) for row in _rows(folder / "areas.csv")]
    provinces = [_province(row) for row in _rows(folder / "provinces.csv")]
    area_of = {province.code: province.area_id for province in provinces}
    districts = [_district(row, area_of) for row in _rows(folder / "districts.csv")]
    return ImportReport(
        areas=_store(Area, areas, today),
        provinces=_store(Province, provinces, today),
        districts=_store(District, districts, today),
    )


def _store(model: type[Row], rows: list[Row], today: date) -> TableReport:
    rows_by_code = model.objects.in_bulk()
    additions = [row for row in rows if row.pk not in rows_by_code]
    changes = [
        row
        for row in rows
        if row.pk in rows_by_code and _values(row) != _values(rows_by_code[row.pk])
    ]
    absent = rows_by_code.keys() - {row.pk for row in rows}
    endings = model.objects.in_force().filter(pk__in=absent).update(valid_to=today)
    model.objects.bulk_create(
        additions + changes,
        update_conflicts=True,
        unique_fields=[model._meta.pk.name],
        update_fields=[
            field.name for field in model._meta.concrete_fields if not field.primary_key
        ],
    )
    return TableReport(total=len(rows), added=len(additions), changed=len(changes), ended=endings)


def _values(row: Dated) -> list[Any]:
    return [getattr(row, field.attname) for field in row._meta.concrete_fields]


def _rows(file: Path) -> Iterable[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _area(row: dict[str, str]) -> Area:
    return Area(
        code=row["code"],
        name=row["name"],
        slug=row["slug"],
        reniec_code=row["reniec_code"],
        tile_row=int(row["tile_row"]),
        tile_column=int(row["tile_column"]),
        **_validity(row),
    )


def _province(row: dict[str, str]) -> Province:
    return Province(
        code=row["inei_code"],
        reniec_code=row["reniec_code"],
        name=row["name"],
        area_id=row["area_code"],
        **_validity(row),
    )


def _district(row: dict[str, str], area_of: dict[str, str]) -> District:
    return District(
        code=row["inei_code"],
        reniec_code=row["reniec_code"],
        name=row["name"],
        province_id=row["province_code"],
        area_id=area_of[row["province_code"]],
        **_validity(row),
    )


def _validity(row: dict[str, str]) -> dict[str, date | None]:
    return {
        column: date.fromisoformat(row[column]) if row[column] else None
        for column in ("valid_from", "valid_to")
    }
