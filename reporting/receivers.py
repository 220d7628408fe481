"""Writes one difference for each change of the figures, inside the transaction that causes it."""

from django.dispatch import receiver

from certificates.signals import certificate_created, certificate_revoked
from learning.models import Enrolment
from learning.signals import course_completed, enrolment_withdrawn, learner_enrolled
from reporting.models import Difference


def write_difference(enrolment: Enrolment, **changes: int) -> None:
    """Insert one difference at the place where the learner serves."""
    Difference.objects.create(
        course_id=enrolment.course_id,
        organisation_id=enrolment.organisation_id or 0,
        district_code=enrolment.district_code,
        **changes,
    )


@receiver(learner_enrolled)
def count_enrolment(enrolment, **kwargs):
    write_difference(enrolment, assigned=1)


@receiver(enrolment_withdrawn)
def count_withdrawal(enrolment, **kwargs):
    write_difference(enrolment, assigned=-1)


@receiver(course_completed)
def count_completion(enrolment, **kwargs):
    write_difference(enrolment, completed=1)


@receiver(certificate_created)
def count_certificate(certificate, **kwargs):
    write_difference(certificate.enrolment, certified=1)


@receiver(certificate_revoked)
def count_revocation(certificate, **kwargs):
    # Of an erased person nobody can tell where it was counted: there it stays.
    if certificate.enrolment:
        write_difference(certificate.enrolment, certified=-1)
