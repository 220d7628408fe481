"""Says what this room holds about a person, and what of a certificate must stay when the person is erased."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.data_map import Holding, facts_of, register_holding
from certificates.models import Certificate
from certificates.permissions import certificates_of

CERTIFICATE = {
    "code": _("Código"),
    "number": _("Número"),
    "state": _("Estado"),
    "holder_name": _("Nombre"),
    "document_last": _("Documento que termina en"),
    "course_title": _("Curso"),
    "edition_number": _("Edición"),
    "minutes": _("Minutos"),
    "score_scaled": _("Nota, de 0 a 1"),
    "started_on": _("Inicio"),
    "completed_on": _("Término"),
    "provider": _("Quién lo da"),
    "training_type": _("Tipo"),
    "modality": _("Modalidad"),
    "cost": _("Costo"),
    "issued_at": _("Emitido"),
    "revoked_at": _("Revocado"),
    "revocation_reason": _("Motivo"),
}


def keep_legal_minimum(learner_key: UUID) -> None:
    """Leave what the register of training must say (D.S. 040-2014-PCM art. 21.1) and what a paper copy is checked against.

    Name, course, type, duration, dates, provider and cost stay, with the last three digits that tell namesakes apart; the whole
    document number and the grade go.
    """
    Certificate.objects.filter(learner=learner_key).update(document_type="", document_cipher="", score_scaled=None)


register_holding(
    Holding(
        "certificates",
        "certificates",
        _("Tus certificados"),
        ("certificates.Certificate",),
        CERTIFICATE,
        lambda user: facts_of(certificates_of(user), CERTIFICATE),
        _(
            "Queda lo que la ley pide del registro de capacitación: nombre, curso, tipo, duración, fechas, quién lo dio y costo, "
            "con las tres últimas cifras del documento. Se borran el documento y la nota."
        ),
        keep_legal_minimum,
    )
)
