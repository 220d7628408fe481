"""Reads figures by territory: tallies and the differences not folded yet, in one statement inside the reader's scope."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, TruncMonth
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.permissions import Scope
from courses.editions import outline_of
from courses.models import CourseHead
from learning.models import Enrolment
from reporting.models import ActivityCount, Difference, Tally
from reporting.permissions import inside, sees_area
from reporting.suppression import MEASURES, Counts
from reporting.tables import Fact, Line, Node, Tree, Wanted
from territory.models import Area, District, Province

# Official names change once a year; a process may show an old one for this long (seconds) after an import.
NAMES_KEPT = 600
# Reports that a process keeps: some tens of kilobytes each.
KEPT_REPORTS = 64
DIMENSIONS = ("in_area", "in_province", "in_district", "in_institution", "in_course")
NO_INSTITUTION = "0"
INSTITUTION = DIMENSIONS.index("in_institution")
# The dimensions and then the measures, as the database gives them.
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Filters:
    """What a reader chose: a course or a period, never both. The days reach as far as whole months do."""

    course_id: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def has_period(self) -> bool:
        """True when either end of a period was given."""
        return bool(self.since or self.until)

    @property
    def is_used(self) -> bool:
        """True when anything was chosen."""
        return self.course_id is not None or self.has_period


@dataclass(frozen=True, eq=False)
class Report:
    """The protected figures of one page: the total, its rows, and below a province also its institutions; `areas` are those of the reader."""

    total: Line
    lines: list[Line]
    institutions: list[Line]
    threshold: int
    is_filtered: bool = False
    areas: Sequence["AreaName"] = ()

    @property
    def is_hidden(self) -> bool:
        """True when the whole page is too small to tell anything, or what the filter leaves of it."""
        return self.total.is_hidden or (self.is_filtered and self.total.cells["completed"].value is None)

    @property
    def protects(self) -> bool:
        """True when some figure of the page is not shown."""
        return any(cell.value is None for line in (self.total, *self.lines, *self.institutions) for cell in line.cells.values())


@dataclass(frozen=True)
class Grain:
    """How far down one page looks, and whether it tells courses apart."""

    area: str = ""
    province: str = ""
    by_course: bool = False


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


@dataclass(frozen=True)
class Terms:
    """All that a report is made of besides the counts: how deep it looks, how it protects, and the names of what it lists."""

    grain: Grain
    threshold: int
    filters: Filters
    areas: tuple[AreaName, ...]
    title: str
    names: tuple[tuple[Node, tuple[str, str]], ...]
    institutions: tuple[tuple[str, str], ...]


def report(scopes: list[Scope], threshold: int, filters: Filters, area: AreaName | None = None, province: str = "") -> Report:
    """Return the figures inside the scopes for the nation, one area, or one province of it (its code).

    The areas above are read along, because what may be told of a place depends on what its neighbours tell.
    """
    grain = Grain(area.code if area else "", province, by_course=filters.course_id is not None)
    rows = _rows(scopes, grain)
    events = tuple(finishers(scopes, grain)) if filters.has_period else ()
    areas_seen = tuple(areas_in(scopes))
    institutions = institution_names({row[INSTITUTION] for row in rows} - {"", NO_INSTITUTION}) if province else {}
    terms = Terms(
        grain,
        threshold,
        filters,
        areas_seen,
        area.name if area else "",
        tuple(_row_names(areas_seen, area, province).items()),
        tuple(sorted(institutions.items())),
    )
    return _report_of(rows, events, terms)


@lru_cache(maxsize=KEPT_REPORTS)
def _report_of(rows: tuple[Row, ...], events: tuple[Fact, ...], terms: Terms) -> Report:
    """Return the report of what was read. The same counts on the same terms are the same report, so nothing kept is ever old."""
    grain, names = terms.grain, dict(terms.names)
    people = [_fact(row, grain) for row in rows]
    here: Node = tuple(step for step in (grain.area, grain.province) if step)
    opened = [here[:depth] for depth in range(len(here) + 1)]
    if grain.province:
        opened += sorted({*names, *(fact.place[:3] for fact in people if fact.place[:2] == here)})
    wanted = Wanted(
        course=terms.filters.course_id,
        months=months_between({fact.month for fact in events if fact.month}, terms.filters) if terms.filters.has_period else None,
    )
    tree = Tree(people, opened, terms.threshold, wanted, events, places=[*names, *((found.code,) for found in terms.areas)])
    lines = [tree.line(node, *names.get(node, (_("Sin entidad declarada"), ""))) for node in tree.listed(here)]
    institutions = _institutions(tree, here, names, dict(terms.institutions)) if grain.province else []
    return Report(tree.line(here, terms.title), lines, institutions, terms.threshold, terms.filters.is_used, terms.areas)


def _row_names(areas: Sequence[AreaName], area: AreaName | None, province: str) -> dict[Node, tuple[str, str]]:
    """Return name and address step of every row that a page lists, with people or without."""
    if area is None:
        return {(found.code,): (found.name, found.slug) for found in areas}
    if not province:
        return {(area.code, code): (name, code) for code, name in province_names(area.code).items()}
    return {(area.code, province, code): (name, "") for code, name in district_names(province).items()}


def _institutions(tree: Tree, province: Node, names: dict[Node, tuple[str, str]], named: dict[str, str]) -> list[Line]:
    """Return the institutions of every district of a province; never names of people."""
    nodes = [node for district in tree.children[province] for node in tree.listed(district)]
    unknown = _("Sin entidad declarada")
    return [tree.line(node, named.get(node[-1], unknown), note=names.get(node[:-1], (unknown, ""))[0]) for node in nodes]


def facts(scopes: list[Scope], grain: Grain) -> list[Fact]:
    """Return the counts inside the scopes by place, and by course where the grain asks.

    One statement, so that a fold in the same moment is seen wholly or not at all. Raw counts: for `tables.Tree` only.
    """
    return [_fact(row, grain) for row in _rows(scopes, grain)]


def _rows(scopes: list[Scope], grain: Grain) -> tuple[Row, ...]:
    """Return the rows of the counts."""
    if not scopes:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(*_statement(tuple(scopes), grain, connection.vendor))
        return tuple(cursor.fetchall())


def _fact(row: Row, grain: Grain) -> Fact:
    return Fact(_node(row[:4], grain), row[4], Counts(*map(int, row[5:])))


@lru_cache(maxsize=512)
def _statement(scopes: tuple[Scope, ...], grain: Grain, vendor: str) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL of the counts and its values: written once for each scope and grain, because writing it costs more than asking."""
    tallies = _grouped(Tally.objects.annotate(area=F("area_code"), province=F("province_code")), scopes, grain)
    tallies = tallies.annotate(**{f"sum_{name}": Sum(name) for name in MEASURES})
    pending = _grouped(_placed(Difference.objects.all()), scopes, grain)
    pending = pending.annotate(
        sum_assigned=Sum("assigned"),
        sum_active=Sum(Value(0, output_field=IntegerField())),
        sum_completed=Sum("completed"),
        sum_certified=Sum("certified"),
    )
    columns = (*DIMENSIONS, *(f"sum_{name}" for name in MEASURES))
    rows = tallies.values_list(*columns).union(pending.values_list(*columns), all=True)
    return rows.query.sql_with_params()


def finishers(scopes: list[Scope], grain: Grain) -> list[Fact]:
    """Return how many completed in each month of Lima's calendar, as `completed` of facts with a month.

    The tallies keep no dates: this reads the enrolments of the scope, and only when somebody asks for a period.
    """
    completed = Enrolment.objects.exclude(state=Enrolment.State.WITHDRAWN).filter(completed_at__isnull=False)
    rows = _grouped(_placed(completed.alias(kind=_text(F("organisation__kind")))), scopes, grain)
    rows = rows.annotate(month=TruncMonth("completed_at"), count=Count("pk"))
    return [
        Fact(_node(row[:4], grain), row[4], Counts(completed=row[6]), row[5].date())
        for row in rows.values_list(*DIMENSIONS, "month", "count")
    ]


def _placed(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add area, province and kind to rows that know only their district and institution."""
    district = District.objects.filter(pk=OuterRef("district_code"))
    rows = rows.annotate(
        area=_text(Subquery(district.values("area_id"))),
        province=_text(Subquery(district.values("province_id"))),
    )
    if rows.model is Difference:
        kind = Organisation.objects.filter(pk=OuterRef("organisation_id")).values("kind")
        rows = rows.annotate(kind=_text(Subquery(kind)))
    return rows


def _text(expression: Any) -> Coalesce:
    """Return an expression as text, empty where there is nothing."""
    return Coalesce(expression, Value(""), output_field=CharField())


def _grouped(rows: QuerySet[Any], scopes: Sequence[Scope], grain: Grain) -> QuerySet[Any]:
    """Keep what lies inside the scopes, and name the dimensions of the grain; what it does not ask for is one empty group."""
    in_area, in_province = {"area": grain.area}, {"area": grain.area, "province": grain.province}
    institution = Cast(Coalesce(F("organisation_id"), Value(0)), CharField())
    return (
        rows.filter(inside(scopes))
        .order_by()
        .annotate(
            in_area=F("area"),
            in_province=_only(in_area, F("province"), is_asked=bool(grain.area)),
            in_district=_only(in_province, F("district_code"), is_asked=bool(grain.province)),
            in_institution=_only(in_province, institution, is_asked=bool(grain.province)),
            in_course=F("course_id") if grain.by_course else Value(0, output_field=IntegerField()),
        )
        .values(*DIMENSIONS)
    )


def _only(condition: dict[str, str], expression: Any, *, is_asked: bool) -> Case | Value:
    """Return an expression where a condition holds, an empty text elsewhere."""
    if not is_asked:
        return Value("", output_field=CharField())
    return Case(When(**condition, then=expression), default=Value(""), output_field=CharField())


def _node(steps: Sequence[str], grain: Grain) -> Node:
    """Return the place of a row: one step, or as deep as the page looks there."""
    area, province, district, institution = steps
    if not grain.area or area != grain.area:
        return (area,)
    return (area, province, district, institution) if grain.province and province == grain.province else (area, province)


def areas() -> tuple[AreaName, ...]:
    """Return every area in force by name. No statement when the process asked within ten minutes."""
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
    """Return the names of institutions by the text of their identifier; kept like the areas, one statement for those not kept."""
    kept = {f"reporting:institution:{key}": key for key in keys}
    names = {kept[place]: name for place, name in cache.get_many(list(kept)).items()}
    if missing := [int(key) for key in keys - names.keys() if key.isdecimal()]:
        read = {str(pk): name for pk, name in Organisation.objects.filter(pk__in=missing).values_list("pk", "name")}
        cache.set_many({f"reporting:institution:{key}": name for key, name in read.items()}, NAMES_KEPT)
        names |= read
    return names


def courses_and_count() -> tuple[tuple[CourseName, ...], datetime | None]:
    """Return every course that was ever published, and when the active were counted last. One statement."""
    counted_at = Subquery(ActivityCount.objects.values("counted_at")[:1])
    published = CourseHead.objects.exclude(latest_edition=None)
    heads = published.values_list("pk", "slug", "latest_edition_id", counted_at)
    courses = tuple(CourseName(pk, slug, outline_of(edition).title) for pk, slug, edition, _counted_at in heads)
    return courses, heads[0][-1] if heads else None


def areas_in(scopes: list[Scope]) -> list[AreaName]:
    """Return every area of which a reader may see at least a part."""
    return [area for area in areas() if sees_area(scopes, area.code)]


def months_between(months: set[date], filters: Filters) -> frozenset[date]:
    """Return the months that a period touches; an open end reaches as far as there is data."""
    first = filters.since.replace(day=1) if filters.since else date.min
    return frozenset(month for month in months if first <= month <= (filters.until or date.max))
