"""Says what people are told about their requests: the trail is the cause."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import Transfer
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
REJECTED = Kind(
    name="transfer_rejected",
    label=_("Tu entidad"),
    title=_("Estás otra vez en la entidad de antes"),
    text=_(
        "Rechazaron tu traslado a otra entidad. Desde ahora tus cursos sin terminar cuentan otra "
        "vez en la de antes. Mira en «Mi cuenta» cuál es. Si no es correcto, escríbenos en "
        "«Ayuda»."
    ),
    page="accounts:account",
    button=_("Mira tu entidad"),
)
REJECTED_OF_ASKER = Kind(
    name="asked_transfer_rejected",
    label=_("Traslados que pediste"),
    title=_("Rechazaron un traslado que pediste"),
    text=_(
        "La otra entidad rechazó un traslado que pediste: la persona está otra vez donde estaba. "
        "Lee el motivo en «Traslados»."
    ),
    page="roster:transfers",
    button=_("Lee el motivo"),
)
KINDS = (DECIDED, REJECTED, REJECTED_OF_ASKER)
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


def causes_of_rejections(entries: Sequence[AuditEntry]) -> Iterator[Cause]:
    """Yield each rejected transfer twice: for the person, and for who had asked for it."""
    names = {entry.details.get("transfer") for entry in entries}
    askers = dict(
        Transfer.objects.filter(uuid__in=filter(None, map(read_uuid, names))).values_list(
            "uuid", "asked_by_key"
        )
    )
    for entry in entries:
        learner, transfer = read_uuid(entry.object_key), read_uuid(entry.details.get("transfer"))
        if learner is None or transfer not in askers:
            continue
        told = {"key": str(transfer), "happened_at": entry.at}
        yield Cause(kind=REJECTED.name, learner=learner, **told)
        if askers[transfer] != learner:
            yield Cause(kind=REJECTED_OF_ASKER.name, learner=askers[transfer], **told)


REJECTIONS = Journal(
    name="transfers",
    rows=lambda: AuditEntry.objects.filter(object_type="person", action="transfer_rejected"),
    number="pk",
    at="at",
    read=causes_of_rejections,
)
