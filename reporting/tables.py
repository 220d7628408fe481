"""Says what one line of the figures tells, and sorts lines, for screen, print and file alike; no
database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from lib.folding import sorting_key
from reporting.counts import Counts

BANDS = 5
# The columns, in the order of a screen that is too narrow for all of them.
ORDERS = (
    "nombre",
    "people",
    "finished",
    "assigned",
    "completed",
    "faltan",
    "avance",
    "active",
    "certified",
)
# Who is behind comes first: the lowest share, because by people missing large places always do.
DEFAULT_ORDER = "avance"


@dataclass(frozen=True)
class Line:
    """One line of a table: the code of a place or institution, its name, its counts, and the
    address of what lies below ("" for nothing).

    `note` names the place around it. Without a key it is the total, or people of whom nobody knows
    the place.
    """

    key: str
    name: str
    counts: Counts
    url: str = ""
    note: str = ""

    @cached_property
    def values(self) -> Mapping[str, int | None]:
        """The figures by column; progress is a whole per cent, None where there is nobody."""
        counts = self.counts
        return {
            "people": counts.people,
            "finished": counts.finished,
            "assigned": counts.assigned,
            "active": counts.active,
            "completed": counts.completed,
            "certified": counts.certified,
            "faltan": counts.assigned - counts.completed,
            "avance": self.progress,
        }

    @property
    def missing(self) -> int:
        """Enrolments that are not completed yet."""
        return self.counts.assigned - self.counts.completed

    @cached_property
    def progress(self) -> int | None:
        """Share that completed, in whole per cent; None where there is nobody.

        Only nobody is 0 and only everybody is 100.
        """
        assigned, completed = self.counts.assigned, self.counts.completed
        if not assigned:
            return None
        if completed in {0, assigned}:
            return 100 * completed // assigned
        return min(99, max(1, (200 * completed + assigned) // (2 * assigned)))

    @property
    def band(self) -> str:
        """Class of the map: 1 to 5 for 0–20–40–60–80–100 per cent, `none` without people."""
        if not self.counts.assigned:
            return "none"
        return str(min(BANDS, self.counts.completed * BANDS // self.counts.assigned + 1))


def ordered(lines: Iterable[Line], order: str) -> list[Line]:
    """Sort lines by one of ORDERS (with "-", from high to low), equal ones by name; a share of
    nobody comes last.

    Nobody's place comes after every other. An order that does not exist is the default.
    """
    name = order.removeprefix("-")
    if name not in ORDERS:
        return ordered(lines, DEFAULT_ORDER)
    by_name = sorted(lines, key=lambda line: (not line.key, sorting_key(line.name)))
    if name == "nombre":
        return by_name if name == order else by_name[::-1]
    sign = 1 if name == order else -1
    values = [(sortable(line, name), place, line) for place, line in enumerate(by_name)]
    ranks = sorted((sign * value, place) for value, place, _line in values if value is not None)
    return [by_name[place] for _value, place in ranks] + [
        line for value, _place, line in values if value is None
    ]


def sortable(line: Line, name: str) -> float | None:
    """Return the value to sort a line by, or None where it has none; shares by what they are, not
    by the whole per cent.
    """
    if name == "avance":
        return line.counts.completed / line.counts.assigned if line.counts.assigned else None
    return line.values[name]
