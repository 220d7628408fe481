"""Says what people are told about their questions: the trail is the cause."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from audit.models import AuditEntry
from lib.identifiers import read_uuid
from notices.journals import Cause, Journal
from notices.kinds import Kind

ANSWERED = Kind(
    name="help_answered",
    label=_("Respuestas de Ayuda"),
    title=_("Respondimos lo que preguntaste en Ayuda"),
    text=_("Tu pregunta ya tiene respuesta. Léela en «Mis preguntas»."),
    page="support:own_help",
    button=_("Lee la respuesta"),
)
KINDS = (ANSWERED,)


def causes_in_trail(entries: Sequence[AuditEntry]) -> Iterator[Cause]:
    """Yield each answer, once for its question."""
    for entry in entries:
        learner = read_uuid(entry.object_key)
        if learner is not None:
            yield Cause(
                kind=ANSWERED.name,
                learner=learner,
                key=f"help-{entry.details.get('help', entry.uuid)}",
                happened_at=entry.at,
            )


ANSWERS = Journal(
    name="help_answers",
    rows=lambda: AuditEntry.objects.filter(object_type="person", action="help_answered"),
    number="pk",
    at="at",
    read=causes_in_trail,
)
