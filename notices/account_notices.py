"""Says what people are told about their account: the trail of the room below is the cause."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from audit.models import AuditEntry
from lib.identifiers import read_uuid
from notices.journals import Cause, Journal
from notices.kinds import Kind

ACCOUNT_MADE = Kind(
    name="account_made",
    label=_("Tu cuenta"),
    title=_("Tu cuenta de Puriq está lista"),
    text=_(
        "Se creó una cuenta de Puriq para ti. Si no la pediste, escríbenos en «Ayuda». "
        "Si no elegiste una contraseña, elígela con «Recupera tu contraseña»."
    ),
    page="learning:home",
    button=_("Ingresa a Puriq"),
)
NAME_CORRECTED = Kind(
    name="name_corrected",
    label=_("Cambios en tu nombre"),
    title=_("Tu nombre en Puriq cambió"),
    text=_(
        "Tu nombre cambió en tu cuenta. Revísalo: así saldrá en tus próximos certificados. "
        "Si no es correcto, corrígelo en «Mi cuenta»."
    ),
    page="accounts:account",
    button=_("Revisa tu nombre"),
)
DOCUMENT_GIVEN = Kind(
    name="document_given",
    label=_("De quién es un documento"),
    title=_("Tu documento ya está en tu cuenta"),
    text=_(
        "Otra cuenta tenía tu documento, y quien atiende tu entidad lo puso en la tuya. Desde "
        "ahora puedes ingresar con su número."
    ),
    page="accounts:account",
    button=_("Mira tu cuenta"),
)
DOCUMENT_TAKEN = Kind(
    name="document_taken",
    label=_("Documento quitado de tu cuenta"),
    title=_("Tu cuenta ya no tiene documento"),
    text=_(
        "Se comprobó que el documento de tu cuenta es de otra persona, y se quitó. Lo demás queda "
        "como estaba. Si es un error, o para agregar el tuyo, escríbenos en «Ayuda»."
    ),
    page="accounts:account",
    button=_("Mira tu cuenta"),
)
KINDS = (ACCOUNT_MADE, NAME_CORRECTED, DOCUMENT_GIVEN, DOCUMENT_TAKEN)
MAKING = ("first_entry_confirmed", "person_added")
CORRECTING = ("person_corrected", "person_changed")
SETTLING = {
    "person_document_given": DOCUMENT_GIVEN.name,
    "person_document_taken": DOCUMENT_TAKEN.name,
}
NAMES = {"first_name", "last_name"}


def causes_in_trail(entries: Sequence[AuditEntry]) -> Iterator[Cause]:
    """Yield an account that was made, once for each person, each correction of a name, and whose
    a document is.
    """
    for entry in entries:
        learner = read_uuid(entry.object_key)
        if learner is None:
            continue
        if entry.action in MAKING:
            yield Cause(
                kind=ACCOUNT_MADE.name, learner=learner, key="account", happened_at=entry.at
            )
        elif kind := SETTLING.get(entry.action):
            yield Cause(kind=kind, learner=learner, key=str(entry.uuid), happened_at=entry.at)
        elif NAMES.intersection(entry.details.get("fields", ())):
            yield Cause(
                kind=NAME_CORRECTED.name,
                learner=learner,
                key=str(entry.uuid),
                happened_at=entry.at,
            )


TRAIL = Journal(
    name="trail",
    rows=lambda: AuditEntry.objects.filter(
        object_type="person", action__in=(*MAKING, *CORRECTING, *SETTLING)
    ),
    number="pk",
    at="at",
    read=causes_in_trail,
)
