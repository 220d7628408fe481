"""Marks courses dirty when Wagtail publishes, unpublishes, moves, renames or deletes something in
them.
"""

from django.db.models.signals import pre_delete
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import (
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
    pre_page_move,
)

from courses.editions import mark_dirty


@receiver(page_published)
def page_was_published(instance: Page, alias: bool = False, **kwargs):
    """An alias is published with its source; the source alone counts."""
    if not alias:
        mark_dirty(instance)


@receiver(page_unpublished)
@receiver(page_slug_changed)
def page_was_changed(instance: Page, **kwargs):
    mark_dirty(instance)


@receiver([pre_page_move, post_page_move])
def page_was_moved(instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs):
    """Both the course it left and the one it reached have changed."""
    mark_dirty(parent_page_before)
    mark_dirty(parent_page_after)
    mark_dirty(instance)


@receiver(pre_delete)
def page_is_being_deleted(sender, instance, **kwargs):
    if issubclass(sender, Page):
        mark_dirty(instance)
