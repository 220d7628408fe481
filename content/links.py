"""Tells which addresses of a text no reader can open: of the author's computer or office network,
or of the editor.
"""

import re
from collections.abc import Iterator
from html import unescape
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

_ADDRESS = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')
_AT_HOME = (
    ".local",
    ".localhost",
    ".localdomain",
    ".internal",
    ".lan",
    ".intranet",
    ".corp",
    ".home",
    ".home.arpa",
    ".test",
    ".invalid",
)


def addresses_in(stored: Any) -> Iterator[str]:
    """Yield every address that the stored value of a block links to, however deep it lies."""
    if isinstance(stored, str):
        yield from (unescape(address) for address in _ADDRESS.findall(stored))
    elif isinstance(stored, dict):
        for part in stored.values():
            yield from addresses_in(part)
    elif isinstance(stored, list | tuple):
        for part in stored:
            yield from addresses_in(part)


def is_out_of_reach(address: str) -> bool:
    """Say whether an address leads to what readers cannot open: a file, a computer near the author,
    a screen of the editor.
    """
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return True
    if parts.scheme not in {"http", "https", ""}:
        return parts.scheme == "file" or len(parts.scheme) == 1  # a drive, as in C:
    is_here = not host or host == urlsplit(settings.BASE_URL).hostname
    if is_here and f"{parts.path}/".startswith(reverse("wagtailadmin_home")):
        return True
    if not parts.scheme and not parts.netloc:
        return bool(parts.path) and not parts.path.startswith(
            "/"
        )  # beside a text that lies elsewhere
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_AT_HOME)


def unreachable(address: str) -> str:
    """Return the sentence that refuses an address which no reader can open."""
    sentence = _(
        "quien lee no puede abrir el enlace «%(address)s»: no lleva a una página pública. "
        "Escribe otra dirección, completa (https://…), o quita el enlace."
    )
    return sentence % {"address": address}
