"""Reads figures by territory: tallies and the differences not folded yet, in one statement inside
the reader's scope.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connections, router
from django.db.models import (
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.permissions import Scope
from learning.models import Enrolment
from lib.replica import reads_from_replica
from reporting.counts import MEASURES, MEASURES_OF_PEOPLE, Counts, add
from reporting.keys import Filters, ReportKey, Spot
from reporting.models import ANY_COURSE, Difference, Tally
from reporting.names import (
    AreaName,
    address_of,
    areas_in,
    district_names,
    institution_names,
    province_names,
)
from reporting.permissions import inside, of_kinds
from reporting.tables import Line
from territory.models import District

NO_INSTITUTION = 0
# In the order of the fields of Counts.
SUMS = (*MEASURES, *MEASURES_OF_PEOPLE)
# What tells a row from the others, and its measures.
Sums = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, eq=False)
class Report:
    """The figures of one page: the total, its rows, and below a province also its institutions;
    `areas` are those of the reader.
    """

    total: Line
    lines: list[Line]
    institutions: list[Line]
    areas: Sequence["AreaName"] = ()


def report(key: ReportKey) -> Report:
    """Return the figures that a key asks for. One statement, besides names."""
    return report_of(key, sums_of(key))


def report_of(key: ReportKey, sums: Sums) -> Report:
    """Return the figures of a key from its sums as they were read."""
    area, province = key.area, key.province
    counts = grouped(sums, width=len(key.spot.rows))
    areas_seen = areas_in(key.scopes)
    total = Line("", area.name if area else "", add(counts.values()))
    lines = _lines(_below(areas_seen, area, province), _grouped_by_first(counts))
    institutions = _institutions(counts, province) if province else []
    return Report(total, lines, institutions, areas_seen)


@reads_from_replica()
def sums_of(key: ReportKey) -> Sums:
    """Return the sums inside the scopes, as the database gives them: what tells a row of the page
    from the others, and the measures; a row may come several times.

    One statement, so that a fold in the same moment is seen wholly or not at all.
    """
    if not key.scopes:
        return ()
    database = connections[router.db_for_read(Tally)]
    statement = _statement(key.scopes, key.filters, key.spot, database.vendor)
    with database.cursor() as cursor:
        cursor.execute(*statement)
        return tuple(cursor.fetchall())


def grouped(sums: Sums, *, width: int) -> dict[tuple[Any, ...], Counts]:
    """Return the counts by what tells the rows of a page apart: the first `width` values."""
    by_row: dict[tuple[Any, ...], Counts] = {}
    for row in sums:
        place, counts = tuple(row[:width]), Counts(*map(int, row[width:]))
        by_row[place] = by_row[place] + counts if place in by_row else counts
    return by_row


@lru_cache(maxsize=512)
def _statement(
    scopes: tuple[Scope, ...], filters: Filters, spot: Spot, vendor: str
) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL of the counts and its values: written once for each key, because writing
    it costs more than asking.

    Tallies keep no dates: with a period, who completed is counted from the enrolments of those
    months.
    """
    sums = sums_in(filters)
    tallies = Tally.objects.annotate(area=F("area_code"), province=F("province_code"))
    differences = _placed(Difference.objects.all())
    parts = [
        _counted(tallies, scopes, filters, spot, sums),
        _counted(differences, scopes, filters, spot, sums | {"active": _nothing()}),
    ]
    if filters.has_period:
        enrolments = Enrolment.objects.exclude(state=Enrolment.State.WITHDRAWN).filter(
            filters.completed_within
        )
        nothing = dict.fromkeys(SUMS, _nothing())
        completed = nothing | {"completed": Count("pk")}
        parts.append(_counted(_placed(enrolments), scopes, filters, spot, completed))
    return parts[0].union(*parts[1:], all=True).query.sql_with_params()


def sums_in(filters: Filters) -> dict[str, Sum]:
    """Return what of the tallies is summed for each measure.

    Of one course people and enrolments are the same. Tallies keep no dates: nothing of them tells
    who completed in a period.
    """
    of_people = of_courses = None
    if filters.course_id is None:
        of_people, of_courses = Q(course_id=ANY_COURSE), ~Q(course_id=ANY_COURSE)
    sums = {
        "people": Sum("assigned", filter=of_people, default=0),
        "finished": Sum("completed", filter=of_people, default=0),
        **{
            name: Sum(name, filter=of_courses, default=0)
            for name in ("assigned", "active", "completed", "certified")
        },
    }
    if filters.has_period:
        return sums | dict.fromkeys(("finished", "completed"), _nothing())
    return sums


def _counted(
    rows: QuerySet[Any],
    scopes: Sequence[Scope],
    filters: Filters,
    spot: Spot,
    sums: Mapping[str, Any],
) -> QuerySet[Any]:
    """Keep what lies inside the scopes, the filters and the place, and sum it by row; `sums` go by
    measure.
    """
    rows = rows.filter(inside(scopes), **spot.within).order_by()
    if filters.course_id is not None:
        rows = rows.filter(course_id=filters.course_id)
    if filters.kind:
        rows = rows.filter(of_kinds([filters.kind]))
    rows = rows.annotate(institution=Coalesce(F("organisation_id"), Value(NO_INSTITUTION)))
    by_measure = {f"sum_{name}": sums[name] for name in SUMS}
    # Again under names of our own: a model's own column and an annotation do not stand in one order
    # in a union.
    by_row = {f"in_{name}": F(name) for name in spot.rows}
    sums_by_row = rows.annotate(**by_row).values(*by_row).annotate(**by_measure)
    return sums_by_row.values_list(*by_row, *by_measure)


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


def _grouped_by_first(found: Mapping[tuple[Any, ...], Counts]) -> dict[str, Counts]:
    """Return the counts by the first of what tells rows apart."""
    by_first: dict[str, Counts] = {}
    for (first, *_rest), counts in found.items():
        by_first[first] = by_first[first] + counts if first in by_first else counts
    return by_first


def _below(
    areas_seen: Sequence[AreaName], area: AreaName | None, province: str
) -> dict[str, tuple[str, str]]:
    """Return name and address of every row that a page lists, with people or without, by its
    code.
    """
    if area is None:
        return {place.code: (place.name, address_of(place.slug)) for place in areas_seen}
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
    return bool(counts.people or counts.assigned or counts.completed)


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
