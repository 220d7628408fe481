"""Says what is counted of a group; plain values, no database."""

from collections.abc import Iterable
from dataclasses import dataclass

# In the order of the columns; those of people first.
MEASURES = ("people", "finished", "assigned", "active", "completed", "certified")


@dataclass(frozen=True)
class Counts:
    """Counts of one group: people, and how many of them finished any course; enrolments, and how
    many of them were active, completed, hold a certificate.
    """

    people: int = 0
    finished: int = 0
    assigned: int = 0
    active: int = 0
    completed: int = 0
    certified: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        # Written out: a page adds thousands of these.
        return Counts(
            self.people + other.people,
            self.finished + other.finished,
            self.assigned + other.assigned,
            self.active + other.active,
            self.completed + other.completed,
            self.certified + other.certified,
        )


def add(groups: Iterable[Counts]) -> Counts:
    """Return the sum of several groups."""
    return sum(groups, Counts())
