"""Writes the certificate in the transaction of completion, and has it numbered afterwards; hands
certificates over when two accounts become one.
"""

from datetime import datetime

from django.db import transaction
from django.dispatch import receiver

from accounts.signals import people_merged
from certificates.services import hand_certificates_over, issue_certificate
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


@receiver(people_merged)
def certificates_change_hands(kept, merged, **kwargs):
    hand_certificates_over(kept=kept.learner_key, merged=merged.learner_key)
