"""Protects a tree of places as a whole: which figure of which place may be told, under one filter
at a time; no database.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from reporting.counts import Counts
from reporting.protection.suppression import (
    Cell,
    Division,
    Sizes,
    State,
    States,
    cells,
    protect_rows,
    protect_total,
)

# A place is its way down from the whole scope: (), (area,), (area, province), (area, province,
# district), and an institution last.
Node = tuple[str, ...]
ROOT: Node = ()
# Steps down to a district; what lies below are institutions.
DISTRICT = 3


@dataclass(frozen=True)
class Fact:
    """Counts of one place and course. With a month: people who completed in it, as `completed`."""

    place: Node
    course: int
    counts: Counts
    month: date | None = None


@dataclass(frozen=True)
class Wanted:
    """The filter in use, by course or by months, never both (rule 4); None where it is not in
    use.
    """

    course: int | None = None
    months: frozenset[date] | None = None

    def __post_init__(self) -> None:
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


@dataclass
class Tree:
    """All facts that a release needs, and how each figure of each place may be told.

    `opened` are the places whose rows are listed or that lie above them, from the whole scope down;
    `places` are rows
    that are listed even without anybody. Every count here is raw: only what `told` returns may
    leave.
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
        nodes = {
            place[:depth]
            for place in {*(fact.place for fact in self.facts), *self.places}
            for depth in range(1, len(place) + 1)
        }
        children: dict[Node, list[Node]] = {parent: [] for parent in self.opened}
        for node in sorted(nodes):
            if node[:-1] in children:
                children[node[:-1]].append(node)
        return children

    def told(self, node: Node) -> dict[str, Cell]:
        """Return the figures of one place as they may be told."""
        counts, states = self.people.get(node, Counts()), self.states[node]
        if not self.wanted.is_filter:
            return cells(counts, states)
        state = State.SHOWN if node in self.told_under_filter else State.HIDDEN
        shares = cells(self.filtered.get(node, Counts()), {"assigned": state, "completed": state})
        if self.wanted.months is not None:
            # The months divide who completed; the group stays who is assigned.
            shares["assigned"] = cells(counts, states)["assigned"]
        return shares

    def listed(self, parent: Node) -> list[Node]:
        """Return the rows of a place that are listed: every place, but institutions only when their
        size is told.
        """
        return [
            node
            for node in self.children[parent]
            if len(parent) < DISTRICT or self.states[node]["assigned"] is State.SHOWN
        ]

    @cached_property
    def people(self) -> dict[Node, Counts]:
        """Counts of every place, without a filter."""
        return sums((fact.place, fact.counts) for fact in self.facts)

    @cached_property
    def filtered(self) -> dict[Node, Counts]:
        """Counts of every place that the filter lets through."""
        facts = self.facts if self.wanted.months is None else self.events
        return sums(
            (fact.place, fact.counts) for fact in facts if self.part_of(fact) in self.wanted.parts
        )

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
        division = Division(
            parts.get(ROOT, {}),
            self.wanted.parts,
            self.threshold,
            tells_empty=self.wanted.months is None,
        )
        told_nodes = {ROOT} if division.is_offered and self.is_told(ROOT) else set()
        for parent in self.opened:
            if parent in told_nodes:
                nodes_with_people = {
                    node: parts.get(node, {})
                    for node in self.children[parent]
                    if node in self.people and self.people[node].assigned
                }
                told_nodes |= division.told_rows(
                    nodes_with_people, {node for node in nodes_with_people if self.is_told(node)}
                )
                told_nodes |= {
                    node
                    for node in self.children[parent]
                    if node not in nodes_with_people and self.is_told(node)
                }
        return told_nodes

    def is_told(self, node: Node) -> bool:
        """True when size and completions of a place are told without a filter."""
        return self.states[node]["assigned"] is self.states[node]["completed"] is State.SHOWN

    @cached_property
    def parts(self) -> dict[Node, dict[Hashable, Sizes]]:
        """Every place divided by the filter in use: completed and not completed in each course, or
        completed in each month.
        """
        by_months = self.wanted.months is not None
        by_division: dict[Hashable, list[Fact]] = {}
        for fact in self.events if by_months else self.facts:
            by_division.setdefault(self.part_of(fact), []).append(fact)
        sizes_by_node: dict[Node, dict[Hashable, Sizes]] = {}
        for part, facts in by_division.items():
            for node, counts in sums((fact.place, fact.counts) for fact in facts).items():
                sizes = (
                    (counts.completed,)
                    if by_months
                    else (counts.completed, counts.assigned - counts.completed)
                )
                if any(sizes):
                    sizes_by_node.setdefault(node, {})[part] = sizes
        return sizes_by_node


def sums(counted: Iterable[tuple[Node, Counts]]) -> dict[Node, Counts]:
    """Sum the counts of every place and of all places above it."""
    sums: dict[Node, Counts] = {}
    for place, counts in counted:
        for depth in range(len(place) + 1):
            sums[place[:depth]] = sums.get(place[:depth], Counts()) + counts
    return sums
