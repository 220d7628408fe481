"""Says times and attempts as people in Peru read them; plain values, no database."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learning.grades import shown_grade
from quizzes.allowance import Allowance
from quizzes.standing import QuizStanding


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
    is_one = moment.hour % 12 == 1
    sentence = _("%(day)s a la %(time)s") if is_one else _("%(day)s a las %(time)s")
    return sentence % facts


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


def no_attempts_left(standing: QuizStanding) -> str:
    """Return why no attempt can be started, with the best grade, where there is one, and the way
    on.
    """
    count = len(standing.attempts)
    if standing.best is None and standing.awaits_mark:
        sentence = ngettext("Usaste tu único intento.", "Usaste tus %(count)d intentos.", count)
        return f"{sentence % {'count': count}} {way_on(standing)}"
    grade = shown_grade(standing.best or 0.0, standing.rules["pass_mark"])
    sentence = ngettext(
        "Usaste tu único intento. Tu mejor nota es %(grade)s de 20.",
        "Usaste tus %(count)d intentos. Tu mejor nota es %(grade)s de 20.",
        count,
    )
    return f"{sentence % {'count': count, 'grade': grade}} {way_on(standing)}".strip()


def way_on(standing: QuizStanding) -> str:
    """Return how somebody without attempts goes on: what a person has to mark, and when the next
    one opens, or that none will; nothing for who has passed.
    """
    if standing.has_passed:
        return ""
    sentences = [mark_line()] if standing.awaits_mark else []
    return " ".join([*sentences, _next_attempt_line(standing)])


def _next_attempt_line(standing: QuizStanding) -> str:
    if standing.opens_at:
        moment = day_and_time(timezone.localtime(standing.opens_at))
        return _(
            "Puedes intentarlo otra vez el %(moment)s Mientras tanto, repasa las lecciones."
        ) % {"moment": moment}
    return _(
        "Este cuestionario no da más intentos. Tus lecciones siguen abiertas. Si tienes una "
        "duda, escribe en Ayuda."
    )


def mark_line() -> str:
    """Return that what was handed in has no grade until a person marks it."""
    return _("Una persona califica lo que entregaste; hasta entonces no tiene nota.")


def attempts_line(standing: QuizStanding) -> str:
    """Return how many attempts there are, in the words of the rules before a quiz."""
    if standing.opens_at:
        return _("Ninguno por ahora")
    if standing.is_used_up:
        return _("Tienes un intento más") if standing.left else _("Ninguno")
    sentence = ngettext(
        "Te queda %(left)d de %(total)d", "Te quedan %(left)d de %(total)d", standing.left
    )
    return sentence % {"left": standing.left, "total": standing.allowance.at_once}


def no_try_line(standing: QuizStanding) -> str:
    """Return that a quiz cannot be tried now, as the screens of a course say it; nothing for one
    that can, or was passed.
    """
    if standing.opens_at:
        moment = day_and_time(timezone.localtime(standing.opens_at))
        return _("Sin intentos hasta el %(moment)s") % {"moment": moment}
    if standing.is_used_up and standing.is_over and not standing.has_passed:
        return _("Por calificar") if standing.awaits_mark else _("Sin más intentos")
    return ""
