"""Writes a scaled score on Peru's scale of 20; plain values, no database."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

GRADES = 20


def shown_grade(scaled: float, pass_mark: float) -> str:
    """Return a scaled score on the scale of 20, half a point up as in schools: 0.7 is “14”.

    A score below the pass mark that would round up to it keeps one decimal instead (“13.8”): nobody
    reads “14” beside “todavía no” where 14 is asked.
    """
    exact = Decimal(str(round(scaled, 9))) * GRADES
    nearest = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    least = Decimal(str(pass_mark)) * GRADES
    if exact < least <= nearest:
        return str(exact.quantize(Decimal("0.1"), rounding=ROUND_DOWN))
    return str(nearest)
