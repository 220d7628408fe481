"""Writes times as people in Peru read them; plain values, no database."""

from datetime import date, datetime

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quizzes.allowance import Allowance


def clock_time(moment: datetime) -> str:
    """Return the time of a local moment: “10:12 a. m.”."""
    return time_format(moment, "TIME_FORMAT")


def clock_time_on(moment: datetime, today: date) -> str:
    """Return the time of a local moment, and its day when that is not today: “10:30 a. m. del
    25/11/2026”.
    """
    time = clock_time(moment)
    return time if moment.date() == today else f"{time} del {moment:%d/%m/%Y}"


def day_and_time(moment: datetime) -> str:
    """Return the day and time of a local moment: “martes 1 de diciembre a las 10:40 a. m.”."""
    facts = {"day": date_format(moment, r"l j \d\e F"), "time": clock_time(moment)}
    return (
        _("%(day)s a la %(time)s") if moment.hour % 12 == 1 else _("%(day)s a las %(time)s")
    ) % facts


def waiting_line(allowance: Allowance) -> str:
    """Return what happens to who uses every attempt without passing: “… se abre uno más cada 24
    horas.”.
    """
    facts = {"count": allowance.at_once, "hours": allowance.wait_hours, "most": allowance.maximum}
    if allowance.maximum is None:
        one = "Si usas los que tienes sin aprobar, se abre uno más cada %(hours)d hora."
        many = "Si usas los que tienes sin aprobar, se abre uno más cada %(hours)d horas."
        return ngettext(one, many, allowance.wait_hours) % facts
    if allowance.maximum > allowance.at_once:
        one = (
            "Si usas los que tienes sin aprobar, se abre uno más cada %(hours)d hora, hasta "
            "%(most)d en total."
        )
        many = (
            "Si usas los que tienes sin aprobar, se abre uno más cada %(hours)d horas, hasta "
            "%(most)d en total."
        )
        return ngettext(one, many, allowance.wait_hours) % facts
    return (
        ngettext("Hay un solo intento.", "Hay %(count)d intentos y no más.", allowance.at_once)
        % facts
    )
