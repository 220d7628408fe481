"""Says where a learner stands in a quiz; plain values, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from learning.completion import reaches
from quizzes.allowance import Allowance


class Try(Protocol):
    """What a standing asks of an attempt; fields of a model have no type that a protocol knows."""

    @property
    def is_open(self) -> bool: ...

    @property
    def is_scored(self) -> bool: ...

    @property
    def awaits_mark(self) -> bool: ...

    @property
    def opens_more(self) -> Any: ...

    @property
    def passed(self) -> Any: ...

    @property
    def score_scaled(self) -> Any: ...

    @property
    def ended_at(self) -> datetime: ...


AnyTry = TypeVar("AnyTry", bound=Try)


class Given(NamedTuple):
    """Which attempts of a row were given by somebody, by position, and how many were not begun."""

    positions: frozenset[int]
    left: int


def given_among(attempts: Sequence[Try]) -> Given:
    """Return which attempts, in order, somebody gave: as many as an attempt opens follow it."""
    positions, left = set(), 0
    for position, attempt in enumerate(attempts):
        if left:
            positions.add(position)
            left -= 1
        left += attempt.opens_more
    return Given(frozenset(positions), left)


@dataclass(frozen=True)
class QuizStanding(Generic[AnyTry]):
    """Where one enrolment stands in one quiz at a moment: the rules of today, and its attempts in
    order.

    `attempt_count` counts every attempt of the learner at this quiz, those of an earlier enrolment
    included: numbers go on, but what may still be tried is counted anew for each enrolment.
    """

    rules: dict[str, Any]
    attempts: list[AnyTry]
    attempt_count: int
    now: datetime

    @property
    def open_attempt(self) -> AnyTry | None:
        """The attempt that still accepts responses; there is never more than one."""
        return next((attempt for attempt in self.attempts if attempt.is_open), None)

    @property
    def scored(self) -> list[AnyTry]:
        """The attempts that have a score."""
        return [attempt for attempt in self.attempts if attempt.is_scored]

    @property
    def handed_in(self) -> list[AnyTry]:
        """The attempts that have a score or wait for somebody who marks them."""
        return [attempt for attempt in self.attempts if attempt.is_scored or attempt.awaits_mark]

    @property
    def awaits_mark(self) -> bool:
        """True while somebody has to mark one of the attempts."""
        return any(attempt.awaits_mark for attempt in self.attempts)

    @property
    def allowance(self) -> Allowance:
        """How many attempts the rules give."""
        return Allowance.of(self.rules)

    @property
    def left(self) -> int:
        """How many attempts may be started now."""
        by_rules = self.allowance.left(self._ends, self.now, has_passed=self.has_passed)
        return by_rules + self.extra_left

    @property
    def extra_left(self) -> int:
        """How many of the attempts that somebody gave were not begun; none for who has passed."""
        left = given_among(self.attempts).left
        return 0 if left and self.has_passed else left

    @property
    def is_used_up(self) -> bool:
        """True once those given at once were used: any further one was or is opened by waiting, or
        given by somebody.
        """
        return len(self._ends) >= self.allowance.at_once

    @property
    def opens_at(self) -> datetime | None:
        """When the next attempt opens for who has to wait for it; None when nobody waits, or none
        will open.
        """
        if self.open_attempt or self.extra_left:
            return None
        opening = self.allowance.opens_at(self._ends, has_passed=self.has_passed)
        return opening if opening and opening > self.now else None

    @property
    def is_over(self) -> bool:
        """True when no attempt is open, may be started, or will open."""
        return not (self.open_attempt or self.left or self.opens_at)

    @property
    def is_stuck(self) -> bool:
        """True for who tried, did not pass, waits for no mark, and cannot try now."""
        is_busy = self.open_attempt or self.awaits_mark or self.left
        return bool(self.attempts) and not (self.has_passed or is_busy)

    @property
    def _ends(self) -> list[datetime]:
        """When the attempts ended that the rules gave."""
        given = given_among(self.attempts).positions
        return [
            attempt.ended_at
            for position, attempt in enumerate(self.attempts)
            if position not in given
        ]

    @property
    def best(self) -> float | None:
        """The score that counts, scaled: the best one."""
        return max((attempt.score_scaled or 0.0 for attempt in self.scored), default=None)

    @property
    def has_passed(self) -> bool:
        """True once one attempt met the pass mark of its day, or of today where that is lower."""
        return any(
            attempt.passed or reaches(attempt.score_scaled, self.rules["pass_mark"])
            for attempt in self.scored
        )
