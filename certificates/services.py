"""Issues, numbers, repairs and revokes certificates."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from audit.services import record_act
from certificates.codes import new_code
from certificates.models import Certificate
from certificates.queries import completions_without_certificate, holder_of
from certificates.signals import certificate_created, certificate_revoked
from certificates.training import COST, MODALITY, TRAINING_TYPE
from courses.editions import edition_of, outline_of
from courses.models import Edition
from learning.models import Enrolment
from provider.queries import the_provider

logger = logging.getLogger(__name__)

State = Certificate.State


class CannotBeRevoked(Exception):
    """The certificate was replaced by another: that one is the one to revoke."""


def certificate_for(
    *, enrolment: Enrolment, holder: User, edition: Edition, score: float | None, now: datetime
) -> Certificate:
    """Build, unsaved, the certificate of a completed enrolment: everything printed is copied from
    what is true now.

    The minutes are the sum of the activities of the completed edition, never a round number by
    design.
    """
    outline, provider = outline_of(edition.pk), the_provider()
    return Certificate(
        code=new_code(),
        learner=enrolment.learner,
        enrolment=enrolment,
        edition=edition,
        holder_name=holder.get_full_name(),
        document_type=holder.document_type,
        document_cipher=holder.document_cipher,
        document_last=holder.document_number[-3:],
        course_title=outline.title,
        edition_number=edition.number,
        minutes=outline.minutes,
        syllabus=[
            {"module": module.title, "minutes": module.minutes} for module in outline.modules
        ],
        score_scaled=score,
        started_on=timezone.localdate(enrolment.enrolled_at),
        completed_on=timezone.localdate(enrolment.completed_at),
        provider=provider.on_certificates,
        issuer=provider.certifies,
        signers=provider.signers,
        training_type=TRAINING_TYPE,
        modality=MODALITY,
        cost=COST,
        created_at=now,
    )


def issue_certificate(*, enrolment: Enrolment, now: datetime) -> Certificate | None:
    """Write the certificate of a completed enrolment in the caller's transaction; its number comes
    afterwards.

    Three statements, warm: person, certificate, trail. Returns None when the completion has its
    certificate already, or when the person's data were erased and there is nobody to certify.
    """
    holder = holder_of(enrolment)
    if holder is None or holder.has_certificate:
        return None
    edition = edition_of(enrolment.completed_edition_id)
    certificate = certificate_for(
        enrolment=enrolment,
        holder=holder.person,
        edition=edition,
        score=holder.final_score,
        now=now,
    )
    certificate.save(force_insert=True)
    record_act(
        actor_key=None,
        action="certificate_created",
        object_type="certificate",
        object_key=str(certificate.uuid),
        now=now,
    )
    certificate_created.send(sender=Certificate, certificate=certificate, now=now)
    return certificate


def number_waiting_certificates(*, now: datetime) -> int:
    """Number every waiting certificate in the order of its creation, without holes; return how
    many.

    Certificate number 1 is the gate: who holds its lock numbers alone. Before there is one, and
    whatever happens, two equal numbers are refused by the database and the next run repeats the
    work.
    """
    with transaction.atomic():
        list(Certificate.objects.select_for_update().filter(number=1).values_list("pk"))
        waiting = list(
            Certificate.objects.select_for_update().filter(number=None).order_by("pk").only("pk")
        )
        last = Certificate.objects.aggregate(last=Max("number"))["last"] or 0
        for number, certificate in enumerate(waiting, start=last + 1):
            certificate.number, certificate.state, certificate.issued_at = number, State.ISSUED, now
        Certificate.objects.bulk_update(waiting, ["number", "state", "issued_at"], batch_size=500)
    return len(waiting)


def issue_missing_certificates(*, now: datetime) -> int:
    """Write the certificates that completions lack, and number all that wait; return how many were
    missing.

    Each is a transaction of its own: one that fails is logged and leaves the others done.
    """
    count = 0
    for enrolment_id in completions_without_certificate():
        try:
            with transaction.atomic():
                enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
                count += issue_certificate(enrolment=enrolment, now=now) is not None
        except Exception:
            logger.exception("The certificate of enrolment %s could not be written", enrolment_id)
    number_waiting_certificates(now=now)
    return count


def hand_certificates_over(*, kept: UUID, merged: UUID) -> None:
    """Let the certificates of one account be those of another of the same person; what each of them
    says, and its state, stay.
    """
    Certificate.objects.filter(learner=merged).update(learner=kept)


def revoke_certificate(
    *, certificate: Certificate, reason: str, actor: User, now: datetime
) -> Certificate:
    """Declare a certificate not valid from now on, with its reason and who decided; a second time
    changes nothing.

    The trail says who, what and when; the reason stays with the certificate, as it may name a
    person. The caller has checked that `actor` may do it. Raises ValueError without a reason and
    CannotBeRevoked for a replaced certificate.
    """
    if not reason.strip():
        raise ValueError("a revocation needs a reason")
    if certificate.number is None:
        number_waiting_certificates(now=now)
    with transaction.atomic():
        own = Certificate.objects.select_for_update().get(pk=certificate.pk)
        if own.state == State.REVOKED:
            return own
        if own.state == State.REPLACED:
            raise CannotBeRevoked(own.code)
        own.state, own.revoked_at, own.revocation_reason = (
            State.REVOKED,
            now,
            reason.strip(),
        )
        own.save(update_fields=["state", "revoked_at", "revocation_reason"])
        record_act(
            actor_key=actor.learner_key,
            action="certificate_revoked",
            object_type="certificate",
            object_key=str(own.uuid),
            now=now,
        )
        certificate_revoked.send(sender=Certificate, certificate=own, now=now)
    return own
