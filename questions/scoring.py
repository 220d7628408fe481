"""Says what an answer to one question earns: exact fractions."""

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

MULTIPLE = "multiple"


class ScoringRule(IntEnum):
    """What a wrong tick takes away where several choices are right; each attempt pins the rule of its start.

    SAME_PART: as much as a right one earns. EVEN: one part of all the wrong ones, so that ticking everything earns nothing.
    """

    SAME_PART = 1
    EVEN = 2


TODAY = ScoringRule.EVEN


@dataclass(frozen=True)
class ItemScore:
    """What one item earned, from 0 to 1."""

    earned: Fraction

    @property
    def is_right(self) -> bool:
        """True only for the whole point."""
        return self.earned == 1


def score_item(kind: str, correct: frozenset[int], chosen: frozenset[int], *, choices: int, rule: int = TODAY) -> ItemScore:
    """Score one item that offers so many `choices`: all or nothing, unless several may be right.

    Then each right tick earns its part of the right ones, and each wrong tick takes its part of the wrong ones: two right among
    four and one of each ticked is 1/2 - 1/2. An answer that tells nothing apart (none, all) earns nothing; the least is nothing.
    """
    if kind != MULTIPLE or not correct:
        return ItemScore(Fraction(int(bool(correct) and chosen == correct)))
    wrong = len(correct) if rule == ScoringRule.SAME_PART else max(1, choices - len(correct))
    earned = Fraction(len(chosen & correct), len(correct)) - Fraction(len(chosen - correct), wrong)
    return ItemScore(max(earned, Fraction(0)))


def blind_score(kind: str, correct: frozenset[int], *, choices: int, place: int, is_shuffled: bool) -> Fraction:
    """Return what somebody who always ticks the choice at one place earns with this item, on average over its orders.

    `correct` and `place` count from 0 in the author's order. Where choices are shuffled no place is better than another.
    """
    places = range(choices) if is_shuffled else [place]
    earned = [score_item(kind, correct, frozenset({ticked}), choices=choices).earned for ticked in places]
    return sum(earned, Fraction(0)) / len(earned)
