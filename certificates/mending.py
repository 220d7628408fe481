"""Mends certificates whose frozen texts cannot be printed, so that each can be drawn as it
stands.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.services import record_act
from certificates.models import Certificate
from certificates.rendering import WRITTEN_FIELDS, WRITTEN_MODULE_FIELDS, is_printable
from lib.texts import as_written, printable, printing_problem

NAME = "holder_name"


class NeedsName(Exception):
    """No letter of the holder's name can be printed: an operator must say how it is written."""


def certificates_to_mend() -> list[Certificate]:
    """Return the certificates in force that cannot be printed as they stand, in the order of their
    creation.
    """
    in_force = Certificate.objects.filter(
        state__in=[Certificate.State.WAITING, Certificate.State.ISSUED]
    )
    rows = in_force.order_by("pk").iterator(chunk_size=2000)
    return [certificate for certificate in rows if not is_printable(certificate)]


def mend_certificate(
    *, certificate: Certificate, actor: User, now: datetime, name: str = ""
) -> list[str]:
    """Give a certificate texts that can be printed; return the names of the fields that changed,
    none when all could.

    The name becomes `name` when one is given, else the one of the account where that can be
    printed, else it loses what cannot. Other texts lose what cannot be printed. The trail keeps
    which fields changed, never the texts. Raises NeedsName.
    """
    with transaction.atomic():
        row_to_mend = Certificate.objects.select_for_update().get(pk=certificate.pk)
        fields = []
        for field in WRITTEN_FIELDS:
            text = getattr(row_to_mend, field)
            if printing_problem(text):
                setattr(
                    row_to_mend,
                    field,
                    _mended_name(row_to_mend, name) if field == NAME else _mended(text),
                )
                fields.append(field)
        if any(
            printing_problem(row[field])
            for row in row_to_mend.syllabus
            for field in WRITTEN_MODULE_FIELDS
        ):
            syllabus = [
                {field: _mended(row[field]) for field in WRITTEN_MODULE_FIELDS}
                for row in row_to_mend.syllabus
            ]
            row_to_mend.syllabus = [
                row | texts for row, texts in zip(row_to_mend.syllabus, syllabus, strict=True)
            ]
            fields.append("syllabus")
        if fields:
            row_to_mend.save(update_fields=fields)
            record_act(
                actor_key=actor.learner_key,
                action="certificate_mended",
                object_type="certificate",
                object_key=str(row_to_mend.uuid),
                now=now,
                details={"fields": fields},
            )
    return fields


def _mended(text: str) -> str:
    return (as_written(printable(text, substitute="")) or "—") if printing_problem(text) else text


def _mended_name(certificate: Certificate, given: str) -> str:
    holder = User.objects.filter(learner_key=certificate.learner).first()
    names = [
        given,
        holder.get_full_name() if holder else "",
        printable(certificate.holder_name, substitute=""),
    ]
    for name in map(as_written, names):
        if any(letter.isalpha() for letter in name) and not printing_problem(name):
            return name
    raise NeedsName(certificate.code)
