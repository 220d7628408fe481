"""Choices are laid out by chance alone."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from questions.kinds.choices.present import lay_out


@given(count=st.integers(0, 8), seed=st.integers())
def test_order_is_a_permutation(count, seed):
    assert sorted(lay_out(count, is_shuffled=True, random=Random(seed))["order"]) == list(
        range(count)
    )
    assert lay_out(count, is_shuffled=False, random=Random(seed))["order"] == list(range(count))


def test_right_choice_is_at_every_place_about_equally_often():
    """Over a thousand papers (a fixed seed), the author's first choice shows no preferred place."""
    source, counts = Random(7), [0, 0, 0, 0]
    for _round in range(1000):
        counts[lay_out(4, is_shuffled=True, random=source)["order"].index(0)] += 1
    assert all(200 < count < 300 for count in counts)
