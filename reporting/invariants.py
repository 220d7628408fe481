"""Checks that the figures are what the records add up to."""

from collections.abc import Iterator

from lib.findings import Finding
from reporting.services import kept_figures, one_moment, recount


def check() -> Iterator[Finding]:
    """Yield I11: tallies and pending differences together equal an independent recount."""
    with one_moment(only_reads=True):
        kept, counted = kept_figures(), recount()
    wrong = sum(kept.get(place) != counted.get(place) for place in kept.keys() | counted.keys())
    yield Finding("I11 figures equal a recount from the records", wrong)
