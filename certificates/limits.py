"""Counts requests by network address, so that nobody tries codes by the thousand."""

import logging

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)

VERIFICATIONS_A_MINUTE = 60
# A class of a hundred shares one address and downloads within the same minutes.
DOCUMENTS_A_MINUTE = 300


def is_over(request: HttpRequest, kind: str, limit: int) -> bool:
    """Count one request of that kind and say whether its address went over `limit` in this minute.

    The address enters the key as a keyed hash: it is personal data. Each process counts for itself with the in-process
    cache, all together with a shared one. A cache that does not answer stops nobody (reliability.md R16).
    """
    try:
        address = get_adapter().get_client_ip(request)
    except PermissionDenied:  # no address to count by, as behind a local socket
        return False
    minute = f"{timezone.now():%H%M}"
    key = f"certificates:{kind}:{minute}:{salted_hmac('certificates.limits', address).hexdigest()}"
    try:
        cache.add(key, 0, 120)
        return cache.incr(key) > limit
    except Exception:
        logger.exception("The cache did not count a request")
        return False
