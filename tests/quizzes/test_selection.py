"""The draw repeats nothing, prefers what was not seen, and depends on chance alone."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.selection import NotEnoughQuestions, draw, draw_paper

pools = st.lists(st.integers(1, 200), unique=True, max_size=40)


@given(pool=pools, seed=st.integers(), data=st.data())
def test_draw_takes_different_members_of_the_pool(pool, seed, data):
    count = data.draw(st.integers(0, len(pool)))
    drawn = draw(pool, count, seen={}, random=Random(seed))
    assert len(drawn) == len(set(drawn)) == count
    assert set(drawn) <= set(pool)


@given(pool=pools.filter(bool), seed=st.integers(), data=st.data())
def test_draw_prefers_what_was_seen_least(pool, seed, data):
    seen = data.draw(st.dictionaries(st.sampled_from(pool), st.integers(1, 3)))
    count = data.draw(st.integers(1, len(pool)))
    drawn = draw(pool, count, seen=seen, random=Random(seed))
    most = max(seen.get(member, 0) for member in drawn)
    assert all(seen.get(member, 0) >= most for member in set(pool) - set(drawn))


def test_second_attempt_asks_other_questions_while_there_are_any():
    pool, source = list(range(10)), Random(4)
    first = draw(pool, 5, seen={}, random=source)
    second = draw(pool, 5, seen=dict.fromkeys(first, 1), random=source)
    assert not set(first) & set(second)


@pytest.mark.parametrize(("pool", "count"), [([], 1), ([1, 2], 3), ([1, 1, 1], 2)])
def test_draw_refuses_a_pool_that_is_too_small(pool, count):
    with pytest.raises(NotEnoughQuestions) as refusal:
        draw(pool, count, seen={}, random=Random(1))
    assert (refusal.value.asked, refusal.value.held) == (count, len(set(pool)))


@given(seed=st.integers())
def test_topic_inside_its_bank_is_not_emptied_by_it(seed):
    bank, topic = list(range(10)), [0, 1, 2]
    paper = draw_paper([(bank, 7), (topic, 3)], seen={}, is_shuffled=True, random=Random(seed))
    assert sorted(paper) == bank


def test_paper_keeps_the_order_of_its_draws_unless_shuffled():
    draws = [(list(range(20)), 3), (list(range(100, 104)), 2)]
    plain = draw_paper(draws, seen={}, is_shuffled=False, random=Random(3))
    assert [member >= 100 for member in plain] == [False, False, False, True, True]
    papers = [
        draw_paper(draws, seen={}, is_shuffled=True, random=Random(seed)) for seed in range(20)
    ]
    assert any(paper[0] >= 100 for paper in papers)
