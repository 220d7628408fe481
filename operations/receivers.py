"""Writes the line of a fault with the reference on the error page, and lines of the trail for what the editor does to pages and files."""

import logging
import sys

from django.core.signals import got_request_exception
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest
from wagtail.log_actions import get_active_log_context
from wagtail.models import PageLogEntry

from content.models import CustomDocument, CustomImage
from operations.busy import is_passing
from operations.editor_changes import note_act_on_file, note_act_on_page
from operations.logs import learner_key_of, new_reference, route_of

logger = logging.getLogger(__name__)


@receiver(got_request_exception)
def log_fault(sender, request: HttpRequest | None = None, **kwargs) -> None:
    """Log a fault of a request; Django sends this before it asks for the error page."""
    if request is None:
        return
    if is_passing(sys.exc_info()[1]):
        logger.warning("The database did not answer in time: %s", route_of(request), exc_info=sys.exc_info())
        return
    request.fault_reference = new_reference()
    route = route_of(request)
    facts = {"reference": request.fault_reference, "method": request.method, "route": route, "learner": learner_key_of(request)}
    logger.error("Fault %s at %s", request.fault_reference, route, exc_info=sys.exc_info(), extra={"facts": facts})


@receiver(post_save, sender=PageLogEntry)
def page_act_was_logged(instance: PageLogEntry, created: bool, raw: bool = False, **kwargs) -> None:
    """Seal what Wagtail logs about pages: its own log can be changed by whoever reaches the database."""
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
