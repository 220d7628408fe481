"""Renders what of a page of figures depends on its figures and its address alone, and keeps it by
all that it was made of.

Other sums, scopes, filters or another order are another key: nothing kept can be old, but for
names, which are read again every ten minutes. Measured without it (decision on exact figures).
"""

from datetime import date
from functools import lru_cache

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from reporting.forms import FilterForm
from reporting.keys import Filters, ReportKey
from reporting.names import CourseName, turn_of_names
from reporting.queries import Sums, report_of, sums_of
from reporting.report_view import ReportView, columns_for, order_in

MOST_PARTS = 64
PARTS = {
    "figures": "reporting/_figures.html",
    "tables": "reporting/_tables.html",
    "atlas": "reporting/_atlas.html",
}


def parts_of(key: ReportKey, *, order: str, query: str) -> dict[str, str]:
    """Return the parts of a page that show the figures of a key, in an order, at an address.

    One statement, besides names.
    """
    return _parts(key, sums_of(key), order, query, get_language(), turn_of_names())


@lru_cache(maxsize=MOST_PARTS)
def _parts(
    key: ReportKey, sums: Sums, order: str, query: str, language: str, turn: int
) -> dict[str, str]:
    report = report_of(key, sums)
    names = columns_for(key.filters)
    view = ReportView(report, key, names, order_in(names, order), query)
    parts = {
        name: render_to_string(template, {"view": view, "line": report.total})
        for name, template in PARTS.items()
    }
    return parts | {"headline": view.headline}


@lru_cache(maxsize=MOST_PARTS)
def asked_filters(
    query: str, courses: tuple[CourseName, ...], kinds: tuple[str, ...], today: date
) -> Filters | None:
    """Return what an address asks for, or None when it asks for what cannot be."""
    form = FilterForm(QueryDict(query), courses=courses, kinds=kinds, today=today)
    return form.filters if form.is_valid() else None


def filters_at(
    path: str, query: str, courses: tuple[CourseName, ...], kinds: tuple[str, ...], today: date
) -> SafeString:
    """Return the form of the filters as it stands at an address."""
    return _filters_at(path, query, courses, kinds, today, get_language())


@lru_cache(maxsize=MOST_PARTS)
def _filters_at(
    path: str,
    query: str,
    courses: tuple[CourseName, ...],
    kinds: tuple[str, ...],
    today: date,
    language: str,
) -> SafeString:
    data = QueryDict(query)
    form = FilterForm(data, courses=courses, kinds=kinds, today=today)
    return render_to_string(
        "reporting/_filters.html",
        {"form": form, "path": path, "order": data.get("orden", "")},
    )
