"""Counts the working days within which something is to be answered.

Monday to Friday: no calendar of holidays is known here. A term is never told longer than it is.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

_ONE = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class Term:
    """Until which day something is to be answered, seen from a day."""

    last_day: date
    today: date

    @property
    def days_late(self) -> int:
        """The days since it was over; 0 while it is not."""
        return max((self.today - self.last_day).days, 0)

    @property
    def ends_today(self) -> bool:
        """True on its last day."""
        return self.today == self.last_day


def term_of(since: datetime, working_days: int, now: datetime) -> Term:
    """Return the term of what waits since a moment, in days of Lima."""
    return Term(last_day(timezone.localdate(since), working_days), timezone.localdate(now))


def last_day(start: date, working_days: int) -> date:
    """Return the last of so many working days after a day."""
    day = start
    for _number in range(working_days):
        day += _ONE
        while day.weekday() >= _SATURDAY:
            day += _ONE
    return day


def late_before(working_days: int, now: datetime) -> datetime:
    """Return the moment before which whatever waits since then is late."""
    today = timezone.localdate(now)
    day = today
    while last_day(day, working_days) >= today:
        day -= _ONE
    return timezone.make_aware(datetime.combine(day + _ONE, time.min))
