"""Scores are exact: tables of values, and properties over many."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.scoring import ItemScore
from quizzes.scoring import score_sheet
from tests.questions.askable import askable, blind_score


@pytest.mark.parametrize(
    ("right", "total", "pass_mark", "passed"),
    [
        (7, 10, 0.7, True),
        (14, 20, 0.7, True),
        (13, 20, 0.7, False),
        (21, 30, 0.7, True),
        (3, 10, 0.3, True),
        (6, 10, 0.6, True),
        (11, 20, 0.55, True),
        (0, 4, 0.05, False),
        (4, 4, 1.0, True),
        (3, 4, 1.0, False),
    ],
)
def test_pass_mark_is_compared_exactly(right, total, pass_mark, passed):
    items = [ItemScore(Fraction(1))] * right + [ItemScore(Fraction(0))] * (total - right)
    assert score_sheet(items, pass_mark).passed is passed


def test_thirds_that_add_up_to_the_pass_mark_pass():
    """Ten items of one third and three wholes and two thirds: in floats the sum falls just below
    seven.
    """
    items = (
        [ItemScore(Fraction(1, 3))] * 10
        + [ItemScore(Fraction(1))] * 3
        + [ItemScore(Fraction(2, 3))]
    )
    score = score_sheet(items, 0.5)
    assert (score.raw, score.maximum, score.passed) == (7, 14, True)
    assert sum(float(item.share) for item in items) != 7


def test_empty_sheet_never_passes():
    score = score_sheet([], 0.7)
    assert (score.raw, score.maximum, score.scaled, score.passed) == (0, 0, 0.0, False)


@given(sheet=st.lists(askable(), min_size=1, max_size=30), place=st.integers(0, 5))
def test_a_sheet_ticked_at_one_place_stays_below_the_pass_mark_when_choices_are_shuffled(
    sheet, place
):
    earned = [
        blind_score(kind, correct, choices=count, place=place % count, is_shuffled=True)
        for kind, correct, count in sheet
    ]
    assert not score_sheet([ItemScore(value) for value in earned], 0.55).passed


@given(
    earned=st.lists(st.fractions(0, 1, max_denominator=6), min_size=1, max_size=50),
    hundredths=st.integers(1, 100),
)
def test_sheet_passes_exactly_from_the_pass_mark_on(earned, hundredths):
    score = score_sheet([ItemScore(value) for value in earned], hundredths / 100)
    assert score.passed == (sum(earned) * 100 >= hundredths * len(earned))
    assert 0.0 <= score.scaled <= 1.0
