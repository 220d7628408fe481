"""Writes the certificate in the transaction of completion, and has it numbered afterwards."""

from datetime import datetime

from django.db import transaction
from django.dispatch import receiver

from certificates.services import issue_certificate
from certificates.tasks import number_certificates
from learning.models import Enrolment
from learning.signals import course_completed


@receiver(course_completed)
def course_was_completed(enrolment: Enrolment, now: datetime, **kwargs):
    """Certificate and completion are committed together; a lost task is repeated by the due
    jobs.
    """
    if issue_certificate(enrolment=enrolment, now=now):
        transaction.on_commit(number_certificates.enqueue, robust=True)
