"""Tests that share a costly site run in one process."""

import pytest
from xdist.scheduler import LoadGroupScheduling, LoadScopeScheduling

from tests.scheduling import TOGETHER, SiteScheduling


@pytest.mark.parametrize(
    ("test", "piece"),
    [
        ("tests/journeys/test_phone.py::test_a[chromium-360]", "tests/journeys/test_phone.py"),
        ("tests/journeys/test_own_data.py::test_b[chromium]", "tests/journeys/test_own_data.py"),
        (
            "tests/chaos/test_short_forms.py::TestOnSqlite::test_c[REL-01]",
            "tests/chaos/test_short_forms.py",
        ),
        ("tests/lib/test_codes.py::test_d", "tests/lib/test_codes.py::test_d"),
    ],
)
def test_what_shares_a_site_is_one_piece(test, piece):
    assert SiteScheduling._split_scope(object.__new__(SiteScheduling), test) == piece


def test_the_package_asks_for_the_piece_of_a_test():
    assert hasattr(LoadScopeScheduling, "_split_scope")
    assert hasattr(LoadGroupScheduling, "_split_scope")


def test_what_runs_together_is_there(request):
    assert all((request.config.rootpath / path).exists() for path in TOGETHER)
