"""Says what people are told about their certificates: the register is the cause, by its numbers."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from audit.models import AuditEntry
from certificates.models import Certificate
from lib.identifiers import read_uuid
from notices.journals import Cause, Journal
from notices.kinds import Kind

READY = Kind(
    name="certificate_ready",
    label=_("Certificados"),
    title=_("Tu certificado de «%(course)s» está listo"),
    text=_("Terminaste «%(course)s». Tu certificado está listo: descárgalo en «Certificados»."),
    page="certificates:mine",
    button=_("Descarga tu certificado"),
)
REVOKED = Kind(
    name="certificate_revoked",
    label=_("Certificados revocados"),
    title=_("Tu certificado de «%(course)s» fue revocado"),
    text=_("Tu certificado de «%(course)s» ya no vale. Lee por qué en «Certificados»."),
    page="certificates:mine",
    button=_("Lee por qué"),
)
KINDS = (READY, REVOKED)


def causes_in_register(certificates: Sequence[Certificate]) -> Iterator[Cause]:
    """Yield each certificate that got its number."""
    for certificate in certificates:
        yield Cause(
            kind=READY.name,
            learner=certificate.learner,
            key=str(certificate.uuid),
            happened_at=certificate.issued_at,
            facts={"course": certificate.course_title},
        )


REGISTER = Journal(
    name="certificates",
    rows=lambda: Certificate.objects.filter(state=Certificate.State.ISSUED, number__isnull=False),
    number="number",
    at="issued_at",
    read=causes_in_register,
)


def causes_in_trail(entries: Sequence[AuditEntry]) -> Iterator[Cause]:
    """Yield each certificate that somebody revoked and that is not in force again."""
    keys = [entry.details.get("certificate") for entry in entries]
    revoked = Certificate.objects.filter(state=Certificate.State.REVOKED, uuid__in=keys)
    titles = {str(row.uuid): row.course_title for row in revoked.only("uuid", "course_title")}
    for entry in entries:
        learner, key = read_uuid(entry.object_key), entry.details.get("certificate")
        if learner is not None and key in titles:
            yield Cause(
                kind=REVOKED.name,
                learner=learner,
                key=key,
                happened_at=entry.at,
                facts={"course": titles[key]},
            )


REVOCATIONS = Journal(
    name="revocations",
    rows=lambda: AuditEntry.objects.filter(object_type="person", action="certificate_revoked"),
    number="pk",
    at="at",
    read=causes_in_trail,
)
