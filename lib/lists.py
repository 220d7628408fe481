"""Writes a list as a sentence does; plain values."""

from collections.abc import Iterable, Sequence


def listed(numbers: Sequence[int | str]) -> str:
    """Return numbers or names as a list in words: “4”, “4 y 9”, “4, 7 y 9”."""
    *first, last = [str(number) for number in numbers]
    return f"{', '.join(first)} y {last}" if first else last


def spans(numbers: Iterable[int]) -> list[str]:
    """Return numbers in order, those that follow each other together: “3 a 12”, “15”."""
    begins: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if begins and begins[-1][1] == number - 1:
            begins[-1] = (begins[-1][0], number)
        else:
            begins.append((number, number))
    return [str(first) if first == last else f"{first} a {last}" for first, last in begins]
