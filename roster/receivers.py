"""Hands over what somebody asked, and who called them, when two of their accounts become one."""

from django.dispatch import receiver

from accounts.signals import people_merged
from roster.models import Contact
from roster.requests import hand_requests_over


@receiver(people_merged)
def requests_change_hands(kept, merged, now, **kwargs):
    hand_requests_over(kept=kept.learner_key, merged=merged.learner_key, now=now)
    Contact.objects.filter(learner=merged.learner_key).update(learner=kept.learner_key)
