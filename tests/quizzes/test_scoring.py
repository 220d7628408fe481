"""Scores are exact: tables of values, and properties over many."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scoring import ItemScore, ScoringRule, blind_score, score_item, score_sheet


def places(*values):
    return frozenset(values)


@pytest.mark.parametrize(
    ("kind", "correct", "chosen", "earned"),
    [
        ("single", places(1), places(1), 1),
        ("single", places(1), places(0), 0),
        ("single", places(1), places(), 0),
        ("single", places(1), places(0, 1), 0),
        ("true_false", places(0), places(0), 1),
        ("true_false", places(0), places(1), 0),
        ("multiple", places(0, 2), places(0, 2), 1),
        ("multiple", places(0, 2), places(0), Fraction(1, 2)),
        ("multiple", places(0, 2), places(0, 1), 0),
        ("multiple", places(0, 2), places(0, 1, 2), Fraction(1, 2)),
        ("multiple", places(0, 2, 4), places(0, 2, 4, 1), Fraction(1, 2)),
        ("multiple", places(0, 2), places(1, 3), 0),
        ("multiple", places(0, 1, 2), places(0, 1), Fraction(2, 3)),
        ("multiple", places(0, 1, 2), places(0, 1, 2, 3, 4), 0),
        ("multiple", places(0, 1, 2, 3), places(0, 1, 2, 3, 4), 0),
        ("multiple", places(0, 2), places(), 0),
        ("multiple", places(0), places(0), 1),
    ],
)
def test_item_earns(kind, correct, chosen, earned):
    assert score_item(kind, correct, chosen, choices=max(4, *correct, *(place + 1 for place in chosen))).earned == earned


def test_attempts_of_the_rule_before_are_scored_by_it():
    facts = {"correct": places(0, 1, 2, 3), "chosen": places(0, 1, 2, 3, 4), "choices": 5}
    assert score_item("multiple", **facts, rule=ScoringRule.SAME_PART).earned == Fraction(3, 4)
    assert score_item("multiple", **facts).earned == 0


@pytest.mark.parametrize("kind", ["single", "true_false", "multiple"])
def test_item_without_a_key_earns_nothing(kind):
    assert score_item(kind, places(), places(), choices=3).earned == 0


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
    """Ten items of one third and three wholes and two thirds: in floats the sum falls just below seven."""
    items = [ItemScore(Fraction(1, 3))] * 10 + [ItemScore(Fraction(1))] * 3 + [ItemScore(Fraction(2, 3))]
    score = score_sheet(items, 0.5)
    assert (score.raw, score.maximum, score.passed) == (7, 14, True)
    assert sum(float(item.earned) for item in items) != 7


def test_empty_sheet_never_passes():
    score = score_sheet([], 0.7)
    assert (score.raw, score.maximum, score.scaled, score.passed) == (0, 0, 0.0, False)


sets = st.frozensets(st.integers(0, 5))


@given(kind=st.sampled_from(["single", "multiple", "true_false"]), correct=sets, chosen=sets)
def test_item_earns_between_nothing_and_one(kind, correct, chosen):
    item = score_item(kind, correct, chosen, choices=6)
    assert 0 <= item.earned <= 1
    assert item.is_right == (chosen == correct and bool(correct))


@given(correct=sets.filter(bool), chosen=sets, wrong=st.integers(0, 5))
def test_choosing_one_more_wrong_never_helps(correct, chosen, wrong):
    if wrong not in correct:
        before = score_item("multiple", correct, chosen - {wrong}, choices=6).earned
        assert score_item("multiple", correct, chosen | {wrong}, choices=6).earned <= before


@st.composite
def askable(draw):
    """A question as the bank keeps it: kind, right places, and how many choices it offers."""
    kind = draw(st.sampled_from(["single", "multiple", "true_false"]))
    count = 2 if kind == "true_false" else draw(st.integers(2, 6))
    most = count - 1 if kind == "multiple" else 1
    return kind, draw(st.frozensets(st.integers(0, count - 1), min_size=1, max_size=most)), count


@given(asked=askable())
def test_an_answer_that_tells_nothing_apart_earns_nothing(asked):
    kind, correct, count = asked
    for chosen in (frozenset(), frozenset(range(count))):
        assert score_item(kind, correct, chosen, choices=count).earned == 0


@given(asked=askable(), size=st.integers(1, 6))
def test_any_ticks_without_looking_earn_half_at_most_on_average(asked, size):
    """Over the orders in which choices may be shown: whichever places are ticked, and however many."""
    kind, correct, count = asked
    ticked = [frozenset(places) for places in combinations(range(count), min(size, count))]
    earned = [score_item(kind, correct, places, choices=count).earned for places in ticked]
    assert sum(earned) / len(earned) <= Fraction(1, 2)


@given(sheet=st.lists(askable(), min_size=1, max_size=30), place=st.integers(0, 5))
def test_a_sheet_ticked_at_one_place_stays_below_the_pass_mark_when_choices_are_shuffled(sheet, place):
    earned = [blind_score(kind, correct, choices=count, place=place % count, is_shuffled=True) for kind, correct, count in sheet]
    assert not score_sheet([ItemScore(value) for value in earned], 0.55).passed


@given(earned=st.lists(st.fractions(0, 1, max_denominator=6), min_size=1, max_size=50), hundredths=st.integers(1, 100))
def test_sheet_passes_exactly_from_the_pass_mark_on(earned, hundredths):
    score = score_sheet([ItemScore(value) for value in earned], hundredths / 100)
    assert score.passed == (sum(earned) * 100 >= hundredths * len(earned))
    assert 0.0 <= score.scaled <= 1.0
