"""Says why the register of institutions stays as it is."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation
from accounts.queries import institution_with
from accounts.services import Obstacle, RegisterRefusal

# Before it nobody counted whom an institution has today: the year was typed wrong.
EARLIEST_COUNT = date(1990, 1, 1)


def name_refusal(name: str) -> str:
    """Return why a text names no institution, or an empty text when it may: a search finds letters
    alone.
    """
    return "" if any(each.isalpha() for each in name) else _("Escribe el nombre con letras.")


def merged_words(organisation: Organisation | None) -> str:
    """Return that an institution became part of another one, and which; empty where it did not."""
    merged_into = organisation and organisation.told.merged_into
    if not merged_into:
        return ""
    told = {"name": organisation, "other": f"«{merged_into}», {merged_into.district.name}"}
    return _("«%(name)s» se unió a %(other)s: usa esa.") % told


def not_chosen(typed: str, otherwise: str) -> str:
    """Return why an institution that a page offered is not there any more; `otherwise` where none
    was marked.
    """
    found = institution_with(typed)
    if words := merged_words(found):
        return words
    if found and found.told.closed_on:
        return _("«%(name)s» se cerró. Busca la que sigue y márcala.") % {"name": found}
    return otherwise


def count_day_refusal(day: date) -> str:
    """Return why nobody counted on a day, or an empty text when somebody may have."""
    if day > timezone.localdate():
        return _("Esa fecha todavía no llega. Escribe la del dato.")
    if day < EARLIEST_COUNT:
        return _("Esa fecha es muy antigua: revisa el año.")
    return ""


def refusal_of(error: RegisterRefusal) -> str:
    """Return why the register stays as it is, and what to do."""
    other = f"«{error.other}», {error.other.district.name}" if error.other else ""
    texts = {
        Obstacle.CIRCLE: _("%(other)s depende de esta. Escribe otra, o deja el campo vacío."),
        Obstacle.CLOSED: _("%(other)s está cerrada: no se cambia. Elige una vigente."),
        Obstacle.CODE_TAKEN: _("%(other)s tiene ese código. Revísalo en el registro oficial."),
        Obstacle.EXISTS: _(
            "%(other)s ya está en la lista con ese tipo. Si está cerrada, ábrela otra vez."
        ),
        Obstacle.RUC_TAKEN: _("%(other)s tiene ese RUC. Revísalo en la ficha RUC."),
        Obstacle.SAME: _("Es la misma entidad. Elige la que queda."),
        Obstacle.UNCHANGED: _("Así está ya: no cambiaste nada."),
    }
    if error.why == Obstacle.SERVED:
        told = ngettext(
            "Todavía trabaja en ella %(n)d persona. Únela a la que sigue, o cambia antes la "
            "entidad de esa persona.",
            "Todavía trabajan en ella %(n)d personas. Únela a la que sigue, o cambia antes la "
            "entidad de cada una.",
            error.count,
        )
        return told % {"n": error.count}
    return texts[error.why] % {"other": other}
