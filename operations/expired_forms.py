"""Keeps what was typed in a form whose token expired, so that it can be sent again."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

# Never written into a page: passwords and codes, and what identifies a person. Files cannot be sent again by us.
KEPT_BACK = re.compile(r"password|contrase|clave|secret|code|codigo|document|dni|username|token", re.IGNORECASE)


@dataclass(frozen=True)
class ExpiredForm:
    """A form to be sent again: where to, its fields in order, and whether some must be typed again."""

    address: str
    fields: list[tuple[str, str]]
    is_partial: bool


def expired_form(request: HttpRequest) -> ExpiredForm | None:
    """Return the form that a page of this site sent, or None when it came from elsewhere or cannot be told."""
    address = request.get_full_path()
    if request.method != "POST" or address.startswith("//") or not is_from_here(request):
        return None
    sent = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    fields = [(name, value) for name, value in sent if not KEPT_BACK.search(name)]
    return ExpiredForm(address, fields, is_partial=len(fields) < len(sent) or bool(request.FILES))


def is_from_here(request: HttpRequest) -> bool:
    """Say whether the browser tells that a page of this site sent the request."""
    told = request.headers.get("Origin") or request.headers.get("Referer", "")
    here = {(request.scheme, request.get_host()), tuple(urlsplit(settings.BASE_URL)[:2])}
    return tuple(urlsplit(told)[:2]) in here
