"""Lets the process that changed the institution behind the site, or its notice, show it at once."""

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from provider.models import Provider, SiteNotice
from provider.queries import forget_provider


@receiver(post_save, sender=Provider)
@receiver(post_save, sender=SiteNotice)
@receiver(post_delete, sender=SiteNotice)
@receiver(post_save, sender=settings.WAGTAILIMAGES_IMAGE_MODEL)
@receiver(post_delete, sender=settings.WAGTAILIMAGES_IMAGE_MODEL)
def provider_was_written(**kwargs) -> None:
    """Forget it now for this transaction, and once more when others may read it."""
    forget_provider()
    transaction.on_commit(forget_provider)
