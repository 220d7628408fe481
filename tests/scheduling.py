"""Gives tests that share a costly site to one process of a run on several.

The marks of pytest-xdist for that are lost with the pytest of the lock, which keeps the identifier
of a test elsewhere: each process would make the site again.
"""

from xdist.scheduler import LoadGroupScheduling

TOGETHER = ("tests/journeys/", "tests/chaos/test_short_forms.py")


class SiteScheduling(LoadGroupScheduling):
    """Hands out a module that makes a site as one piece, the piece with most tests first."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0] if nodeid.startswith(TOGETHER) else nodeid
