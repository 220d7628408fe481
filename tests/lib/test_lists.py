"""Lists as people read them."""

import pytest

from lib.lists import listed, spans


@pytest.mark.parametrize(
    ("numbers", "shown"), [([4], "4"), ([4, 9], "4 y 9"), ([4, 7, 9], "4, 7 y 9")]
)
def test_numbers_are_listed(numbers, shown):
    assert listed(numbers) == shown


def test_numbers_that_follow_each_other_are_one_span():
    assert spans([15, 3, 4, 5, 20, 21, 15]) == ["3 a 5", "15", "20 a 21"]
    assert spans([]) == []
