"""Lets the address of a last letter go with it."""

from django.db.models.signals import post_save
from django.dispatch import receiver
from django_tasks_db.models import DBTaskResult

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
