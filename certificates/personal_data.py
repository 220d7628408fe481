"""Says what this app holds about a person, and what of a certificate must stay when the person is
erased.
"""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate, CertifiedCompletion
from certificates.permissions import certificates_of
from privacy.data_map import Holding, RetentionRule, facts_of

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
    "issuer": _("Quién lo emite"),
    "training_type": _("Tipo"),
    "modality": _("Modalidad"),
    "cost": _("Costo"),
    "issued_at": _("Emitido"),
    "revoked_at": _("Revocado"),
    "revocation_reason": _("Motivo"),
}

CUT = [
    "learner",
    "uuid",
    "enrolment",
    "document_type",
    "document_cipher",
    "score_scaled",
    "created_at",
    "issued_at",
    "revoked_at",
]


def keep_legal_minimum(learner_key: UUID) -> None:
    """Leave what the register of training must say (D.S.

    040-2014-PCM art. 21.1) and what a paper copy is checked against.

    Name, course, type, duration, dates, provider and cost stay, with the last three digits that
    tell namesakes apart; the whole document number and the grade go. Each certificate gets a key of
    its own, and nothing that it says is told to the second: neither key, enrolment nor moment leads
    from the name to the journal any more. That a completion was certified stays there.
    """
    rows = list(Certificate.objects.filter(learner=learner_key).order_by("pk"))
    proofs: dict[int, bool] = {}
    for row in rows:
        if row.enrolment_id and row.state != Certificate.State.REPLACED:
            proofs[row.enrolment_id] = proofs.get(row.enrolment_id, False) or row.is_valid
        row.learner, row.uuid, row.enrolment = uuid4(), uuid4(), None
        row.document_type, row.document_cipher, row.score_scaled = "", "", None
        for name in ("created_at", "issued_at", "revoked_at"):
            setattr(row, name, day_of(getattr(row, name)))
    with transaction.atomic():
        completions = [
            CertifiedCompletion(enrolment_id=enrolment, is_valid=is_valid)
            for enrolment, is_valid in proofs.items()
        ]
        CertifiedCompletion.objects.bulk_create(completions, ignore_conflicts=True)
        Certificate.objects.bulk_update(rows, CUT)


def day_of(moment: datetime | None) -> datetime | None:
    """Return the beginning, in Lima, of the day of a moment."""
    return moment and timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)


LEGAL_MINIMUM = _(
    "Queda lo que la ley pide del registro de capacitación: nombre, curso, tipo, duración, "
    "fechas, quién lo dio y costo, "
    "con las tres últimas cifras del documento. Se borran el documento y la nota, y ya no se "
    "puede saber de qué registro salió."
)

REGISTER = RetentionRule(
    name="certificates",
    place=40,
    what=_("El registro de certificados"),
    term=_("Siempre, con lo mínimo"),
    why=_("La ley pide constancia de la capacitación (D.S. 040-2014-PCM, art. 21.1)."),
)

HOLDINGS = (
    Holding(
        name="certificates",
        title=_("Tus certificados"),
        tables=("certificates.Certificate", "certificates.CertifiedCompletion"),
        retention=(REGISTER,),
        labels=CERTIFICATE,
        rows=lambda user: facts_of(certificates_of(user), CERTIFICATE),
        after_erasure=LEGAL_MINIMUM,
        of_person=(_("Sus certificados"), LEGAL_MINIMUM),
        erase=keep_legal_minimum,
    ),
)
