"""Names the rules by which answers are scored, and holds what one gets: exact fractions."""

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction


class ScoringRule(IntEnum):
    """What a wrong tick takes away where several choices are right; each attempt pins the rule of
    its start.

    SAME_PART: as much as a right one earns. EVEN: one part of all the wrong ones, so that ticking
    everything earns nothing.
    """

    SAME_PART = 1
    EVEN = 2


TODAY = ScoringRule.EVEN


@dataclass(frozen=True)
class ItemScore:
    """What one item gets: a share from 0 to 1 of its points, which weigh it against the others."""

    share: Fraction
    points: Fraction = Fraction(1)

    @property
    def raw(self) -> Fraction:
        """The points that it gets."""
        return self.share * self.points

    @property
    def is_right(self) -> bool:
        """True only for the whole point."""
        return self.share == 1
