"""The hour at which an attempt closes, and what comes around it (TIM-02, TIM-03): plain values."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.timing import GRACE, arrival, closing_moment, overdue_before, seconds_late

START = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
CLOSES = START + timedelta(minutes=20)
ENDS = st.none() | st.integers(0, 600).map(lambda minutes: START + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("minutes", "ends", "granted"),
    [
        (None, [], None),
        (None, [None, None], None),
        (20, [], 20),
        (10, [4], 4),  # TIM-02: four minutes are left in the window
        (10, [None, 30], 10),
        (10, [30, 7], 7),
        (None, [45, None], 45),
    ],
)
def test_the_earliest_end_closes_the_attempt(minutes, ends, granted):
    moments = [START + timedelta(minutes=end) if end else None for end in ends]
    assert closing_moment(START, minutes, *moments) == (
        START + timedelta(minutes=granted) if granted else None
    )


@given(minutes=st.none() | st.integers(1, 480), ends=st.lists(ENDS, max_size=3))
def test_nobody_gets_more_time_than_any_limit_allows(minutes, ends):
    limits = [end for end in ends if end] + (
        [START + timedelta(minutes=minutes)] if minutes else []
    )
    closes = closing_moment(START, minutes, *ends)
    assert closes in limits if limits else closes is None
    assert all(closes <= limit for limit in limits)


@pytest.mark.parametrize(
    ("seconds", "came"),
    [
        (-1200, "in_time"),
        (-1, "in_time"),
        (0, "in_time"),
        (0.001, "late"),
        (1, "late"),
        (120, "late"),
        (120.001, "too_late"),
        (121, "too_late"),
        (60 * 60 * 24 * 30, "too_late"),
    ],
)
def test_what_comes_around_the_closing_moment(seconds, came):
    assert arrival(CLOSES + timedelta(seconds=seconds), CLOSES) == came


def test_without_a_limit_nothing_is_late():
    moment = START + timedelta(days=3650)
    assert (arrival(moment, None), seconds_late(moment, None)) == ("in_time", 0)


@pytest.mark.parametrize(
    ("seconds", "told"), [(-5, 0), (0, 0), (0.2, 1), (40, 40), (40.5, 41), (120, 120)]
)
def test_lateness_is_told_in_whole_seconds(seconds, told):
    assert seconds_late(CLOSES + timedelta(seconds=seconds), CLOSES) == told


@given(seconds=st.floats(0, 3600))
def test_time_closes_no_attempt_that_an_answer_can_still_reach(seconds):
    now = CLOSES + timedelta(seconds=seconds)
    if overdue_before(now) > CLOSES:
        assert now > CLOSES + GRACE
        assert arrival(now, CLOSES) == "too_late"
