"""Turns answer sheets into scores: exact fractions, no rounding before the pass mark is
compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from questions.scoring import ItemScore


@dataclass(frozen=True)
class Score:
    """Score of a sheet: raw and maximum in points, and whether the pass mark was met."""

    raw: Fraction
    maximum: Fraction
    is_pass: bool

    @property
    def scaled(self) -> float:
        """The score from 0 to 1 (xAPI `result.score.scaled`)."""
        return float(self.raw / self.maximum) if self.maximum else 0.0


def score_sheet(items: Iterable[ItemScore], pass_mark: float) -> Score:
    """Add up the items, each weighed by its points.

    The pass mark is read as written (0.7 is seven tenths) and compared exactly.
    """
    scores = list(items)
    raw = sum((item.raw for item in scores), Fraction(0))
    maximum = sum((item.points for item in scores), Fraction(0))
    is_pass = bool(scores) and raw >= Fraction(str(pass_mark)) * maximum
    return Score(raw, maximum, is_pass)


def score_if_complete(items: Sequence[ItemScore | None], pass_mark: float) -> Score | None:
    """Add up the items as `score_sheet` does; None while a person has to mark one of them."""
    scores = [item for item in items if item is not None]
    return score_sheet(scores, pass_mark) if len(scores) == len(items) else None
