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
    assert score_sheet(items, pass_mark).is_pass is passed


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
    assert (score.raw, score.maximum, score.is_pass) == (7, 14, True)
    assert sum(float(item.share) for item in items) != 7


def test_empty_sheet_never_passes():
    score = score_sheet([], 0.7)
    assert (score.raw, score.maximum, score.scaled, score.is_pass) == (0, 0, 0.0, False)


@given(sheet=st.lists(askable(), min_size=1, max_size=30), place=st.integers(0, 5))
def test_a_sheet_ticked_at_one_place_stays_below_the_pass_mark_when_choices_are_shuffled(
    sheet, place
):
    earned = [
        blind_score(kind, correct, choices=count, place=place % count, is_shuffled=True)
        for kind, correct, count in sheet
    ]
    assert not score_sheet([ItemScore(value) for value in earned], 0.55).is_pass


@given(
    earned=st.lists(st.fractions(0, 1, max_denominator=6), min_size=1, max_size=50),
    hundredths=st.integers(1, 100),
)
def test_sheet_passes_exactly_from_the_pass_mark_on(earned, hundredths):
    score = score_sheet([ItemScore(value) for value in earned], hundredths / 100)
    assert score.is_pass == (sum(earned) * 100 >= hundredths * len(earned))
    assert 0.0 <= score.scaled <= 1.0


shares = st.fractions(0, 1, max_denominator=6)
# As a paper may write them: whole, or with decimals.
points = st.integers(1, 20) | st.decimals("0.1", 20, places=1).map(float)


def as_fraction(written):
    return Fraction(str(written))


@given(sheet=st.lists(st.tuples(shares, points), min_size=1, max_size=30), mark=st.integers(1, 100))
def test_points_weigh_exactly(sheet, mark):
    score = score_sheet(
        [ItemScore(share, as_fraction(weight)) for share, weight in sheet], mark / 100
    )
    raw = sum(share * as_fraction(weight) for share, weight in sheet)
    maximum = sum(as_fraction(weight) for _share, weight in sheet)
    assert (score.raw, score.maximum) == (raw, maximum)
    assert score.is_pass == (raw * 100 >= mark * maximum)
    assert score.scaled == float(raw / maximum)


@given(
    earned=st.lists(shares, min_size=1, max_size=30),
    weight=points,
    mark=st.sampled_from([0.3, 0.55, 0.7, 1.0]),
)
def test_the_same_points_for_all_change_nothing(earned, weight, mark):
    """With one point each, the result is what it was when points were not kept."""
    plain = score_sheet([ItemScore(share) for share in earned], mark)
    assert (plain.raw, plain.maximum) == (sum(earned), len(earned))
    heavy = score_sheet([ItemScore(share, as_fraction(weight)) for share in earned], mark)
    assert (heavy.scaled, heavy.is_pass) == (plain.scaled, plain.is_pass)


def test_the_heavier_question_decides():
    light, heavy = ItemScore(Fraction(1)), ItemScore(Fraction(1), Fraction(3))
    wrong_light, wrong_heavy = ItemScore(Fraction(0)), ItemScore(Fraction(0), Fraction(3))
    assert score_sheet([wrong_light, heavy], 0.75).is_pass
    assert not score_sheet([light, wrong_heavy], 0.75).is_pass
