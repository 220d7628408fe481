"""Says what this app holds about a person, requests for erasure, and gathers what the apps below it
hold.
"""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from privacy.accounts_data import (
    MEMBERSHIPS,
    MISSING_INSTITUTION,
    PERSON,
    REASONED_ACTS,
    RECOVERY_CODES,
    ROLES,
    SECOND_FACTOR,
)
from privacy.audit_data import TRAIL
from privacy.data_map import Holding, RetentionRule, facts_of
from privacy.deletion import forget_decided_requests
from privacy.editor_data import EDITOR
from privacy.models import ErasureRequest

REQUEST_LABELS = {
    "asked_at": _("Pedido"),
    "state": _("Estado"),
    "decided_at": _("Decidido"),
    "reason": _("Motivo"),
}


def forget_earlier_requests(learner_key: UUID) -> None:
    """Delete what the person asked before and was not carried out: the reasons are somebody's words
    beside the key.
    """
    earlier = (ErasureRequest.State.DECLINED, ErasureRequest.State.WITHDRAWN)
    ErasureRequest.objects.filter(learner=learner_key, state__in=earlier).delete()


CAME_TO_NOTHING = RetentionRule(
    name="erasure",
    place=70,
    what=_("Pedidos de borrado que retiraste o que no procedieron"),
    term=_("2 años"),
    why=_("Para mostrar que te respondimos."),
    days=730,
    forget=forget_decided_requests,
)
ERASURE_LIST = RetentionRule(
    name="erasure_list",
    place=80,
    what=_("Lista de borrados: una clave interna y una fecha"),
    term=_("Siempre"),
    why=_("Para borrar otra vez si se restaura una copia antigua."),
)

ERASURE_REQUESTS = Holding(
    name="erasure_requests",
    title=_("Pedidos de borrado"),
    tables=("privacy.ErasureRequest",),
    retention=(CAME_TO_NOTHING, ERASURE_LIST),
    labels=REQUEST_LABELS,
    rows=lambda user: facts_of(
        ErasureRequest.objects.filter(learner=user.learner_key), REQUEST_LABELS
    ),
    after_erasure=_(
        "Queda la fecha sin tu nombre, para borrar otra vez si se restaura una copia antigua. Se "
        "borran tus pedidos anteriores."
    ),
    of_person=(
        _("Pedidos de borrado"),
        _(
            "Queda la fecha sin su nombre, para borrar otra vez si se restaura una copia "
            "antigua. Se borran sus pedidos anteriores."
        ),
    ),
    erase=forget_earlier_requests,
)

# People read them in this order; an erasure goes the other way, so that the person's own row goes
# last.
HOLDINGS = (
    PERSON,
    MEMBERSHIPS,
    MISSING_INSTITUTION,
    ROLES,
    REASONED_ACTS,
    ERASURE_REQUESTS,
    RECOVERY_CODES,
    SECOND_FACTOR,
    TRAIL,
    EDITOR,
)
