"""Checks the words of hours: as computed, never rounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.durations import academic_duration


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutos"),
        (1, "1 minuto"),
        (44, "44 minutos"),
        (45, "1 hora académica (45 minutos; 1 hora académica = 45 minutos)"),
        (46, "1 hora académica y 1 minuto (46 minutos; 1 hora académica = 45 minutos)"),
        (90, "2 horas académicas (90 minutos; 1 hora académica = 45 minutos)"),
        (347, "7 horas académicas y 32 minutos (347 minutos; 1 hora académica = 45 minutos)"),
        (5405, "120 horas académicas y 5 minutos (5,405 minutos; 1 hora académica = 45 minutos)"),
    ],
)
def test_academic_duration(minutes, words):
    assert academic_duration(minutes) == words


@given(st.integers(45, 100_000))
def test_words_add_up_to_the_minutes(minutes):
    hours_first, inside = academic_duration(minutes).split(" (")
    hours, _, rest = hours_first.partition(" y ")
    counted = int(hours.split()[0].replace(",", "")) * 45 + (int(rest.split()[0]) if rest else 0)
    assert counted == minutes == int(inside.split()[0].replace(",", ""))
