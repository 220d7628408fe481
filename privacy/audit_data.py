"""Says what the app below, `audit`, holds about a person: the acts of theirs and those on their
record.
"""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.models import AuditEntry
from privacy.acts import act_in_words, facts_in_words
from privacy.data_map import Holding, RetentionRule, Row

ACT_LABELS = {
    "at": _("Cuándo"),
    "act": _("Acto"),
    "was_by_person": _("Lo hiciste tú"),
    "facts": _("Detalle"),
}


def acts_about(user: User) -> Iterator[Row]:
    """Yield the acts of a person and those on their record.

    Who else acted, or on whom, is not theirs to take away.
    """
    key = user.learner_key
    for entry in AuditEntry.objects.filter(
        Q(actor_key=key) | Q(object_type="person", object_key=str(key))
    ):
        yield {
            "at": entry.at,
            "action": entry.action,
            "act": act_in_words(entry.action),
            "was_by_person": entry.actor_key == key,
            "details": entry.details,
            "facts": facts_in_words(entry.details),
        }


WHO_DID_WHAT = RetentionRule(
    name="trail",
    place=50,
    what=_("El historial de quién hizo qué y quién miró un registro"),
    term=_("Siempre, con claves internas y sin nombres"),
    why=_("Para que nadie pueda ocultar un acto."),
)

TRAIL = Holding(
    name="trail",
    title=_("Historial: lo que hiciste y quién miró tu registro"),
    tables=("audit.AuditEntry",),
    retention=(WHO_DID_WHAT,),
    labels=ACT_LABELS,
    rows=acts_about,
    after_erasure=_("Queda sin tu nombre."),
    of_person=(_("Historial: lo que hizo y quién miró su registro"), _("Queda sin su nombre.")),
)
