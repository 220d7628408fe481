"""Builds the protected table of one page from plain facts, for screen, print and file alike; no database."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lib.folding import sorting_key
from reporting.suppression import (
    MEASURES,
    Cell,
    Counts,
    Division,
    Sizes,
    State,
    States,
    cells,
    protect_rows,
    protect_total,
)

# A place is its way down from the whole scope: (), (area,), (area, province), (area, province, district), and an institution last.
Node = tuple[str, ...]
ROOT: Node = ()
# Steps down to a district; what lies below are institutions.
DISTRICT = 3
BANDS = 5
ORDERS = ("nombre", *MEASURES, "faltan", "avance")
DEFAULT_ORDER = "-faltan"


@dataclass(frozen=True)
class Fact:
    """Counts of one place and course. With a month: people who completed in it, as `completed`."""

    place: Node
    course: int
    counts: Counts
    month: date | None = None


@dataclass(frozen=True)
class Wanted:
    """The filter in use, by course or by months, never both (rule 4); None where it is not in use."""

    course: int | None = None
    months: frozenset[date] | None = None

    def __post_init__(self):
        if self.course is not None and self.months is not None:
            raise ValueError("one filter at a time")

    @property
    def is_filter(self) -> bool:
        """True when a filter is in use."""
        return self.course is not None or self.months is not None

    @property
    def parts(self) -> frozenset[Hashable]:
        """The parts asked for, of those into which the filter divides every place."""
        return frozenset({self.course}) if self.months is None else frozenset(self.months)


RANGES = {"1": "0–20 %", "2": "20–40 %", "3": "40–60 %", "4": "60–80 %", "5": "80–100 %"}


@dataclass(frozen=True)
class Line:
    """One line of a table: a place, the last step of its address (empty where nothing lies below), and its protected figures."""

    node: Node
    name: str
    slug: str
    cells: Mapping[str, Cell]
    note: str = ""

    @property
    def key(self) -> str:
        """Last step of the way down."""
        return self.node[-1] if self.node else ""

    @property
    def is_hidden(self) -> bool:
        """True when the group is too small to tell anything of it."""
        return self.cells["assigned"].value is None

    @property
    def is_empty(self) -> bool:
        """True when nobody is assigned."""
        return self.cells["assigned"].value == 0

    @property
    def missing(self) -> Cell:
        """People who have not completed yet, told as openly as those who have."""
        assigned, completed = self.cells["assigned"], self.cells["completed"]
        if assigned.value is not None and completed.value is not None:
            return Cell(State.SHOWN, assigned.value - completed.value)
        return Cell(OPPOSITE[completed.state])

    def percent(self, measure: str) -> int | None:
        """Return a share in whole per cent, or None. Only nobody is 0 and only everybody is 100."""
        assigned, value = self.cells["assigned"].value, self.cells[measure].value
        if not assigned or value is None:
            return None
        if value in {0, assigned}:
            return 100 * value // assigned
        return min(99, max(1, (200 * value + assigned) // (2 * assigned)))

    @property
    def progress(self) -> int | None:
        """Share that completed, in whole per cent."""
        return self.percent("completed")

    @property
    def band(self) -> str:
        """Class of the map: 1 to 5 for 0–20–40–60–80–100 per cent, `none` without people, `hidden` when protected."""
        assigned, completed = self.cells["assigned"], self.cells["completed"]
        if self.is_empty:
            return "none"
        if completed.state is State.ALMOST_ALL:
            return str(BANDS)
        if completed.state is State.ALMOST_NONE:
            return "1"
        if not assigned.value or completed.value is None:
            return "hidden"
        return str(min(BANDS, completed.value * BANDS // assigned.value + 1))

    @property
    def range(self) -> str:
        """The class in words: “20–40 %”; empty where there is none."""
        return RANGES.get(self.band, "")


OPPOSITE = {
    State.SHOWN: State.HIDDEN,
    State.HIDDEN: State.HIDDEN,
    State.ALMOST_ALL: State.ALMOST_NONE,
    State.ALMOST_NONE: State.ALMOST_ALL,
}


@dataclass
class Tree:
    """All facts a page needs, and how each figure of each place may be told.

    `opened` are the places whose rows the page shows or that lie above them, from the whole scope down; `places` are rows
    that are listed even without anybody. Every count here is raw: only what `line` returns may leave.
    """

    facts: Sequence[Fact]
    opened: Sequence[Node]
    threshold: int
    wanted: Wanted = Wanted()
    events: Sequence[Fact] = ()
    places: Iterable[Node] = ()

    @cached_property
    def children(self) -> dict[Node, list[Node]]:
        """Rows below each opened place, in a fixed order."""
        nodes = {place[:depth] for place in {*(fact.place for fact in self.facts), *self.places} for depth in range(1, len(place) + 1)}
        found: dict[Node, list[Node]] = {parent: [] for parent in self.opened}
        for node in sorted(nodes):
            if node[:-1] in found:
                found[node[:-1]].append(node)
        return found

    def line(self, node: Node, name: str, slug: str = "", note: str = "") -> Line:
        """Return one place as a line of a table."""
        counts, states = self.people.get(node, Counts()), self.states[node]
        if not self.wanted.is_filter:
            return Line(node, name, slug, cells(counts, states), note)
        told = State.SHOWN if node in self.told_under_filter else State.HIDDEN
        filtered = cells(self.filtered.get(node, Counts()), {"assigned": told, "completed": told})
        if self.wanted.months is not None:
            # The months divide who completed; the group stays who is assigned.
            filtered["assigned"] = cells(counts, states)["assigned"]
        return Line(node, name, slug, filtered, note)

    def listed(self, parent: Node) -> list[Node]:
        """Return the rows of a place that a page lists: every place, but institutions only when their size is told."""
        return [node for node in self.children[parent] if len(parent) < DISTRICT or self.states[node]["assigned"] is State.SHOWN]

    @cached_property
    def people(self) -> dict[Node, Counts]:
        """Counts of every place, without a filter."""
        return sums((fact.place, fact.counts) for fact in self.facts)

    @cached_property
    def filtered(self) -> dict[Node, Counts]:
        """Counts of every place that the filter lets through."""
        facts = self.facts if self.wanted.months is None else self.events
        return sums((fact.place, fact.counts) for fact in facts if self.part_of(fact) in self.wanted.parts)

    def part_of(self, fact: Fact) -> Hashable:
        """Return the part of its place to which the filter in use counts a fact."""
        return fact.course if self.wanted.months is None else fact.month

    @cached_property
    def states(self) -> dict[Node, States]:
        """How the figures of every row may be told without a filter, from the whole scope down."""
        states = {ROOT: protect_total(self.people.get(ROOT, Counts()), self.threshold)}
        for parent in self.opened:
            rows = {node: self.people.get(node, Counts()) for node in self.children[parent]}
            states |= protect_rows(rows, states[parent], self.threshold)
        return states

    @cached_property
    def told_under_filter(self) -> set[Node]:
        """Every row of which the filtered figures may be told, from the whole scope down."""
        parts = self.parts
        division = Division(parts.get(ROOT, {}), self.wanted.parts, self.threshold, tells_empty=self.wanted.months is None)
        told = {ROOT} if division.is_offered and self.is_told(ROOT) else set()
        for parent in self.opened:
            if parent in told:
                peopled = {
                    node: parts.get(node, {}) for node in self.children[parent] if node in self.people and self.people[node].assigned
                }
                told |= division.told_rows(peopled, {node for node in peopled if self.is_told(node)})
                told |= {node for node in self.children[parent] if node not in peopled and self.is_told(node)}
        return told

    def is_told(self, node: Node) -> bool:
        """True when size and completions of a place are told without a filter."""
        return self.states[node]["assigned"] is self.states[node]["completed"] is State.SHOWN

    @cached_property
    def parts(self) -> dict[Node, dict[Hashable, Sizes]]:
        """Every place divided by the filter in use: completed and not completed in each course, or completed in each month."""
        by_months = self.wanted.months is not None
        divided: dict[Hashable, list[Fact]] = {}
        for fact in self.events if by_months else self.facts:
            divided.setdefault(self.part_of(fact), []).append(fact)
        found: dict[Node, dict[Hashable, Sizes]] = {}
        for part, facts in divided.items():
            for node, counts in sums((fact.place, fact.counts) for fact in facts).items():
                sizes = (counts.completed,) if by_months else (counts.completed, counts.assigned - counts.completed)
                if any(sizes):
                    found.setdefault(node, {})[part] = sizes
        return found


def sums(counted: Iterable[tuple[Node, Counts]]) -> dict[Node, Counts]:
    """Sum the counts of every place and of all places above it."""
    found: dict[Node, Counts] = {}
    for place, counts in counted:
        for depth in range(len(place) + 1):
            found[place[:depth]] = found.get(place[:depth], Counts()) + counts
    return found


def ordered(lines: Iterable[Line], order: str) -> list[Line]:
    """Sort lines by one of ORDERS (with "-", from high to low); what is not shown comes last, by name, and so tells nothing.

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
    known = sorted((sign * value, place) for value, place, _line in values if value is not None)
    return [by_name[place] for _value, place in known] + [line for value, _place, line in values if value is None]


def sortable(line: Line, name: str) -> float | None:
    """Return the value to sort a line by, or None where it is not shown."""
    if name == "avance":
        assigned, completed = line.cells["assigned"].value, line.cells["completed"].value
        return completed / assigned if assigned and completed is not None else None
    return line.missing.value if name == "faltan" else line.cells[name].value if name in line.cells else None
