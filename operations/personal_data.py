"""Says what this room holds about a person: what they asked for in Help."""

from django.utils.translation import gettext_lazy as _

from accounts.data_map import Holding, facts_of, register_holding
from operations.models import HelpRequest

HELP_REQUEST = {
    "number": _("Número"),
    "asked_at": _("Cuándo"),
    "text": _("Pregunta"),
    "contact": _("Contacto"),
    "answered_at": _("Respondido"),
}

register_holding(
    Holding(
        "operations",
        "help_requests",
        _("Lo que pediste en Ayuda"),
        ("operations.HelpRequest",),
        HELP_REQUEST,
        lambda user: facts_of(HelpRequest.objects.filter(learner=user.learner_key), HELP_REQUEST),
        _("Se borra."),
        lambda learner_key: HelpRequest.objects.filter(learner=learner_key).delete(),
        of_person=(_("Lo que pidió en Ayuda"), _("Se borra.")),
    )
)
