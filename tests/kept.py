"""Empties what a process keeps: tests use identifiers again, so what was kept for one world would
answer in the next.
"""

from django.core.cache import cache, caches

from accounts.queries import _institutions
from courses.editions import edition_of, number_of, outline_of
from courses.queries import reviewer_name
from notices.writing import forget_told
from provider.models import Provider
from provider.queries import keep
from questions.queries import forget_versions
from reporting.names import areas_during, names_during
from roster import queries as roster_queries


def forget_all() -> None:
    """Forget every cache, and the editions, questions and names that this process keeps."""
    cache.clear()
    caches["limits"].clear()
    caches["bodies"].clear()
    for kept in (
        _institutions,
        outline_of,
        edition_of,
        number_of,
        reviewer_name,
        areas_during,
        names_during,
        roster_queries.names_during,
    ):
        kept.cache_clear()
    forget_versions()
    forget_told()
    # What an empty database says: pages of a test count the statements of a process that is warm.
    keep(Provider(), seconds=float("inf"))
