"""What an answer earns is exact: tables of values, and properties over many."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.scoring import ScoringRule
from tests.questions.askable import askable, score_item

sets = st.frozensets(st.integers(0, 5))


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
    assert (
        score_item(
            kind, correct, chosen, choices=max(4, *correct, *(place + 1 for place in chosen))
        ).share
        == earned
    )


def test_attempts_of_the_rule_before_are_scored_by_it():
    facts = {"correct": places(0, 1, 2, 3), "chosen": places(0, 1, 2, 3, 4), "choices": 5}
    assert score_item("multiple", **facts, rule=ScoringRule.SAME_PART).share == Fraction(3, 4)
    assert score_item("multiple", **facts).share == 0


@pytest.mark.parametrize("kind", ["single", "true_false", "multiple"])
def test_item_without_a_key_earns_nothing(kind):
    assert score_item(kind, places(), places(), choices=3).share == 0


@given(kind=st.sampled_from(["single", "multiple", "true_false"]), correct=sets, chosen=sets)
def test_item_earns_between_nothing_and_one(kind, correct, chosen):
    item = score_item(kind, correct, chosen, choices=6)
    assert 0 <= item.share <= 1
    assert item.is_right == (chosen == correct and bool(correct))


@given(correct=sets.filter(bool), chosen=sets, wrong=st.integers(0, 5))
def test_choosing_one_more_wrong_never_helps(correct, chosen, wrong):
    if wrong not in correct:
        before = score_item("multiple", correct, chosen - {wrong}, choices=6).share
        assert score_item("multiple", correct, chosen | {wrong}, choices=6).share <= before


@given(asked=askable())
def test_an_answer_that_tells_nothing_apart_earns_nothing(asked):
    kind, correct, count = asked
    for chosen in (frozenset(), frozenset(range(count))):
        assert score_item(kind, correct, chosen, choices=count).share == 0


@given(asked=askable(), size=st.integers(1, 6))
def test_any_ticks_without_looking_earn_half_at_most_on_average(asked, size):
    """Over the orders in which choices may be shown: whichever places are ticked, and however
    many.
    """
    kind, correct, count = asked
    ticked = [frozenset(places) for places in combinations(range(count), min(size, count))]
    earned = [score_item(kind, correct, places, choices=count).share for places in ticked]
    assert sum(earned) / len(earned) <= Fraction(1, 2)
