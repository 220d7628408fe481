"""Says why the register of institutions stays as it is."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.services import Obstacle, RegisterRefusal


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
