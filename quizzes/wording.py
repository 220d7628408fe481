"""Writes times and lists of numbers as people in Peru read them; plain values, no database."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.formats import time_format


def clock_time(moment: datetime) -> str:
    """Return the time of a local moment: “10:12 a. m.”."""
    return time_format(moment, "TIME_FORMAT")


def clock_time_on(moment: datetime, today: date) -> str:
    """Return the time of a local moment, and its day when that is not today: “10:30 a. m. del 25/11/2026”."""
    time = clock_time(moment)
    return time if moment.date() == today else f"{time} del {moment:%d/%m/%Y}"


def listed(numbers: Sequence[int]) -> str:
    """Return numbers as a list in words: “4”, “4 y 9”, “4, 7 y 9”."""
    *first, last = [str(number) for number in numbers]
    return f"{', '.join(first)} y {last}" if first else last
