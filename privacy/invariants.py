"""Checks that the list of who was erased can be read."""

from collections.abc import Iterator

from lib.findings import Finding
from privacy.erasure_list import damaged_lines


def check() -> Iterator[Finding]:
    """Yield the invariant of the erasure list."""
    lines = damaged_lines()
    yield Finding("every line of the erasure list can be read", len(lines), tuple(lines))
