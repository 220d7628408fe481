"""Reads figures by territory: tallies and the differences not folded yet, in one statement inside
the reader's scope.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime
from datetime import time as clock
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import (
    CharField,
    Count,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.permissions import Scope
from courses.editions import outline_of
from courses.models import CourseHead
from learning.models import Enrolment
from lib.prepared import PreparedQuery
from reporting.counts import MEASURES, Counts, add
from reporting.models import ActivityCount, Difference, Tally
from reporting.permissions import inside, of_kinds, sees_area
from reporting.tables import Line
from territory.models import Area, District, Province

# Official names change once a year; a process may show an old one for this long (seconds) after an
# import.
NAMES_KEPT = 600
NO_INSTITUTION = 0


@dataclass(frozen=True)
class Filters:
    """What a reader chose, all of it together: a course, a kind of institution, and the days
    between which people completed.

    The days reach as far as whole months do.
    """

    course_id: int | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def has_period(self) -> bool:
        """True when either end of a period was given."""
        return bool(self.since or self.until)

    @property
    def completed_within(self) -> Q:
        """The condition on enrolments that were completed in the months of Lima which the period
        touches.
        """
        condition = Q(completed_at__isnull=False)
        if self.since:
            condition &= Q(completed_at__gte=month_start(self.since))
        if self.until and self.until.year < MAXYEAR:
            years, months = divmod(self.until.year * 12 + self.until.month, 12)
            condition &= Q(completed_at__lt=month_start(date(years, months + 1, 1)))
        return condition


@dataclass(frozen=True, eq=False)
class Report:
    """The figures of one page: the total, its rows, and below a province also its institutions;
    `areas` are those of the reader.
    """

    total: Line
    lines: list[Line]
    institutions: list[Line]
    areas: Sequence["AreaName"] = ()


@dataclass(frozen=True)
class Spot:
    """The place that one page is about, by its codes: nothing for all places, an area, or a
    province of it.
    """

    area: str = ""
    province: str = ""

    @property
    def rows(self) -> tuple[str, ...]:
        """What tells the rows of the page apart."""
        if self.province:
            return ("district_code", "institution")
        return ("province",) if self.area else ("area",)

    @property
    def within(self) -> dict[str, str]:
        """The condition on what lies in this place."""
        return {
            name: code for name, code in (("area", self.area), ("province", self.province)) if code
        }


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


def report(
    scopes: list[Scope], filters: Filters, area: AreaName | None = None, province: str = ""
) -> Report:
    """Return the figures inside the scopes for all places, one area, or one province of it (its
    code).
    """
    found = counts_by_row(scopes, filters, Spot(area.code if area else "", province))
    areas_seen = areas_in(scopes)
    total = Line("", area.name if area else "", add(found.values()))
    lines = _lines(_below(areas_seen, area, province), _grouped_by_first(found))
    return Report(total, lines, _institutions(found, province) if province else [], areas_seen)


def counts_by_row(
    scopes: list[Scope], filters: Filters, spot: Spot
) -> dict[tuple[Any, ...], Counts]:
    """Return the counts inside the scopes by what tells the rows of a page apart.

    One statement, so that a fold in the same moment is seen wholly or not at all.
    """
    if not scopes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(*_statement(tuple(scopes), filters, spot, connection.vendor))
        rows, width = cursor.fetchall(), len(spot.rows)
    found: dict[tuple[Any, ...], Counts] = {}
    for row in rows:
        place, counts = tuple(row[:width]), Counts(*map(int, row[width:]))
        found[place] = found[place] + counts if place in found else counts
    return found


@lru_cache(maxsize=512)
def _statement(
    scopes: tuple[Scope, ...], filters: Filters, spot: Spot, vendor: str
) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL of the counts and its values: written once for each question, because writing
    it costs more than asking.

    Tallies keep no dates: with a period, who completed is counted from the enrolments of those
    months.
    """
    completed = _nothing() if filters.has_period else Sum("completed")
    tallies = Tally.objects.annotate(area=F("area_code"), province=F("province_code"))
    parts = [
        _counted(
            tallies,
            scopes,
            filters,
            spot,
            Sum("assigned"),
            Sum("active"),
            completed,
            Sum("certified"),
        ),
        _counted(
            _placed(Difference.objects.all()),
            scopes,
            filters,
            spot,
            Sum("assigned"),
            _nothing(),
            completed,
            Sum("certified"),
        ),
    ]
    if filters.has_period:
        enrolments = Enrolment.objects.exclude(state=Enrolment.State.WITHDRAWN).filter(
            filters.completed_within
        )
        parts.append(
            _counted(
                _placed(enrolments),
                scopes,
                filters,
                spot,
                _nothing(),
                _nothing(),
                Count("pk"),
                _nothing(),
            )
        )
    return parts[0].union(*parts[1:], all=True).query.sql_with_params()


def _counted(
    rows: QuerySet[Any], scopes: Sequence[Scope], filters: Filters, spot: Spot, *sums: Any
) -> QuerySet[Any]:
    """Keep what lies inside the scopes, the filters and the place, and sum it by row; `sums` are in
    the order of the measures.
    """
    rows = rows.filter(inside(scopes), **spot.within).order_by()
    if filters.course_id is not None:
        rows = rows.filter(course_id=filters.course_id)
    if filters.kind:
        rows = rows.filter(of_kinds([filters.kind]))
    rows = rows.annotate(institution=Coalesce(F("organisation_id"), Value(NO_INSTITUTION)))
    names = [f"sum_{name}" for name in MEASURES]
    # Again under names of our own: a model's own column and an annotation do not stand in one order
    # in a union.
    by_row = {f"in_{name}": F(name) for name in spot.rows}
    grouped = (
        rows.annotate(**by_row).values(*by_row).annotate(**dict(zip(names, sums, strict=True)))
    )
    return grouped.values_list(*by_row, *names)


def _nothing() -> Sum:
    return Sum(Value(0, output_field=IntegerField()))


def _placed(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add area and province to rows that know only their district."""
    district = District.objects.filter(pk=OuterRef("district_code"))
    return rows.annotate(
        area=_text(Subquery(district.values("area_id"))),
        province=_text(Subquery(district.values("province_id"))),
    )


def _text(expression: Any) -> Coalesce:
    """Return an expression as text, empty where there is nothing."""
    return Coalesce(expression, Value(""), output_field=CharField())


def month_start(day: date) -> datetime:
    """Return when the month of a day begins in Lima."""
    return timezone.make_aware(datetime.combine(day.replace(day=1), clock.min))


def _grouped_by_first(found: Mapping[tuple[Any, ...], Counts]) -> dict[str, Counts]:
    """Return the counts by the first of what tells rows apart."""
    grouped: dict[str, Counts] = {}
    for (first, *_rest), counts in found.items():
        grouped[first] = grouped[first] + counts if first in grouped else counts
    return grouped


# A page of the nation links 26 areas, a page of an area up to 20 provinces: to make their addresses
# anew cost an eighth of it.
@lru_cache(maxsize=512)
def address_of(*steps: str) -> str:
    """Return the address of the figures of an area (its slug), or of a province in it (its
    code).
    """
    return reverse(("reporting:area", "reporting:province")[len(steps) - 1], args=steps)


def _below(
    areas_seen: Sequence[AreaName], area: AreaName | None, province: str
) -> dict[str, tuple[str, str]]:
    """Return name and address of every row that a page lists, with people or without, by its
    code.
    """
    if area is None:
        return {found.code: (found.name, address_of(found.slug)) for found in areas_seen}
    if not province:
        names = province_names(area.code).items()
        return {code: (name, address_of(area.slug, code)) for code, name in names}
    return {code: (name, "") for code, name in district_names(province).items()}


def _lines(below: Mapping[str, tuple[str, str]], found: Mapping[str, Counts]) -> list[Line]:
    """Return a line for every place below and, where anybody is counted elsewhere, one for each of
    these places.
    """
    lines = [
        Line(code, name, found.get(code, Counts()), url) for code, (name, url) in below.items()
    ]
    elsewhere = {
        code: counts for code, counts in found.items() if code not in below and has_anybody(counts)
    }
    return [
        *lines,
        *(Line(code, _("Sin entidad declarada"), counts) for code, counts in elsewhere.items()),
    ]


def has_anybody(counts: Counts) -> bool:
    """True where anybody is counted: a tally of those who all withdrew is left as noughts."""
    return bool(counts.assigned or counts.completed)


def _institutions(found: Mapping[tuple[Any, ...], Counts], province: str) -> list[Line]:
    """Return the institutions of a province in which anybody is counted, however few; never names
    of people.
    """
    names, districts = (
        institution_names({str(institution) for _district, institution in found}),
        district_names(province),
    )
    unknown = _("Sin entidad declarada")
    return [
        Line(
            str(institution),
            names.get(str(institution), unknown),
            counts,
            note=districts.get(district, unknown),
        )
        for (district, institution), counts in found.items()
        if has_anybody(counts)
    ]


def areas() -> tuple[AreaName, ...]:
    """Return every area in force by name.

    No statement when the process asked within ten minutes.
    """
    return areas_during(_turn())


def province_names(area_code: str) -> dict[str, str]:
    """Return the provinces of an area in force by code; kept like the areas."""
    return names_during(_turn(), Province, area=area_code)


def district_names(province_code: str) -> dict[str, str]:
    """Return the districts of a province in force by code; kept like the areas."""
    return names_during(_turn(), District, province=province_code)


def _turn() -> int:
    """Return a number that changes when it is time to read names again."""
    return int(time.monotonic() // NAMES_KEPT)


@lru_cache(maxsize=1)
def areas_during(turn: int) -> tuple[AreaName, ...]:
    """Return the areas as they were when first asked in a turn."""
    rows = Area.objects.in_force().values_list("code", "name", "slug", "tile_row", "tile_column")
    return tuple(AreaName(*row) for row in rows)


@lru_cache(maxsize=512)
def names_during(turn: int, model: type[Model], **within: str) -> dict[str, str]:
    """Return the names below one place as they were when first asked in a turn."""
    return dict(model._default_manager.filter(valid_to=None, **within).values_list("code", "name"))


def institution_names(keys: set[str]) -> dict[str, str]:
    """Return the names of institutions by the text of their identifier; kept like the areas, one
    statement for those not kept.
    """
    kept = {f"reporting:institution:{key}": key for key in keys}
    names = {kept[place]: name for place, name in cache.get_many(list(kept)).items()}
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


_published = PreparedQuery(
    lambda: CourseHead.objects.exclude(latest_edition=None).annotate(
        counted_at=Subquery(ActivityCount.objects.values("counted_at")[:1])
    )
)


def courses_and_count() -> tuple[tuple[CourseName, ...], datetime | None]:
    """Return every course that was ever published, and when the active were counted last.

    One statement.
    """
    heads = _published()
    courses = tuple(
        CourseName(head.pk, head.slug, outline_of(head.latest_edition_id).title) for head in heads
    )
    # The read above adds the moment of the count.
    counted_at = heads[0].counted_at if heads else None  # type: ignore[attr-defined]
    return courses, counted_at


def areas_in(scopes: list[Scope]) -> list[AreaName]:
    """Return every area of which a reader may see at least a part."""
    return [area for area in areas() if sees_area(scopes, area.code)]
