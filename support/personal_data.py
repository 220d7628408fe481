"""Says what this app holds about a person: what they asked for in Help."""

from django.utils.translation import gettext_lazy as _

from privacy.data_map import Holding, RetentionRule, facts_of
from support.help_requests import forget_help_requests
from support.models import HelpRequest

HELP_REQUEST = {
    "number": _("Número"),
    "asked_at": _("Cuándo"),
    "text": _("Pregunta"),
    "contact": _("Contacto"),
    "answered_at": _("Respondido"),
    "answer": _("Respuesta"),
}

HELP = RetentionRule(
    name="help",
    place=60,
    what=_("Lo que pides en Ayuda"),
    term=_("1 año"),
    why=_("Para responderte y mejorar."),
    days=365,
    forget=forget_help_requests,
)

HOLDINGS = (
    Holding(
        name="help_requests",
        title=_("Lo que pediste en Ayuda"),
        tables=("support.HelpRequest",),
        retention=(HELP,),
        labels=HELP_REQUEST,
        rows=lambda user: facts_of(
            HelpRequest.objects.filter(learner=user.learner_key), HELP_REQUEST
        ),
        after_erasure=_("Se borra."),
        of_person=(_("Lo que pidió en Ayuda"), _("Se borra.")),
        erase=lambda learner_key: HelpRequest.objects.filter(learner=learner_key).delete(),
    ),
)
