"""Lets the letters of a person go with the person, however the row is deleted, and hands over what
somebody was told when two of their accounts become one.
"""

from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.models import User
from accounts.signals import people_merged
from notices.services import forget_letters_of, forget_notices_of, hand_notices_over


@receiver(post_delete, sender=User)
def forget_letters(instance: User, **kwargs):
    forget_letters_of(instance.learner_key, instance.email)
    forget_notices_of(instance.learner_key)


@receiver(people_merged)
def notices_change_hands(kept, merged, **kwargs):
    hand_notices_over(kept=kept.learner_key, merged=merged.learner_key)
