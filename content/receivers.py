"""Remembers the addresses of published pages that are renamed or moved, knows what a page shows
from the moment it is published, keeps files that somebody reads, and lets each page have its
history.
"""

from uuid import uuid5

from django.db.models.signals import pre_delete, pre_save
from django.dispatch import receiver
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page, PageLogEntry, ReferenceIndex
from wagtail.signals import page_published, page_slug_changed, post_page_move

from content.files_in_use import FileInUse, deletion_refusals
from content.models import CustomDocument, CustomImage, FormerAddress
from content.queries import path_of


@receiver(page_published)
def page_was_published(instance: Page, **kwargs):
    """Know at once what the page shows: who may open it may open its pictures, and the task by
    which Wagtail finds them may wait behind others for minutes.
    """
    ReferenceIndex.create_or_update_for_object(instance)


@receiver(page_slug_changed)
def page_was_renamed(instance: Page, instance_before: Page, **kwargs):
    remember(instance, instance_before.url_path, instance.url_path)


@receiver(post_page_move)
def page_was_moved(instance: Page, url_path_before: str, url_path_after: str, **kwargs):
    remember(instance, url_path_before, url_path_after)


def remember(top: Page, before: str, after: str) -> None:
    """Keep the old address of each page at and below `top` that was ever published; an address in
    use again is forgotten.
    """
    if before == after:
        return
    longest = FormerAddress._meta.get_field("path").max_length
    branch = top.get_descendants(inclusive=True).exclude(first_published_at=None)
    pages = branch.values_list("pk", "url_path")
    old = [FormerAddress(path=path_of(before + url[len(after) :]), page_id=pk) for pk, url in pages]
    FormerAddress.objects.bulk_create(
        [row for row in old if row.path and len(row.path) <= longest],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["page"],
    )
    FormerAddress.objects.filter(path__in=[path_of(url) for pk, url in pages]).delete()


@receiver(pre_delete, sender=CustomImage)
@receiver(pre_delete, sender=CustomDocument)
def file_is_being_deleted(instance: CustomImage | CustomDocument, **kwargs):
    """Whatever way it is asked: the screens ask first and answer in words. Raises FileInUse."""
    for refusal in deletion_refusals([instance]):
        raise FileInUse(refusal)


@receiver(pre_save, sender=PageLogEntry)
def entry_of_history_is_being_written(instance: PageLogEntry, **kwargs):
    """Mark what one request does to one page: by the mark of the request alone, Wagtail shows an
    act on many pages in the history of the last of them.

    A mark that Wagtail took from an earlier entry of the page stays.
    """
    if instance.uuid and instance.uuid == get_active_log_context().uuid:
        instance.uuid = uuid5(instance.uuid, str(instance.page_id))
