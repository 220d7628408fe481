"""Grades and times as people read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.grades import shown_grade
from quizzes.wording import clock_time, day_and_time


@pytest.mark.parametrize(
    ("scaled", "pass_mark", "shown"),
    [
        (0.7, 0.7, "14"),
        (1.0, 0.7, "20"),
        (0.0, 0.7, "0"),
        (0.675, 0.7, "13.5"),
        (0.694, 0.7, "13.8"),
        (0.6999, 0.7, "13.9"),
        (0.62, 0.7, "12"),
        (0.625, 0.7, "13"),
        (0.725, 0.7, "15"),
        (2 / 3, 0.7, "13"),
        (0.5, 0.55, "10"),
    ],
)
def test_grade_is_shown_on_twenty(scaled, pass_mark, shown):
    assert shown_grade(scaled, pass_mark) == shown


@given(scaled=st.floats(0, 1), twentieths=st.integers(1, 20))
def test_grade_shown_never_reaches_a_pass_mark_that_was_missed(scaled, twentieths):
    scaled, pass_mark = round(scaled, 9), twentieths / 20
    assert (float(shown_grade(scaled, pass_mark)) >= twentieths) == (scaled * 20 >= twentieths)


@pytest.mark.parametrize(
    ("hour", "minute", "shown"),
    [
        (0, 5, "12:05 a. m."),
        (10, 12, "10:12 a. m."),
        (12, 0, "12:00 p. m."),
        (15, 40, "3:40 p. m."),
    ],
)
def test_time_is_shown_as_in_peru(hour, minute, shown):
    assert (
        clock_time(datetime(2026, 11, 22, hour, minute, tzinfo=ZoneInfo("America/Lima"))) == shown
    )


@pytest.mark.parametrize(
    ("hour", "shown"),
    [
        (10, "martes 1 de diciembre a las 10:40 a. m."),
        (13, "martes 1 de diciembre a la 1:40 p. m."),
        (0, "martes 1 de diciembre a las 12:40 a. m."),
    ],
)
def test_day_and_time_are_told_in_full(hour, shown):
    assert day_and_time(datetime(2026, 12, 1, hour, 40, tzinfo=ZoneInfo("America/Lima"))) == shown
