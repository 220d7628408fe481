"""Decides how many attempts a quiz gives and when the next one opens; plain values, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

# What editions and attempts mean that say nothing of waiting: another number here would change
# them.
WAIT_HOURS = 24


@dataclass(frozen=True)
class Allowance:
    """So many attempts at once; who fails them all waits so many hours for each further one, up to
    a maximum (None: no end).
    """

    at_once: int
    wait_hours: int = WAIT_HOURS
    maximum: int | None = None

    @classmethod
    def of(cls, rules: Mapping[str, Any]) -> "Allowance":
        """Read frozen or pinned rules; those from before waiting existed wait the usual time,
        without end.
        """
        return cls(
            rules["attempts_allowed"],
            rules.get("wait_hours", WAIT_HOURS),
            rules.get("attempts_maximum"),
        )

    def opens_at(self, ends: Sequence[datetime], *, has_passed: bool) -> datetime | None:
        """Return when an attempt beyond those at once opens, given when the earlier ones ended;
        None when waiting opens none.

        Nothing opens for who has passed. The moment is a whole minute, as screens tell it.
        """
        is_used_up = self.maximum is not None and len(ends) >= self.maximum
        if has_passed or is_used_up or len(ends) < self.at_once:
            return None
        moment = max(ends) + timedelta(hours=self.wait_hours)
        rest = timedelta(seconds=moment.second, microseconds=moment.microsecond)
        return moment - rest + timedelta(minutes=1) if rest else moment

    def left(self, ends: Sequence[datetime], now: datetime, *, has_passed: bool) -> int:
        """Return how many attempts may be started now."""
        opening = self.opens_at(ends, has_passed=has_passed)
        return int(opening <= now) if opening else max(0, self.at_once - len(ends))
