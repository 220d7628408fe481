"""Renders what of a page of figures depends on its figures and its address alone, and keeps it by
all that it was made of.

Another count, reader, filter or order is another key: nothing kept can be old. Measured without it
(decision on exact figures).
"""

from datetime import date
from functools import lru_cache

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from reporting.forms import FilterForm
from reporting.queries import AreaName, CourseName, Filters, Report
from reporting.sheets import Sheet
from reporting.tables import Line

KEPT = 64
PARTS = {
    "figures": "reporting/_figures.html",
    "tables": "reporting/_tables.html",
    "atlas": "reporting/_atlas.html",
}
# The total, the rows, and the institutions.
Lines = tuple[Line, tuple[Line, ...], tuple[Line, ...]]


def parts_of(sheet: Sheet) -> dict[str, str]:
    """Return the parts of a page that show its figures."""
    report = sheet.report
    lines = (report.total, tuple(report.lines), tuple(report.institutions))
    return _parts(lines, tuple(report.areas), sheet.level, sheet.names, sheet.order, sheet.query)


@lru_cache(maxsize=KEPT)
def _parts(
    lines: Lines,
    areas: tuple[AreaName, ...],
    level: str,
    names: tuple[str, ...],
    order: str,
    query: str,
) -> dict[str, str]:
    total, rows, institutions = lines
    sheet = Sheet(Report(total, list(rows), list(institutions), areas), level, names, order, query)
    parts = {
        name: render_to_string(template, {"sheet": sheet, "line": total})
        for name, template in PARTS.items()
    }
    return parts | {"headline": sheet.headline}


@lru_cache(maxsize=KEPT)
def asked_filters(
    query: str, courses: tuple[CourseName, ...], kinds: tuple[str, ...], today: date
) -> Filters | None:
    """Return what an address asks for, or None when it asks for what cannot be."""
    form = FilterForm(QueryDict(query), courses=courses, kinds=kinds, today=today)
    return form.filters if form.is_valid() else None


@lru_cache(maxsize=KEPT)
def filters_at(
    path: str, query: str, courses: tuple[CourseName, ...], kinds: tuple[str, ...], today: date
) -> SafeString:
    """Return the form of the filters as it stands at an address."""
    asked = QueryDict(query)
    form = FilterForm(asked, courses=courses, kinds=kinds, today=today)
    return render_to_string(
        "reporting/_filters.html", {"form": form, "path": path, "order": asked.get("orden", "")}
    )
