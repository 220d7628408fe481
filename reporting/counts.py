"""Says what is counted of a group; plain values, no database."""

from collections.abc import Iterable
from dataclasses import dataclass

MEASURES = ("assigned", "active", "completed", "certified")
MEASURES_OF_PEOPLE = ("people", "finished")


@dataclass(frozen=True)
class Counts:
    """Counts of one group: enrolments, and how many of them were active, completed, hold a
    certificate; people, and how many of them finished any course.
    """

    assigned: int = 0
    active: int = 0
    completed: int = 0
    certified: int = 0
    people: int = 0
    finished: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        # Written out: a page adds thousands of these.
        return Counts(
            self.assigned + other.assigned,
            self.active + other.active,
            self.completed + other.completed,
            self.certified + other.certified,
            self.people + other.people,
            self.finished + other.finished,
        )


def add(groups: Iterable[Counts]) -> Counts:
    """Return the sum of several groups."""
    return sum(groups, Counts())
