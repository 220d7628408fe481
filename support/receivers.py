"""Hands over what somebody asked in Help when two of their accounts become one."""

from django.dispatch import receiver

from accounts.signals import people_merged
from support.models import HelpRequest


@receiver(people_merged)
def hand_help_over(kept, merged, **kwargs):
    HelpRequest.objects.filter(learner=merged.learner_key).update(learner=kept.learner_key)
