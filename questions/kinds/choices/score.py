"""Says what ticks earn: exact fractions of one."""

from fractions import Fraction

from questions.scoring import ScoringRule


def all_or_nothing(correct: frozenset[int], chosen: frozenset[int]) -> Fraction:
    """Return one for exactly the right choices, and nothing for anything else."""
    return Fraction(int(bool(correct) and chosen == correct))


def by_parts(
    correct: frozenset[int], chosen: frozenset[int], *, choices: int, rule: int
) -> Fraction:
    """Return what ticks among so many `choices` earn where several may be right.

    Each right tick earns its part of the right ones, and each wrong tick takes its part of the
    wrong ones: two right among four and one of each ticked is 1/2 - 1/2. An answer that tells
    nothing apart (none, all) earns nothing; the least is nothing.
    """
    if not correct:
        return Fraction(0)
    wrong = len(correct) if rule == ScoringRule.SAME_PART else max(1, choices - len(correct))
    share = Fraction(len(chosen & correct), len(correct)) - Fraction(len(chosen - correct), wrong)
    return max(share, Fraction(0))
