"""Says what this app holds about a person: which pages of counts they looked at."""

from django.utils.translation import gettext_lazy as _

from privacy.data_map import Holding, RetentionRule, facts_of
from reporting.looks import forget_looks
from reporting.models import Look

LOOK = {
    "looked_at": _("Cuándo"),
    "area_code": _("Región"),
    "province_code": _("Provincia"),
    "filters": _("Filtros"),
}

LOOKS = RetentionRule(
    name="looks",
    place=55,
    what=_("Qué páginas de cifras miraste, si tu rol te deja verlas"),
    term=_("1 año"),
    why=_("Para saber quién consulta las cifras."),
    days=365,
    forget=forget_looks,
)

HOLDINGS = (
    Holding(
        name="looks",
        title=_("Las páginas de cifras que miraste"),
        tables=("reporting.Look",),
        retention=(LOOKS,),
        labels=LOOK,
        rows=lambda user: facts_of(
            Look.objects.filter(reader=user.learner_key).order_by("pk"), LOOK
        ),
        after_erasure=_("Queda sin tu nombre."),
        of_person=(_("Las páginas de cifras que miró"), _("Queda sin su nombre.")),
    ),
)
