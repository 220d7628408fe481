"""Says what people are told about their requests and about where they serve: the trail is the
cause.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Transfer
from audit.models import AuditEntry
from lib.identifiers import read_uuid
from notices.journals import Cause, Journal
from notices.kinds import Kind
from notices.models import Notice


def serve_somewhere(notices: Sequence[Notice]) -> set[int]:
    """Return the keys of the notices whose person has a post."""
    serving = _serving({row.learner for row in notices})
    return {row.pk for row in notices if row.learner in serving}


def serve_nowhere(notices: Sequence[Notice]) -> set[int]:
    """Return the keys of the notices whose person has no post."""
    return {row.pk for row in notices} - serve_somewhere(notices)


def _serving(learners: set[UUID]) -> set[UUID]:
    posts = Membership.objects.filter(user__learner_key__in=learners, ended_on=None)
    return set(posts.values_list("user__learner_key", flat=True))


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
MOVED = Kind(
    name="person_moved",
    label=_("Cambios de entidad"),
    title=_("Tu entidad en Puriq cambió"),
    text=_(
        "Anotaron en qué entidad trabajas desde hoy: mírala en «Mi cuenta». Sigues en tus cursos "
        "donde te quedaste, y lo que terminaste y tus certificados siguen siendo tuyos. Si no es "
        "correcta, cámbiala ahí o escríbenos en «Ayuda»."
    ),
    page="accounts:account",
    button=_("Mira tu entidad"),
    still_holds=serve_somewhere,
)
POST_ENDED = Kind(
    name="post_ended",
    label=_("Cargo terminado"),
    title=_("Tu cargo en tu entidad terminó"),
    text=_(
        "Anotaron que tu cargo terminó. Tus cursos y tus certificados siguen siendo tuyos: "
        "puedes seguir estudiando. Si trabajas en otra entidad, elígela en «Mi cuenta». Si es un "
        "error, escríbenos en «Ayuda»."
    ),
    page="accounts:account",
    button=_("Mira tu entidad"),
    still_holds=serve_nowhere,
)
POST_PUT_BACK = Kind(
    name="post_put_back",
    label=_("Cargo puesto otra vez"),
    title=_("Tu cargo está otra vez en tu cuenta"),
    text=_(
        "Habían anotado por error que tu cargo terminó. Ya está otra vez, con las mismas fechas, "
        "y tus cursos sin terminar cuentan en esa entidad. Tus cursos y tus certificados siguen "
        "siendo tuyos. Si no es correcto, escríbenos en «Ayuda»."
    ),
    page="accounts:account",
    button=_("Mira tu entidad"),
    still_holds=serve_somewhere,
)
KINDS = (DECIDED, REJECTED, REJECTED_OF_ASKER, MOVED, POST_ENDED, POST_PUT_BACK)
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


def causes_of_posts(entries: Sequence[AuditEntry]) -> Iterator[Cause]:
    """Yield each change of where a person serves that the person did not make."""
    for entry in entries:
        learner = read_uuid(entry.object_key)
        if learner is not None and learner != entry.actor_key:
            yield Cause(
                kind=entry.action, learner=learner, key=str(entry.uuid), happened_at=entry.at
            )


# The trail calls these acts as their kinds are called.
POSTS = Journal(
    name="posts",
    rows=lambda: AuditEntry.objects.filter(
        object_type="person", action__in=[kind.name for kind in (MOVED, POST_ENDED, POST_PUT_BACK)]
    ),
    number="pk",
    at="at",
    read=causes_of_posts,
)
