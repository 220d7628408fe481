"""Writes a list as a sentence does; plain values."""

from collections.abc import Sequence


def listed(numbers: Sequence[int | str]) -> str:
    """Return numbers or names as a list in words: “4”, “4 y 9”, “4, 7 y 9”."""
    *first, last = [str(number) for number in numbers]
    return f"{', '.join(first)} y {last}" if first else last
