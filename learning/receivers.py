"""Takes enrolments in progress along when their learner moves, in the same transaction."""

from django.dispatch import receiver

from accounts.signals import person_moved
from learning.transfers import transfer_enrolments


@receiver(person_moved)
def take_enrolments_along(membership, now, **kwargs):
    transfer_enrolments(
        learner=membership.user.learner_key, organisation=membership.organisation, now=now
    )
