"""Lets the address of a last letter go with it; keeps who asks to be erased from being merged."""

from django.db.models.signals import post_save
from django.dispatch import receiver
from django_tasks_db.models import DBTaskResult

from accounts.signals import people_to_merge
from privacy.erasure import refuse_waiting_erasure
from privacy.tasks import send_erased_letter


@receiver(post_save, sender=DBTaskResult)
def forget_address_of_erased(instance, **kwargs):
    """A server that refuses a letter names the address in its answer, which the note keeps too.

    That it failed is kept.
    """
    if instance.finished_at and instance.task_path == send_erased_letter.module_path:
        DBTaskResult.objects.filter(pk=instance.pk).update(
            args_kwargs={"args": [], "kwargs": {}}, traceback=""
        )


@receiver(people_to_merge)
def nobody_waits_for_erasure(kept, merged, **kwargs):
    refuse_waiting_erasure(kept.learner_key, merged.learner_key)
