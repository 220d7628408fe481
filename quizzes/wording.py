"""Writes times and lists of numbers as people in Peru read them; plain values, no database."""

from collections.abc import Sequence
from datetime import datetime


def clock_time(moment: datetime) -> str:
    """Return the time of a local moment: “10:12 a. m.”."""
    half = "a. m." if moment.hour < 12 else "p. m."
    return f"{moment.hour % 12 or 12}:{moment.minute:02} {half}"


def listed(numbers: Sequence[int]) -> str:
    """Return numbers as a list in words: “4”, “4 y 9”, “4, 7 y 9”."""
    *first, last = [str(number) for number in numbers]
    return f"{', '.join(first)} y {last}" if first else last
