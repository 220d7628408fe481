"""Closes open attempts when a learner leaves a course, and hands attempts over when two accounts
become one, inside the same transaction.
"""

from django.dispatch import receiver

from accounts.signals import people_merged, people_to_merge
from learning.models import Enrolment
from learning.signals import enrolment_withdrawn
from quizzes.services import abandon_open_attempts, join_attempts, refuse_open_attempts


@receiver(enrolment_withdrawn, sender=Enrolment)
def enrolment_was_withdrawn(enrolment: Enrolment, **kwargs):
    abandon_open_attempts(enrolment=enrolment)


@receiver(people_to_merge)
def nobody_is_answering(kept, merged, **kwargs):
    refuse_open_attempts(kept.learner_key, merged.learner_key)


@receiver(people_merged)
def hand_attempts_over(kept, merged, **kwargs):
    join_attempts(kept=kept.learner_key, merged=merged.learner_key)
