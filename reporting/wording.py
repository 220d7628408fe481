"""Writes the sentence that opens a page of figures, shares, periods, and the moment of the data; no
database.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reporting.tables import Line

NAMED = 3


def headline(total: Line, lines: Sequence[Line], *, has_course: bool) -> str:
    """Return the sentences that open a page: how many people and enrolments completed of how many,
    and where the share is lowest.

    Of one course people and enrolments are the same.
    """
    counts = total.counts
    if not counts.assigned:
        return _("Todavía no hay personas inscritas aquí.")
    words = {
        "completed": number(counts.completed),
        "group": group_in_words(total, has_course=has_course),
        "percent": total.progress,
    }
    if has_course:
        sentence = ngettext(
            "Terminó %(completed)s de %(group)s (%(percent)s %%).",
            "Terminaron %(completed)s de %(group)s (%(percent)s %%).",
            counts.completed,
        )
        return " ".join([sentence % words, behind(lines)]).strip()
    sentence = ngettext(
        "Se terminó %(completed)s de %(group)s (%(percent)s %%).",
        "Se terminaron %(completed)s de %(group)s (%(percent)s %%).",
        counts.completed,
    )
    return " ".join([people_in_words(total), sentence % words, behind(lines)]).strip()


def people_in_words(total: Line) -> str:
    """Return how many people completed any course, of how many."""
    people = ngettext("De %(count)s persona", "De %(count)s personas", total.counts.people)
    finished = ngettext(
        "%(count)s terminó algún curso.", "%(count)s terminaron algún curso.", total.counts.finished
    )
    return ", ".join(
        (
            people % {"count": number(total.counts.people)},
            finished % {"count": number(total.counts.finished)},
        )
    )


def group_in_words(total: Line, *, has_course: bool) -> str:
    """Return the group that completed, active and certified are part of, counted."""
    assigned = total.counts.assigned
    words = {"count": number(assigned)}
    if has_course:
        return ngettext("%(count)s persona", "%(count)s personas", assigned) % words
    return ngettext("%(count)s inscripción", "%(count)s inscripciones", assigned) % words


def behind(lines: Sequence[Line]) -> str:
    """Name the places with the lowest share, and how many are missing there; of equal shares those
    first in which more are missing.
    """
    ranking = sorted(
        (line for line in lines if line.missing and line.key),
        key=lambda line: (line.counts.completed / line.counts.assigned, -line.missing, line.name),
    )
    if len(ranking) < NAMED:
        return ""
    places = [
        ngettext(
            "%(name)s (%(percent)s %%, falta %(missing)s)",
            "%(name)s (%(percent)s %%, faltan %(missing)s)",
            line.missing,
        )
        % {"name": line.name, "percent": line.progress, "missing": number(line.missing)}
        for line in ranking[:NAMED]
    ]
    words = {"first": ", ".join(places[:-1]), "last": places[-1]}
    return _("Menor avance: %(first)s y %(last)s.") % words


def share_in_words(line: Line) -> str:
    """Return the share that completed and the group it is part of, for who does not see colours."""
    if line.progress is None:
        return _("sin personas")
    group = group_in_words(line, has_course=False)
    return _("%(percent)s %% de %(group)s") % {"percent": line.progress, "group": group}


def period_in_words(since: date | None, until: date | None) -> str:
    """Return the whole months that a period touches: “Terminaron en noviembre de 2026 (el mes
    completo)”.
    """
    first, last = (
        day and str(date_format(day, "YEAR_MONTH_FORMAT")).lower() for day in (since, until)
    )
    if first and first == last:
        return _("Terminaron en %(month)s (el mes completo)") % {"month": first}
    if first and last:
        return _("Terminaron de %(first)s a %(last)s (meses completos)") % {
            "first": first,
            "last": last,
        }
    if first:
        return _("Terminaron desde %(month)s (meses completos)") % {"month": first}
    return _("Terminaron hasta %(month)s (meses completos)") % {"month": last}


def number(value: int) -> str:
    """Return a whole number as Peru writes it: 1,234."""
    return str(number_format(value, use_l10n=True, force_grouping=True))


def moment(value: datetime) -> str:
    """Return a moment in Lima: “22/11/2026, 11:59 p. m.”."""
    return str(date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT"))
