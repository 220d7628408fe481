"""Builds the protected table of one page from plain facts, for screen, print and file alike; no database."""

import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import product

from reporting.suppression import (
    MEASURES,
    SURE_FROM,
    Breakdown,
    Cell,
    Counts,
    State,
    States,
    add,
    cells,
    protect_rows,
    protect_total,
)

# A place is its way down from the whole scope: (), (area,), (area, province), (area, province, district), and an institution last.
Node = tuple[str, ...]
ROOT: Node = ()
BANDS = 5
ORDERS = ("nombre", *MEASURES, "faltan", "avance")
DEFAULT_ORDER = "-faltan"
COURSE, KIND, MONTH = "course", "kind", "month"


@dataclass(frozen=True)
class Fact:
    """Counts of one place, course and kind of institution. With a month: people who completed in it, as `assigned`."""

    place: Node
    course: int
    kind: str
    counts: Counts
    month: date | None = None


@dataclass(frozen=True)
class Wanted:
    """What the filters in use let through; None where one is not in use."""

    courses: frozenset[int] | None = None
    kinds: frozenset[str] | None = None
    months: frozenset[date] | None = None

    @property
    def values(self) -> dict[str, frozenset[Hashable]]:
        """Filters in use by the name of what they divide by."""
        named = {COURSE: self.courses, KIND: self.kinds, MONTH: self.months}
        return {name: frozenset(values) for name, values in named.items() if values is not None}


RANGES = {"1": "0–20 %", "2": "20–40 %", "3": "40–60 %", "4": "60–80 %", "5": "80–100 %"}


@dataclass(frozen=True)
class Line:
    """One line of a table: a place, the last step of its address (empty where nothing lies below), and its protected figures.

    `class_only` is the class of the map of a line that tells its class and no number; empty for every other line.
    """

    node: Node
    name: str
    slug: str
    cells: Mapping[str, Cell]
    note: str = ""
    class_only: str = ""

    @property
    def key(self) -> str:
        """Last step of the way down."""
        return self.node[-1] if self.node else ""

    @property
    def is_hidden(self) -> bool:
        """True when the group is too small to tell anything of it."""
        return self.class_only == "hidden" if self.class_only else self.cells["assigned"].value is None

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
        if self.class_only or self.is_empty:
            return self.class_only or "none"
        if completed.state is State.ALMOST_ALL:
            return str(BANDS)
        if completed.state is State.ALMOST_NONE:
            return "1"
        if not assigned.value or completed.value is None:
            return "hidden"
        return band_of(completed.value, assigned.value)

    @property
    def range(self) -> str:
        """The class in words: “20–40 %”; empty where there is none."""
        return RANGES.get(self.band, "")


def band_of(completed: int, assigned: int) -> str:
    """Return the class of the map, from 1."""
    return str(min(BANDS, completed * BANDS // assigned + 1))


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
    that are listed even without anybody.
    """

    facts: Sequence[Fact]
    opened: Sequence[Node]
    threshold: int
    wanted: Wanted = Wanted()
    events: Sequence[Fact] = ()
    places: Iterable[Node] = ()
    known: dict[frozenset[str], dict[Node, States]] = field(default_factory=dict)

    @cached_property
    def children(self) -> dict[Node, list[Node]]:
        """Rows below each opened place, in a fixed order."""
        nodes = {place[:depth] for place in {*(fact.place for fact in self.facts), *self.places} for depth in range(1, len(place) + 1)}
        return {parent: sorted(node for node in nodes if node[:-1] == parent) for parent in self.opened}

    def line(self, node: Node, name: str, slug: str = "", note: str = "") -> Line:
        """Return one place as a line of a table."""
        asked = frozenset(self.wanted.values)
        counts = self.people.get(node, Counts())
        if KIND in asked:
            return self.class_line(Line(node, name, slug, cells(Counts(), dict.fromkeys(MEASURES, State.HIDDEN)), note), counts)
        found = cells(counts, self.states(asked - {MONTH})[node])
        if MONTH in asked:
            found = {"assigned": found["assigned"], "completed": self.completed_in_period(node, self.states(asked)[node], counts)}
        return Line(node, name, slug, found, note)

    def class_line(self, line: Line, people: Counts) -> Line:
        """Return the class of a line and nothing else: all that a filter by kind of institution may tell.

        Institutions are listed by name, so everybody knows their kind: an exact count of one kind, less the institutions of
        that kind that are shown, would give the small ones away.
        """
        if not people.assigned:
            return replace(line, class_only="none")
        if people.assigned < self.threshold:
            return replace(line, class_only="hidden")
        completed = self.finishers.get(line.node, Counts()).assigned if MONTH in self.wanted.values else people.completed
        return replace(line, class_only=band_of(completed, people.assigned))

    def completed_in_period(self, node: Node, states: States, people: Counts) -> Cell:
        """Return how many completed in the months asked for; “nobody” is not told of a group under 20."""
        count = self.finishers.get(node, Counts()).assigned
        is_told = states["assigned"] is State.SHOWN and (count or not people.assigned or people.assigned >= SURE_FROM)
        return Cell(State.SHOWN, count) if is_told else Cell(State.HIDDEN)

    @cached_property
    def people(self) -> dict[Node, Counts]:
        """Counts of every place that the filters let through. Not protected: for `line` only."""
        return self.sums(self.facts, frozenset(self.wanted.values) - {MONTH})

    @cached_property
    def finishers(self) -> dict[Node, Counts]:
        """The same of those who completed."""
        return self.sums(self.events, frozenset(self.wanted.values))

    def sums(self, facts: Sequence[Fact], names: frozenset[str]) -> dict[Node, Counts]:
        """Sum what the filters `names` let through, place by place."""
        asked = [(name, values) for name, values in self.wanted.values.items() if name in names]
        found: dict[Node, Counts] = {}
        for fact in facts:
            if all(getattr(fact, name) in values for name, values in asked):
                for depth in range(len(fact.place) + 1):
                    found[fact.place[:depth]] = found.get(fact.place[:depth], Counts()) + fact.counts
        return found

    def states(self, names: frozenset[str]) -> dict[Node, States]:
        """Return how the figures of every row may be told when the filters `names` are in use.

        A figure under several filters is told only where it is told under fewer, so that parts never give away their sum.
        """
        if names not in self.known:
            self.known[names] = self.filtered(names) if names else self.unfiltered()
        return self.known[names]

    def unfiltered(self) -> dict[Node, States]:
        """Protect the tree without filters, from the whole scope down."""
        counts = {node: add(parts.values()) for node, parts in self.parts(frozenset()).items()}
        states = {ROOT: protect_total(counts.get(ROOT, Counts()), self.threshold)}
        for parent in self.opened:
            rows = {node: counts.get(node, Counts()) for node in self.children[parent]}
            states |= protect_rows(rows, states[parent], self.threshold)
        return states

    def filtered(self, names: frozenset[str]) -> dict[Node, States]:
        """Protect the tree under filters, from the whole scope down."""
        parts, allowed = self.parts(names), self.allowed(names)
        wanted = set(product(*(values for name, values in self.wanted.values.items() if name in names)))
        breakdown = Breakdown(parts.get(ROOT, {}), allowed[ROOT], wanted, self.threshold)
        states = {ROOT: breakdown.total}
        for parent in self.opened:
            rows = {node: parts.get(node, {}) for node in self.children[parent]}
            states |= breakdown.rows(rows, allowed, states[parent])
        return states

    def allowed(self, names: frozenset[str]) -> dict[Node, States]:
        """Return what may be told under every choice of one filter less."""
        result: dict[Node, States] = {}
        for name in sorted(names):
            for node, states in self.states(names - {name}).items():
                told = as_events(states) if name == MONTH else states
                before = result.setdefault(node, told)
                result[node] = {key: told[key] if before[key] is State.SHOWN else before[key] for key in before.keys() & told.keys()}
        return result

    def parts(self, names: frozenset[str]) -> dict[Node, dict[Hashable, Counts]]:
        """Divide every place of the page by what the filters `names` divide by."""
        order = [name for name in (COURSE, KIND, MONTH) if name in names]
        found: dict[Node, dict[Hashable, Counts]] = {}
        for fact in self.events if MONTH in names else self.facts:
            part = tuple(getattr(fact, name) for name in order)
            for depth in range(len(fact.place) + 1):
                parts = found.setdefault(fact.place[:depth], {})
                parts[part] = parts.get(part, Counts()) + fact.counts
        return found


def as_events(states: Mapping[str, State]) -> States:
    """Return the state of “completed” as that of a population of its own: those who completed."""
    return {"assigned": states["completed"]}


def ordered(lines: Iterable[Line], order: str) -> list[Line]:
    """Sort lines by one of ORDERS (with "-", from high to low); what is not shown comes last, by name, and so tells nothing.

    Nobody's place comes after every other. An order that does not exist is the default.
    """
    name = order.removeprefix("-")
    if name not in ORDERS:
        return ordered(lines, DEFAULT_ORDER)
    by_name = sorted(lines, key=lambda line: (not line.key, folded(line.name)))
    if name == "nombre":
        return by_name if name == order else by_name[::-1]
    sign = 1 if name == order else -1
    values = [(sortable(line, name), place, line) for place, line in enumerate(by_name)]
    known = sorted((sign * value, place) for value, place, _line in values if value is not None)
    return [by_name[place] for _value, place in known] + [line for value, _place, line in values if value is None]


def sortable(line: Line, name: str) -> float | None:
    """Return the value to sort a line by, or None where it is not shown."""
    if name == "avance" and line.class_only:
        return float(line.class_only) if line.class_only in RANGES else None
    if name == "avance":
        assigned, completed = line.cells["assigned"].value, line.cells["completed"].value
        return completed / assigned if assigned and completed is not None else None
    return line.missing.value if name == "faltan" else line.cells[name].value if name in line.cells else None


def folded(name: str) -> str:
    """Return a name to sort by: tildes do not count, ñ is a letter of its own after n."""
    marked = unicodedata.normalize("NFD", name.lower().replace("ñ", "n~"))
    return "".join(letter for letter in marked if not unicodedata.combining(letter))
