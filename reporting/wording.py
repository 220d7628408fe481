"""Writes the sentence that opens a page of figures, from protected lines only, and the moment of the data; no database."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from reporting.suppression import State
from reporting.tables import Line, ordered

NAMED = 3


def headline(total: Line, lines: Sequence[Line]) -> str:
    """Return one or two sentences: how many completed of how many, and where most people are missing."""
    assigned = total.cells["assigned"].value
    if assigned is None:
        return ""
    if not assigned:
        return _("Todavía no hay personas inscritas aquí.")
    return " ".join(part for part in (completed_part(total), behind(lines)) if part)


def completed_part(total: Line) -> str:
    """Say how many completed, as openly as it may be told."""
    assigned, completed = total.cells["assigned"].value or 0, total.cells["completed"]
    texts = {
        State.SHOWN: _("Terminaron %(completed)s de %(assigned)s inscripciones (%(percent)s %%)."),
        State.ALMOST_NONE: _("Casi nadie terminó todavía: hay %(assigned)s inscripciones."),
        State.ALMOST_ALL: _("Casi todas las %(assigned)s inscripciones terminaron."),
        State.HIDDEN: _("Hay %(assigned)s inscripciones; cuántas terminaron está protegido."),
    }
    return texts[completed.state] % {
        "completed": number(completed.value or 0),
        "assigned": number(assigned),
        "percent": total.progress,
    }


def behind(lines: Sequence[Line]) -> str:
    """Name the places where most are missing: counts, not shares, because a small place may be far behind with few.

    Places whose figure is protected are not ranked, and it says so.
    """
    known = [line for line in ordered(lines, "-faltan") if line.missing.value and line.key]
    if len(known) < NAMED:
        return ""
    named = [f"{line.name} ({number(line.missing.value or 0)})" for line in known[:NAMED]]
    places = {"first": ", ".join(named[:-1]), "last": named[-1]}
    if any(line.missing.value is None for line in lines if line.key):
        return _("Donde más faltan, de los lugares que podemos mostrar: %(first)s y %(last)s.") % places
    return _("Donde más faltan: %(first)s y %(last)s.") % places


def period_in_words(since: date | None, until: date | None) -> str:
    """Return the whole months that a period touches: “Terminaron en noviembre de 2026 (el mes completo)”."""
    first, last = (day and str(date_format(day, "YEAR_MONTH_FORMAT")).lower() for day in (since, until))
    if first and first == last:
        return _("Terminaron en %(month)s (el mes completo)") % {"month": first}
    if first and last:
        return _("Terminaron de %(first)s a %(last)s (meses completos)") % {"first": first, "last": last}
    if first:
        return _("Terminaron desde %(month)s (meses completos)") % {"month": first}
    return _("Terminaron hasta %(month)s (meses completos)") % {"month": last}


def number(value: int) -> str:
    """Return a whole number as Peru writes it: 1,234."""
    return str(number_format(value, use_l10n=True, force_grouping=True))


def moment(value: datetime) -> str:
    """Return a moment in Lima: “22/11/2026, 11:59 p. m.”."""
    return str(date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT"))
