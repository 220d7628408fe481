"""Says what people are told about their requests: the trail is the cause."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from audit.models import AuditEntry
from lib.identifiers import read_uuid
from notices.journals import Cause, Journal
from notices.kinds import Kind

DECIDED = Kind(
    name="request_decided",
    label=_("Respuestas a tus pedidos"),
    title=_("Tu pedido tiene respuesta"),
    text=_("Respondieron a tu pedido. Lee la respuesta y su motivo en «Mis pedidos»."),
    page="roster:own_requests",
    button=_("Lee la respuesta"),
)
KINDS = (DECIDED,)
DECIDING = ("request_granted", "request_declined")


def causes_in_trail(entries: Sequence[AuditEntry]) -> Iterator[Cause]:
    """Yield each decision, once for its request."""
    for entry in entries:
        learner = read_uuid(entry.object_key)
        if learner is not None:
            yield Cause(
                kind=DECIDED.name,
                learner=learner,
                key=str(entry.details.get("request", entry.uuid)),
                happened_at=entry.at,
            )


DECISIONS = Journal(
    name="requests",
    rows=lambda: AuditEntry.objects.filter(object_type="person", action__in=DECIDING),
    number="pk",
    at="at",
    read=causes_in_trail,
)
