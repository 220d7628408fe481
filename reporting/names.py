"""Reads the names of places, institutions and courses that figures show, and their addresses."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.core.cache import cache
from django.db.models import Model, Subquery
from django.urls import reverse

from accounts.models import Organisation
from accounts.permissions import Scope
from courses.editions import outline_of
from courses.models import CourseHead
from lib.prepared import PreparedQuery
from lib.replica import reads_from_replica
from reporting.models import ActivityCount
from reporting.permissions import sees_area
from territory.models import Area, District, Province

# Official names change once a year; a process may show an old one for this long (seconds) after an
# import.
NAMES_KEPT = 600


@dataclass(frozen=True)
class AreaName:
    """An area as a page names it, with its place in the grid of tiles."""

    code: str
    name: str
    slug: str
    tile_row: int
    tile_column: int


@dataclass(frozen=True)
class CourseName:
    """A course that a reader may filter by."""

    id: int
    slug: str
    title: str


# A page of the nation links 26 areas, a page of an area up to 20 provinces: to make their addresses
# anew cost an eighth of it.
@lru_cache(maxsize=512)
def address_of(*steps: str) -> str:
    """Return the address of the figures of an area (its slug), or of a province in it (its
    code).
    """
    return reverse(("reporting:area", "reporting:province")[len(steps) - 1], args=steps)


def areas() -> tuple[AreaName, ...]:
    """Return every area in force by name.

    No statement when the process asked within ten minutes.
    """
    return areas_during(turn_of_names())


def province_names(area_code: str) -> dict[str, str]:
    """Return the provinces of an area in force by code; kept like the areas."""
    return names_during(turn_of_names(), Province, area=area_code)


def district_names(province_code: str) -> dict[str, str]:
    """Return the districts of a province in force by code; kept like the areas."""
    return names_during(turn_of_names(), District, province=province_code)


def turn_of_names() -> int:
    """Return a number that changes when it is time to read names again."""
    return int(time.monotonic() // NAMES_KEPT)


@lru_cache(maxsize=1)
@reads_from_replica()
def areas_during(turn: int) -> tuple[AreaName, ...]:
    """Return the areas as they were when first asked in a turn."""
    rows = Area.objects.in_force().values_list("code", "name", "slug", "tile_row", "tile_column")
    return tuple(AreaName(*row) for row in rows)


@lru_cache(maxsize=512)
@reads_from_replica()
def names_during(turn: int, model: type[Model], **within: str) -> dict[str, str]:
    """Return the names below one place as they were when first asked in a turn."""
    return dict(model._default_manager.filter(valid_to=None, **within).values_list("code", "name"))


@reads_from_replica()
def institution_names(keys: set[str]) -> dict[str, str]:
    """Return the names of institutions by the text of their identifier; kept like the areas, one
    statement for those not kept.
    """
    entries = {f"reporting:institution:{key}": key for key in keys}
    names = {entries[place]: name for place, name in cache.get_many(list(entries)).items()}
    if missing := [int(key) for key in keys - names.keys() if key.isdecimal()]:
        read = {
            str(pk): name
            for pk, name in Organisation.objects.filter(pk__in=missing).values_list("pk", "name")
        }
        cache.set_many(
            {f"reporting:institution:{key}": name for key, name in read.items()}, NAMES_KEPT
        )
        names |= read
    return names


def areas_in(scopes: Sequence[Scope]) -> list[AreaName]:
    """Return every area of which a reader may see at least a part."""
    return [area for area in areas() if sees_area(scopes, area.code)]


_published_heads = PreparedQuery(
    lambda: CourseHead.objects.exclude(latest_edition=None).annotate(
        counted_at=Subquery(ActivityCount.objects.values("counted_at")[:1])
    )
)


@reads_from_replica()
def courses_and_count() -> tuple[tuple[CourseName, ...], datetime | None]:
    """Return every course that was ever published, and when the active were counted last.

    One statement.
    """
    heads = _published_heads()
    courses = tuple(
        CourseName(head.pk, head.slug, outline_of(head.latest_edition_id).title) for head in heads
    )
    # The read above adds the moment of the count.
    counted_at = heads[0].counted_at if heads else None  # type: ignore[attr-defined]
    return courses, counted_at
