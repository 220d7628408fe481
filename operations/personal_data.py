"""Says what this app holds about a person: what an operator wrote of incidents, and when."""

from django.utils.translation import gettext_lazy as _

from operations.incidents import forget_closed_incidents
from operations.models import IncidentEntry
from privacy.data_map import Holding, RetentionRule, facts_of

NOTED = {"at": _("Cuándo"), "kind": _("Qué")}

INCIDENTS = RetentionRule(
    name="incidents",
    place=58,
    what=_("Incidentes con datos personales: qué pasó y qué se hizo"),
    term=_("5 años, desde su cierre"),
    why=_("Para mostrar a la autoridad cómo se atendieron."),
    days=1825,
    forget=forget_closed_incidents,
)

HOLDINGS = (
    Holding(
        name="incidents",
        title=_("Lo que anotaste de incidentes"),
        tables=("operations.Incident", "operations.IncidentEntry"),
        retention=(INCIDENTS,),
        labels=NOTED,
        rows=lambda user: facts_of(IncidentEntry.objects.filter(by_key=user.learner_key), NOTED),
        after_erasure=_("Queda sin tu nombre."),
        of_person=(_("Lo que anotó de incidentes"), _("Queda sin su nombre.")),
    ),
)
