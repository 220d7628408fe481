"""Says what people are told about their certificates: the register is the cause, by its numbers."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
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
KINDS = (READY,)


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
