"""Checks that the figures are what the records add up to."""

from collections.abc import Iterator

from lib.findings import Finding
from reporting.services import kept_figures, misfiled_tallies, one_moment, recount


def check() -> Iterator[Finding]:
    """Yield I11: tallies and pending differences together equal an independent recount, in the area
    and province of their district.
    """
    with one_moment(only_reads=True):
        tallies, records, strays = kept_figures(), recount(), misfiled_tallies()
    wrong = sum(
        tallies.get(place) != records.get(place) for place in tallies.keys() | records.keys()
    )
    yield Finding("I11 figures equal a recount from the records", wrong + strays)
