"""Tells which addresses of a text no reader can open: those of the author's own computer or office network."""

import re
from collections.abc import Iterator
from html import unescape
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

_ADDRESS = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')
_AT_HOME = (".local", ".localhost", ".localdomain", ".internal", ".lan", ".intranet")


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
    """Say whether an address leads to a file or a computer that readers elsewhere cannot reach."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return True
    if parts.scheme not in {"http", "https"}:
        return parts.scheme == "file" or len(parts.scheme) == 1  # a drive, as in C:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_AT_HOME)
