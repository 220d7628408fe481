"""Says what one check of the records found."""

from typing import NamedTuple


class Finding(NamedTuple):
    """An invariant in words, how many rows break it, and those that somebody must decide about, one
    line each.
    """

    name: str
    violations: int
    listed: tuple[str, ...] = ()
