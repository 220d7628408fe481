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
        (45, "45 minutos (1 hora académica de 45 minutos)"),
        (46, "46 minutos (1 hora académica de 45 minutos y 1 minuto)"),
        (90, "90 minutos (2 horas académicas de 45 minutos)"),
        (161, "161 minutos (3 horas académicas de 45 minutos y 26 minutos)"),
        (540, "540 minutos (12 horas académicas de 45 minutos)"),
        (5405, "5,405 minutos (120 horas académicas de 45 minutos y 5 minutos)"),
    ],
)
def test_academic_duration(minutes, words):
    assert academic_duration(minutes) == words


@given(st.integers(45, 100_000))
def test_words_add_up_to_the_minutes(minutes):
    total, inside = academic_duration(minutes).removesuffix(")").split(" (")
    hours, _, rest = inside.partition(" y ")
    counted = int(hours.split()[0].replace(",", "")) * 45 + (int(rest.split()[0]) if rest else 0)
    assert counted == minutes == int(total.split()[0].replace(",", ""))
