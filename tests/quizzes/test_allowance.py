"""How many attempts there are, and when the next one opens: plain values."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.allowance import Allowance
from quizzes.wording import waiting_line

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def test_those_at_once_need_no_waiting():
    assert Allowance(3).opens_at([NOON] * 2, has_passed=False) is None
    assert Allowance(3).left([NOON] * 2, NOON, has_passed=False) == 1


def test_after_the_last_one_the_next_opens_24_hours_later_and_again_after_each_failure():
    for failed in (3, 4, 9):
        ends = [NOON - timedelta(days=9)] * (failed - 1) + [NOON]
        assert Allowance(3).opens_at(ends, has_passed=False) == NOON + timedelta(hours=24)
        assert (
            Allowance(3).left(ends, NOON + timedelta(hours=24, seconds=-1), has_passed=False) == 0
        )
        assert Allowance(3).left(ends, NOON + timedelta(hours=24), has_passed=False) == 1


def test_the_moment_is_a_whole_minute_that_is_never_too_early():
    end = NOON + timedelta(seconds=33, microseconds=5)
    assert Allowance(1, wait_hours=1).opens_at([end], has_passed=False) == NOON + timedelta(
        hours=1, minutes=1
    )


def test_nothing_opens_after_the_maximum_nor_for_who_has_passed():
    later = NOON + timedelta(days=40)
    assert Allowance(3, maximum=4).left([NOON] * 3, later, has_passed=False) == 1
    assert Allowance(3, maximum=4).left([NOON] * 4, later, has_passed=False) == 0
    assert Allowance(3).left([NOON] * 3, later, has_passed=True) == 0
    assert Allowance(3).left([NOON] * 2, later, has_passed=True) == 1


@given(
    at_once=st.integers(1, 20),
    more=st.none() | st.integers(0, 20),
    wait=st.integers(1, 720),
    days=st.integers(0, 400),
)
def test_whoever_tries_as_soon_as_possible_never_has_more_than_the_rules_give(
    at_once, more, wait, days
):
    maximum = None if more is None else at_once + more
    allowance, now, ends = Allowance(at_once, wait, maximum), NOON, []
    end = NOON + timedelta(days=days)
    while now <= end and len(ends) < 60:
        if allowance.left(ends, now, has_passed=False):
            ends.append(now)
            continue
        opening = allowance.opens_at(ends, has_passed=False)
        if opening is None:
            break
        now = opening
    waited = (end - NOON) // timedelta(hours=wait)
    assert len(ends) <= min(at_once + waited, maximum or 10**6)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"attempts_allowed": 3}, Allowance(3, 24, None)),
        ({"attempts_allowed": 2, "wait_hours": 48, "attempts_maximum": 6}, Allowance(2, 48, 6)),
    ],
)
def test_rules_are_read_also_those_from_before_waiting(rules, expected):
    assert Allowance.of(rules) == expected


@pytest.mark.parametrize(
    ("allowance", "words"),
    [
        (Allowance(3), "Si usas los que tienes sin aprobar, se abre uno más cada 24 horas."),
        (Allowance(3, 1), "Si usas los que tienes sin aprobar, se abre uno más cada 1 hora."),
        (
            Allowance(3, 48, 6),
            "Si usas los que tienes sin aprobar, se abre uno más cada 48 horas, hasta 6 en total.",
        ),
        (Allowance(3, 24, 3), "Hay 3 intentos y no más."),
        (Allowance(1, 24, 1), "Hay un solo intento."),
    ],
)
def test_waiting_is_told_before_the_quiz(allowance, words):
    assert waiting_line(allowance) == words
