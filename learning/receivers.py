"""Takes enrolments in progress along when their learner moves, and makes one record of two when
two accounts become one, in the same transaction.
"""

from django.dispatch import receiver

from accounts.models import Membership
from accounts.signals import people_merged, person_moved
from learning.services import join_records
from learning.transfers import transfer_enrolments


@receiver(person_moved)
def take_enrolments_along(membership, now, **kwargs):
    transfer_enrolments(
        learner=membership.user.learner_key, organisation=membership.organisation, now=now
    )


@receiver(people_merged)
def hand_records_over(kept, merged, now, **kwargs):
    join_records(kept=kept.learner_key, merged=merged.learner_key, now=now)
    post = Membership.objects.filter(user=kept, ended_on=None).select_related("organisation")
    for membership in post:
        take_enrolments_along(membership, now)
