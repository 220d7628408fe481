"""Says what one check of the records found."""

from typing import NamedTuple


class Finding(NamedTuple):
    """An invariant in words, and how many rows break it."""

    name: str
    violations: int
