"""Serves figures by territory to coordinators and analysts; a POST to the same address gives the
file.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Organisation
from accounts.permissions import READERS_OF_FIGURES, Scope
from accounts.policies import for_roles
from lib.sent_response import SentResponse
from reporting.exports import csv_bytes, line_row
from reporting.forms import FilterForm
from reporting.keys import Filters, ReportKey
from reporting.looks import record_look
from reporting.names import AreaName, address_of, areas_in, courses_and_count, province_names
from reporting.permissions import KINDS, kinds_of, scopes_of_figures
from reporting.queries import report
from reporting.rendering import asked_filters, filters_at, parts_of
from reporting.report_view import columns_for, labels, order_in
from reporting.services import record_export
from reporting.tables import ordered
from reporting.wording import moment

STALE_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Place:
    """What a page is about: the whole scope, one area, or one province of it."""

    area: AreaName | None = None
    province_code: str = ""
    province_name: str = ""

    def key(self, scopes: list[Scope], filters: Filters) -> ReportKey:
        """Return what the page asks for."""
        return ReportKey(tuple(scopes), filters, self.area, self.province_code)

    def scope_name(self, scopes: list[Scope]) -> str:
        """Return what a file is about, for its name: the place, or the areas of the reader, and
        their kinds of institution.
        """
        areas = [area.slug for area in areas_in(scopes)]
        where = (
            self.area.slug
            if self.area
            else "nacional"
            if any(scope.areas is None for scope in scopes)
            else "-".join(areas[:4])
        )
        steps = [where, self.province_code, *sorted(limiting_kinds(scopes))]
        return "-".join(step for step in steps if step)

    def title(self, scopes: list[Scope]) -> str:
        """Return the heading of the page, with the kinds of institution when the reader sees only
        some.
        """
        kinds = [str(Organisation.Kind(kind).label) for kind in limiting_kinds(scopes)]
        return f"{self._where(scopes)}: {', '.join(kinds)}" if kinds else self._where(scopes)

    def _where(self, scopes: list[Scope]) -> str:
        if self.province_code:
            return _("Provincia de %(name)s") % {"name": self.province_name}
        if self.area:
            return self.area.name
        return (
            _("Resumen nacional")
            if any(scope.areas is None for scope in scopes)
            else _("Resumen de tu ámbito")
        )

    def crumbs(self) -> list[dict[str, str]]:
        """Return the way back to the top; the last step is this page."""
        if not self.area:
            return []
        steps = [
            {"title": _("Cifras"), "url": reverse("reporting:national")},
            {"title": self.area.name, "url": address_of(self.area.slug)},
        ]
        if self.province_code:
            steps.append({"title": self.province_name, "url": ""})
        return [*steps[:-1], {**steps[-1], "url": ""}]


@for_roles(*READERS_OF_FIGURES)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def national(request: HttpRequest) -> HttpResponse:
    """Show every area of the reader's scope."""
    return answer(request, Place())


@for_roles(*READERS_OF_FIGURES)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def area(request: HttpRequest, area_slug: str) -> HttpResponse:
    """Show the provinces of one area; an area outside the scope does not exist."""
    return answer(request, Place(visible_area(request, area_slug)))


@for_roles(*READERS_OF_FIGURES)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def province(request: HttpRequest, area_slug: str, province_code: str) -> HttpResponse:
    """Show the districts of one province and its institutions; never names of people."""
    area_name = visible_area(request, area_slug)
    name = province_names(area_name.code).get(province_code)
    if name is None:
        raise Http404
    return answer(request, Place(area_name, province_code, name))


def visible_area(request: HttpRequest, slug: str) -> AreaName:
    """Return an area of the reader's scope, or answer 404."""
    for area_name in areas_in(scopes_of_figures(request.user)):
        if area_name.slug == slug:
            return area_name
    raise Http404


def answer(request: HttpRequest, place: Place) -> HttpResponse:
    """Return the page of a place, or its file when the form of the file was sent."""
    now, scopes, query = timezone.now(), scopes_of_figures(request.user), request.GET.urlencode()
    courses, counted_at = courses_and_count()
    kinds, today = kinds_of(scopes), timezone.localdate(now)
    filters = asked_filters(query, courses, kinds, today)
    context = {
        "filters": filters_at(request.path, query, courses, kinds, today),
        "title": place.title(scopes),
        "crumbs": [
            {**crumb, "url": crumb["url"] and f"{crumb['url']}?{query}"} for crumb in place.crumbs()
        ],
        "query": query,
        "data_of": _("Datos al %(day)s (hora de Lima).") % {"day": moment(now)},
        "active_of": counted_at
        and _("Las activas se cuentan cada 15 minutos; último conteo: %(day)s")
        % {"day": moment(counted_at)},
        "counted_at": counted_at,
        "is_stale": counted_at is None or now - counted_at > STALE_AFTER,
    }
    if filters is None or request.method == "POST":
        form = FilterForm(request.GET, courses=courses, kinds=kinds, today=today)
        if not form.is_valid():
            return render(request, "reporting/figures.html", context | {"form": form})
        return export(request, place, place.key(scopes, form.filters), form, now)
    order = request.GET.get("orden", "")
    key = place.key(scopes, filters)
    parts = parts_of(key, order=order, query=query)
    page = render_to_string("reporting/figures.html", context | {"parts": parts}, request)
    if request.method == "HEAD":
        return HttpResponse(page)
    reader = request.user.learner_key
    return SentResponse(page, afterwards=partial(record_look, reader=reader, key=key, now=now))


def limiting_kinds(scopes: list[Scope]) -> tuple[str, ...]:
    """Return the kinds of institution of a reader who sees only some; nothing for who sees all."""
    kinds = kinds_of(scopes)
    return () if kinds == KINDS else kinds


LEVELS = {"nation": _l("Región"), "area": _l("Provincia"), "province": _l("Distrito")}


def export(
    request: HttpRequest, place: Place, key: ReportKey, form: FilterForm, now: datetime
) -> HttpResponse:
    """Give what is on the screen as a file, and leave the trace of who took it."""
    figures, level = report(key), str(LEVELS[key.level])
    columns = columns_for(form.filters)
    order, names = order_in(columns, request.GET.get("orden", "")), columns[1:]
    rows = [line_row(line, level, names) for line in ordered(figures.lines, order)]
    rows += [line_row(line, _("Entidad"), names) for line in ordered(figures.institutions, order)]
    rows.append(line_row(figures.total, _("Total"), names))
    texts = labels(form.filters)
    header = [_("Nivel"), _("Lugar o entidad"), _("Distrito"), *(texts[name] for name in names)]
    scope = place.scope_name(scopes_of_figures(request.user))
    with transaction.atomic():
        record_export(
            reader=request.user, scope=scope, filters=form.chosen, rows=len(rows), now=now
        )
    response = HttpResponse(
        csv_bytes(notes(request, place, form, now), header, rows),
        content_type="text/csv; charset=utf-8",
    )
    name = f"cifras-{scope}-{timezone.localtime(now):%Y-%m-%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def notes(request: HttpRequest, place: Place, form: FilterForm, now: datetime) -> list[str]:
    """Return the first line of a file: what it is about, of when, with which filters."""
    words = {
        "title": place.title(scopes_of_figures(request.user)),
        "moment": moment(now),
        "filters": form.in_words or _("ninguno"),
    }
    return [_("%(title)s. Datos al %(moment)s (hora de Lima). Filtros: %(filters)s.") % words]
