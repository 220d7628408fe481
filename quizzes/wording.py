"""Writes grades, times and lists of numbers as people in Peru read them; plain values, no database."""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

GRADES = 20


def shown_grade(scaled: float, pass_mark: float) -> str:
    """Return a scaled score on the scale of 20, half a point up as in schools: 0.7 is “14”.

    A score below the pass mark that would round up to it keeps one decimal instead (“13.8”): nobody reads
    “14” beside “todavía no” where 14 is asked.
    """
    exact = Decimal(str(round(scaled, 9))) * GRADES
    rounded = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    wanted = Decimal(str(pass_mark)) * GRADES
    if exact < wanted <= rounded:
        return str(exact.quantize(Decimal("0.1"), rounding=ROUND_DOWN))
    return str(rounded)


def clock_time(moment: datetime) -> str:
    """Return the time of a local moment: “10:12 a. m.”."""
    half = "a. m." if moment.hour < 12 else "p. m."
    return f"{moment.hour % 12 or 12}:{moment.minute:02} {half}"


def listed(numbers: Sequence[int]) -> str:
    """Return numbers as a list in words: “4”, “4 y 9”, “4, 7 y 9”."""
    *first, last = [str(number) for number in numbers]
    return f"{', '.join(first)} y {last}" if first else last
