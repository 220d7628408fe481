"""Writes lines of the trail for what the editor does to pages and files."""

from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.log_actions import get_active_log_context
from wagtail.models import PageLogEntry

from content.models import CustomDocument, CustomImage
from operations.editor_changes import note_act_on_file, note_act_on_page


@receiver(post_save, sender=PageLogEntry)
def page_act_was_logged(instance: PageLogEntry, created: bool, raw: bool = False, **kwargs) -> None:
    """Seal what Wagtail logs about pages: its own log can be changed by whoever reaches the
    database.
    """
    if created and not raw:
        note_act_on_page(instance)


@receiver(post_save, sender=CustomDocument)
@receiver(post_save, sender=CustomImage)
def file_was_saved(instance: Model, created: bool, update_fields=None, **kwargs) -> None:
    """Size and digest, which are saved by name, are found out by reading: no act of anybody."""
    actor = get_active_log_context().user
    if actor and not update_fields:
        note_act_on_file(instance, "added" if created else "changed", actor.learner_key)


@receiver(post_delete, sender=CustomDocument)
@receiver(post_delete, sender=CustomImage)
def file_was_deleted(instance: Model, **kwargs) -> None:
    actor = get_active_log_context().user
    if actor:
        note_act_on_file(instance, "deleted", actor.learner_key)
