"""Lets the letters of a person go with the person, however the row is deleted."""

from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.models import User
from notices.services import forget_letters_of, forget_notices_of


@receiver(post_delete, sender=User)
def forget_letters(instance: User, **kwargs):
    forget_letters_of(instance.learner_key, instance.email)
    forget_notices_of(instance.learner_key)
