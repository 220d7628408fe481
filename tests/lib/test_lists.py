"""Lists as people read them."""

import pytest

from lib.lists import listed


@pytest.mark.parametrize(
    ("numbers", "shown"), [([4], "4"), ([4, 9], "4 y 9"), ([4, 7, 9], "4, 7 y 9")]
)
def test_numbers_are_listed(numbers, shown):
    assert listed(numbers) == shown
