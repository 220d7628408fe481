"""Checks that the list of who was erased can be read, and that nobody on it is here again."""

from collections.abc import Iterator

from lib.findings import Finding
from privacy.erasure import people_who_came_back
from privacy.erasure_list import damaged_lines


def check() -> Iterator[Finding]:
    """Yield the invariants of the erasure list."""
    lines = damaged_lines()
    yield Finding("every line of the erasure list can be read", len(lines), tuple(lines))
    back = sorted(people_who_came_back())
    steps = tuple(f"{key}: reapply_erasures" for key in back)
    yield Finding("nobody who was erased is here again", len(back), steps)
