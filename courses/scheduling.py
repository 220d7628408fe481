"""Publishes and withdraws what its day has come for; a page that something stops waits, and the
others do not wait for it.
"""

import logging
from datetime import datetime

from django.db import transaction
from wagtail.models import Page, Revision

from content.publishing import CannotPublish

logger = logging.getLogger(__name__)


def publish_due_pages(now: datetime) -> None:
    """Do what the command of Wagtail does, in one transaction, so that a course gets one edition;
    idempotent.
    """
    with transaction.atomic():
        for page in Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at"):
            page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
        for revision in due_revisions(now):
            try:
                with transaction.atomic():
                    revision.publish(log_action="wagtail.publish.scheduled")
            except CannotPublish as refused:
                logger.error(
                    "Page %s was due and is not published: %s", revision.object_id, refused
                )


def due_revisions(now: datetime) -> list[Revision]:
    """Return the revisions whose day has come, the deepest page first; after a run, those that
    something stops.
    """
    due = list(
        Revision.page_revisions.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at")
    )
    return sorted(due, key=lambda revision: -revision.content.get("depth", 0))


def forget_date(page: Page) -> bool:
    """Take the date of publication out of the newest draft, so that no later approval takes it up
    again; say whether it had one.

    The site does it: who takes a publication back has written nothing.
    """
    newest = page.get_latest_revision_as_object()
    if not newest.go_live_at:
        return False
    newest.go_live_at = None
    newest.save_revision(clean=False, log_action=False)
    Page.objects.filter(pk=page.pk, live=False).update(go_live_at=None)
    return True
