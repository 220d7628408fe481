"""Decides by the server's clock when an attempt closes and which answers count; plain values, no
database.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

# What the network may take: an answer that comes within it counts and is told that it came late.
GRACE = timedelta(seconds=120)
# An answer that came within the grace may wait this long for its turn to be stored. Nobody else
# closes the attempt before.
SETTLING = timedelta(seconds=60)


class Arrival(StrEnum):
    """How an answer came, measured against the hour at which its attempt closes."""

    IN_TIME = "in_time"
    LATE = "late"
    TOO_LATE = "too_late"


def closing_moment(
    started_at: datetime, minutes: int | None, *ends: datetime | None
) -> datetime | None:
    """Return when an attempt closes: the earliest of start plus time limit and every other end;
    None when nothing limits it.
    """
    limits = [started_at + timedelta(minutes=minutes)] if minutes else []
    return min([*limits, *(end for end in ends if end)], default=None)


def arrival(at: datetime, deadline: datetime | None) -> Arrival:
    """Say how something that reached the server at a moment came.

    The closing moment itself is in time.
    """
    if deadline is None or at <= deadline:
        return Arrival.IN_TIME
    return Arrival.LATE if at <= deadline + GRACE else Arrival.TOO_LATE


def seconds_late(at: datetime, deadline: datetime | None) -> int:
    """Return how many seconds after the closing moment something came, begun ones whole; 0 when it
    came in time.
    """
    return max(0, ceil((at - deadline).total_seconds())) if deadline else 0


def overdue_before(now: datetime) -> datetime:
    """Return the moment before which an attempt must have closed, so that no answer to it can still
    be on its way.
    """
    return now - GRACE - SETTLING
