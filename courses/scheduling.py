"""Publishes and withdraws what its day has come for; a page that something stops waits, and the others do not wait for it."""

import logging
from datetime import datetime

from django.db import transaction
from wagtail.models import Page, Revision

from content.publishing import CannotPublish

logger = logging.getLogger(__name__)


def publish_due_pages(now: datetime) -> None:
    """Do what the command of Wagtail does, in one transaction, so that a course gets one edition; idempotent."""
    with transaction.atomic():
        for page in Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at"):
            page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
        for revision in due_revisions(now):
            try:
                with transaction.atomic():
                    revision.publish(log_action="wagtail.publish.scheduled")
            except CannotPublish as refused:
                logger.error("Page %s was due and is not published: %s", revision.object_id, refused)


def due_revisions(now: datetime) -> list[Revision]:
    """Return the revisions whose day has come, the deepest page first; after a run, those that something stops."""
    due = list(Revision.page_revisions.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at"))
    return sorted(due, key=lambda revision: -revision.content.get("depth", 0))
