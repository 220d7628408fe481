"""Issues a certificate anew with its holder's data of today; the one before says «Reemplazado» and
leads to it.
"""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from accounts import documents
from accounts.models import User
from audit.services import record_act
from certificates.codes import new_code
from certificates.models import Certificate
from certificates.services import number_waiting_certificates
from certificates.signals import certificate_created
from certificates.tasks import number_certificates

State = Certificate.State
# What a certificate says of its course and its completion stays as it was frozen.
COPIED_FIELDS = (
    "kind", "learner", "enrolment_id", "edition_id", "course_title", "edition_number", "minutes",
    "syllabus", "score_scaled",
    "started_on", "completed_on", "provider", "issuer", "signers",
    "training_type", "modality", "cost",
)  # fmt: skip


class NothingToReplace(Exception):
    """The certificate is in force and says already what the account says."""


class NoHolder(Exception):
    """The holder's data were erased: there is nobody to certify anew."""


def outdated_data(certificate: Certificate, holder: User) -> list[str]:
    """Return which data of its holder a certificate no longer says as they are:

    `name`, `document`.
    """
    cipher = certificate.document_cipher
    changes = {
        "name": certificate.holder_name != holder.get_full_name(),
        "document": (documents.decrypt(cipher) if cipher else "") != holder.document_number,
    }
    return [name for name, is_outdated in changes.items() if is_outdated]


def replace_certificate(
    *, certificate: Certificate, actor: User, now: datetime, uuid: UUID | None = None
) -> Certificate:
    """Return the certificate that replaces another one, with a code and a number of its own; a
    second time the same.

    One that was revoked may be replaced, by an operator: that is the way back. The caller has
    checked that `actor` may. `uuid` is the identifier that the client sent. Raises NothingToReplace
    and NoHolder.
    """
    if certificate.number is None:
        number_waiting_certificates(now=now)
    with transaction.atomic():
        # Without a join: PostgreSQL reads the locked row again after a wait, but not what was
        # joined to it.
        old = Certificate.objects.select_for_update().get(pk=certificate.pk)
        if old.replaced_by:
            return old.replaced_by
        holder = User.objects.filter(learner_key=old.learner).first()
        if holder is None:
            raise NoHolder
        if old.is_valid and not outdated_data(old, holder):
            raise NothingToReplace
        was_revoked = old.state == State.REVOKED
        old.state = State.REPLACED
        old.save(update_fields=["state"])
        old.replaced_by = _anew(old, holder, _free(uuid), now)
        old.save(update_fields=["replaced_by"])
        _record(old, old.replaced_by, actor, now)
        if was_revoked:  # figures count one in force again; otherwise one took the place of another
            certificate_created.send(sender=Certificate, certificate=old.replaced_by, now=now)
        transaction.on_commit(number_certificates.enqueue, robust=True)
    return old.replaced_by


def _anew(old: Certificate, holder: User, uuid: UUID, now: datetime) -> Certificate:
    return Certificate.objects.create(
        uuid=uuid,
        code=new_code(),
        holder_name=holder.get_full_name(),
        document_type=holder.document_type,
        document_cipher=holder.document_cipher,
        document_last=holder.document_number[-3:],
        created_at=now,
        **{field: getattr(old, field) for field in COPIED_FIELDS},
    )


def _free(uuid: UUID | None) -> UUID:
    """Return the client's identifier, or a fresh one where another certificate has it."""
    return uuid if uuid and not Certificate.objects.filter(uuid=uuid).exists() else uuid4()


def _record(old: Certificate, new: Certificate, actor: User, now: datetime) -> None:
    record_act(
        actor_key=actor.learner_key,
        action="certificate_replaced",
        object_type="certificate",
        object_key=str(old.uuid),
        now=now,
        details={"by": str(new.uuid)},
    )
