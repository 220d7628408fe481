"""Closes open attempts when a learner leaves a course, inside the same transaction."""

from django.dispatch import receiver

from learning.models import Enrolment
from learning.signals import enrolment_withdrawn
from quizzes.services import abandon_open_attempts


@receiver(enrolment_withdrawn, sender=Enrolment)
def enrolment_was_withdrawn(enrolment: Enrolment, **kwargs):
    abandon_open_attempts(enrolment=enrolment)
