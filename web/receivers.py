"""Writes the line of a fault, with the reference on the error page."""

import logging
import sys

from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import HttpRequest

from web.database_retry import is_passing
from web.logs import learner_key_of, new_reference, route_of

logger = logging.getLogger(__name__)


@receiver(got_request_exception)
def log_fault(sender, request: HttpRequest | None = None, **kwargs) -> None:
    """Log a fault of a request; Django sends this before it asks for the error page."""
    if request is None:
        return
    if is_passing(sys.exc_info()[1]):
        logger.warning(
            "The database did not answer in time: %s", route_of(request), exc_info=sys.exc_info()
        )
        return
    request.fault_reference = new_reference()
    route = route_of(request)
    facts = {
        "reference": request.fault_reference,
        "method": request.method,
        "route": route,
        "learner": learner_key_of(request),
    }
    logger.error(
        "Fault %s at %s",
        request.fault_reference,
        route,
        exc_info=sys.exc_info(),
        extra={"facts": facts},
    )
