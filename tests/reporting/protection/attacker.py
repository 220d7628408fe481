"""Plays the reader who subtracts: collects all that the figures tell of a population, and solves
for what they do not tell.

Unknowns are the people of each place by course and month of completion, with how many are active
and certified. Whatever is told is an equation, a word is a pair of bounds. The simplex method finds
how far each small count can move: only whole solutions count as proof that it may, so the answer
"cannot be determined" is exact.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations_with_replacement
from math import lcm
from random import Random

from reporting.counts import Counts
from reporting.protection.suppression import GROUP_OF, Cell, State, few
from reporting.protection.tree import ROOT, Fact, Node, Tree, Wanted

Expression = dict[Hashable, int]
# A population: people by place, course and month of completion, and the active and certified among
# them by place.
NOT_YET = None
# Ways tried towards a whole solution before a count is taken for known.
TRIES = 6


@dataclass
class Population:
    """Invented people, as the facts that the figures are made of, and as what the reader wants to
    know.

    `months` are those in which anybody may have completed, in order; `empty` places have nobody.
    """

    people: dict[tuple[Node, int, object], int]
    active: dict[Node, int]
    certified: dict[Node, int]
    threshold: int
    months: list
    empty: tuple[Node, ...] = ()

    @property
    def courses(self) -> list[int]:
        """Every course that anybody follows."""
        return sorted({course for _place, course, _month in self.people})

    def inside(self, areas: list[str]) -> "Population":
        """Return the part of the population that lives in some areas."""
        return replace(
            self,
            people={key: count for key, count in self.people.items() if key[0][0] in areas},
            active={place: count for place, count in self.active.items() if place[0] in areas},
            certified={
                place: count for place, count in self.certified.items() if place[0] in areas
            },
            empty=tuple(place for place in self.empty if place[0] in areas),
        )

    def facts(self) -> list[Fact]:
        """Return the facts without months; active and certified stand with the first course of each
        place.
        """
        found: dict[tuple[Node, int], Counts] = {}
        for (place, course, month), count in self.people.items():
            found[place, course] = found.get((place, course), Counts()) + Counts(
                count, 0, 0 if month is NOT_YET else count
            )
        for place in {place for place, _course, _month in self.people}:
            first = min(course for other, course in found if other == place)
            found[place, first] += Counts(
                active=self.active[place], certified=self.certified[place]
            )
        return [Fact(place, course, counts) for (place, course), counts in found.items()]

    def events(self) -> list[Fact]:
        """Return the facts of completions by month."""
        return [
            Fact(place, course, Counts(completed=count), month)
            for (place, course, month), count in self.people.items()
            if month is not NOT_YET
        ]


@dataclass(frozen=True)
class Seen:
    """One figure that a reader saw: of a place, under a course or some months."""

    node: Node
    measure: str
    cell: Cell
    course: int | None = None
    months: frozenset | None = None


def filters(courses: Iterable[int], months: list) -> Iterator[Wanted]:
    """Yield no filter, every course, and every period."""
    yield Wanted()
    yield from (Wanted(course=course) for course in courses)
    for first, last in combinations_with_replacement(range(len(months)), 2):
        yield Wanted(months=frozenset(months[first : last + 1]))


def seen_by(population: Population, tree: Callable[..., Tree] = Tree) -> list[Seen]:
    """Return every figure of every table under every filter, as they are listed."""
    facts, events = population.facts(), population.events()
    places = {
        place[:depth]
        for place in (*population.empty, *(fact.place for fact in facts))
        for depth in range(1, len(place) + 1)
    }
    opened = [ROOT, *sorted(place for place in places if len(place) < 4 and place != ("",))]
    found = []
    for wanted in filters(population.courses, population.months):
        page = tree(facts, opened, population.threshold, wanted, events, population.empty)
        listed = [ROOT]
        for parent in opened:
            listed += page.listed(parent)
        for node in listed:
            found += [
                Seen(node, name, cell, wanted.course, wanted.months)
                for name, cell in page.told(node).items()
            ]
    return found


class Solver:
    """Linear equations over unknowns that are not negative, walked from one solution to another by
    pivots.
    """

    def __init__(self, solution: Mapping[Hashable, int]):
        """`solution` is the truth: it satisfies whatever is added."""
        self.value: dict[Hashable, int | Fraction] = dict(solution)
        self.divided = {name for name, value in self.value.items() if not isinstance(value, int)}
        # Each basic unknown is a constant minus its row times the other unknowns.
        self.rows: dict[Hashable, dict[Hashable, int | Fraction]] = {}
        # Where each unknown stands; a dictionary as an ordered set, so that every run takes the
        # same way.
        self.columns: dict[Hashable, dict[Hashable, None]] = defaultdict(dict)

    def equal(self, expression: Expression) -> None:
        """Add that an expression has the value it has in the truth."""
        row = self.reduced(expression)
        if row:
            # A large unknown makes a good basic one; a coefficient of one keeps everything whole.
            entering = max(row, key=lambda name: (abs(row[name]) == 1, self.value[name]))
            pivot = row.pop(entering)
            for name in list(self.columns[entering]):
                self.substitute(
                    name, entering, {other: divide(value, pivot) for other, value in row.items()}
                )
            self.set_row(entering, {other: divide(value, pivot) for other, value in row.items()})

    def at_least(self, expression: Expression, bound: int) -> None:
        """Add that an expression is not below a bound."""
        slack = ("slack", len(self.value))
        self.value[slack] = self.of(expression) - bound
        assert self.value[slack] >= 0
        self.equal({**expression, slack: -1})

    def of(self, expression: Expression) -> int | Fraction:
        """Return the value of an expression in the present solution."""
        return sum(factor * self.value[name] for name, factor in expression.items())

    def reduced(self, expression: Expression) -> dict[Hashable, int | Fraction]:
        """Return an expression in terms of unknowns that are not basic (its constant is left
        out).
        """
        result: dict[Hashable, int | Fraction] = defaultdict(int)
        for name, factor in expression.items():
            if name in self.rows:
                for other, value in self.rows[name].items():
                    result[other] -= factor * value
            else:
                result[name] += factor
        return {name: value for name, value in result.items() if value}

    def set_row(self, basic: Hashable, row: dict[Hashable, int | Fraction]) -> None:
        self.rows[basic] = row
        for name in row:
            self.columns[name][basic] = None

    def substitute(
        self, basic: Hashable, entering: Hashable, formula: dict[Hashable, int | Fraction]
    ) -> None:
        """Replace an unknown that becomes basic in one row."""
        row = self.rows[basic]
        factor = row.pop(entering)
        self.columns[entering].pop(basic, None)
        for name, value in formula.items():
            changed = row.get(name, 0) - factor * value
            if changed:
                row[name] = changed
                self.columns[name][basic] = None
            elif name in row:
                del row[name]
                self.columns[name].pop(basic, None)

    def pivot(self, leaving: Hashable, entering: Hashable) -> None:
        """Exchange a basic unknown for another one."""
        row = self.rows.pop(leaving)
        for name in row:
            self.columns[name].pop(leaving, None)
        factor = row.pop(entering)
        formula = {name: divide(value, factor) for name, value in row.items()}
        formula[leaving] = divide(1, factor)
        for basic in list(self.columns[entering]):
            self.substitute(basic, entering, formula)
        self.set_row(entering, formula)

    def copy(self) -> "Solver":
        """Return a solver that stands at the same place."""
        other = Solver(self.value)
        other.rows = {name: dict(row) for name, row in self.rows.items()}
        for name, column in self.columns.items():
            other.columns[name] = dict(column)
        return other

    def room(
        self, entering: Hashable, direction: int
    ) -> tuple[int | Fraction, int, Hashable | None]:
        """Return how far one unknown can move before another becomes negative, how far with nobody
        divided, and which stops it.
        """
        step = self.value[entering] if direction < 0 else None
        leaving = None
        for basic in self.columns[entering]:
            slope = self.rows[basic][entering] * direction
            if slope > 0:
                limit = divide(self.value[basic], slope)
                if step is None or limit < step:
                    step, leaving = limit, basic
        assert step is not None, "everything is bounded by the total"
        if step < 1:
            return step, 0, leaving
        common = lcm(*(self.rows[basic][entering].denominator for basic in self.columns[entering]))
        return step, int(step // common * common), leaving

    def improve(self, slopes: Mapping[Hashable, int | Fraction], source: Random) -> bool:
        """Take one step, or one pivot on the spot, towards more of what has these slopes; return
        whether there is a way.

        Ways on which nobody is divided come first, then any; the lot keeps it from going round in a
        circle.
        """
        ways = [(name, 1) for name, slope in slopes.items() if slope > 0]
        ways += [(name, -1) for name, slope in slopes.items() if slope < 0 and self.value[name]]
        source.shuffle(ways)
        chosen = None
        for name, direction in ways:
            step, stride, leaving = self.room(name, direction)
            if stride and self.is_whole:
                chosen = (name, direction, stride, leaving if stride == step else None)
                break
            if chosen is None or not step:
                chosen = (name, direction, step, leaving)
        if chosen is None:
            return False
        name, direction, step, leaving = chosen
        if step:
            self.step(name, direction * step)
        if leaving is not None:
            self.pivot(leaving, name)
        return True

    def step(self, entering: Hashable, change: int | Fraction) -> None:
        """Change one unknown and all that follow it."""
        for basic in self.columns[entering]:
            self.put(basic, self.value[basic] - self.rows[basic][entering] * change)
        self.put(entering, self.value[entering] + change)

    def put(self, name: Hashable, value: int | Fraction) -> None:
        self.value[name] = value = whole(value)
        if isinstance(value, int):
            self.divided.discard(name)
        else:
            self.divided.add(name)

    def push(
        self, expression: Expression, direction: int, is_enough: Callable[[], bool], source: Random
    ) -> bool:
        """Move towards the largest (or smallest) value of an expression until it is reached or
        enough; return whether it moved.
        """
        has_moved = False
        while not is_enough():
            slopes = {name: value * direction for name, value in self.reduced(expression).items()}
            if not self.improve(slopes, source):
                break
            has_moved = True
        return has_moved

    @property
    def is_whole(self) -> bool:
        """True when no person is divided."""
        return not self.divided


def divide(value: int | Fraction, by: int | Fraction) -> int | Fraction:
    return value * by if by in {1, -1} else whole(Fraction(value) / by)


def whole(value: int | Fraction) -> int | Fraction:
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


@dataclass
class Target:
    """A count that must not become known, and how far the words that are told let it move."""

    name: tuple
    expression: Expression
    needed: int
    true: int
    low: int = 0
    high: int = 0

    def __post_init__(self):
        self.low = self.high = self.true

    def look(self, solver: Solver) -> bool:
        """Widen the range by the present solution if nobody is divided there; return whether it is
        wide enough.
        """
        if self.high - self.low < self.needed and solver.is_whole:
            value = solver.of(self.expression)
            self.low, self.high = min(self.low, value), max(self.high, value)
        return self.high - self.low >= self.needed

    def is_safe(self) -> bool:
        """True when it can move far enough."""
        return self.high - self.low >= self.needed


class Attack:
    """What one reader can find out about one population."""

    def __init__(self, population: Population, seen: list[Seen]):
        self.population, self.seen, self.threshold = population, seen, population.threshold
        self.told = {(one.node, one.measure, one.course, one.months): one.cell for one in seen}
        assert len(self.told) == len(seen)
        self.leaves = self.lowest_places()
        self.solver = Solver(self.truth())
        self.add_what_is_told()
        self.targets = [
            target for node in sorted(self.places()) for target in self.targets_at(node)
        ]

    def lowest_places(self) -> list[Node]:
        """Return the places below which nothing at all is told, or that are empty for everybody to
        see: they need no division.
        """
        speaking = {
            one.node[:-1]
            for one in self.seen
            if one.node and (one.cell.state is not State.HIDDEN or len(one.node) == 4)
        }
        places, found = [ROOT], []
        inhabited = [place for place, _course, _month in self.population.people]
        known = {
            place[: depth + 1]
            for place in (*inhabited, *self.population.empty)
            for depth in range(len(place))
        }
        below: dict[Node, list[Node]] = defaultdict(list)
        for node in sorted(known):
            below[node[:-1]].append(node)
        while places:
            node = places.pop()
            if node in speaking:
                places += below[node]
            else:
                found.append(node)
        return found

    @property
    def months_with_completions(self) -> list:
        """Return the months in which anybody of the whole scope completed: that nobody did in
        another is no secret of a small group.
        """
        return sorted(
            {month for _place, _course, month in self.population.people if month is not NOT_YET}
        )

    def leaf_of(self, place: Node) -> Node:
        return next(
            place[:depth]
            for depth in range(len(place), -1, -1)
            if place[:depth] in set(self.leaves)
        )

    def truth(self) -> dict[Hashable, int]:
        """Return every unknown with its true value."""
        value: dict[Hashable, int] = {}
        self.parts = [
            (course, month)
            for course in self.population.courses
            for month in (NOT_YET, *self.population.months)
        ]
        for leaf in self.leaves:
            value |= dict.fromkeys(((leaf, *part) for part in self.parts), 0)
            value |= dict.fromkeys(
                ((leaf, name) for name in ("active", "idle", "certified", "uncertified")), 0
            )
        for (place, course, month), count in self.population.people.items():
            leaf = self.leaf_of(place)
            value[leaf, course, month] += count
            value[leaf, "idle"] += count
            value[leaf, "uncertified"] += 0 if month is NOT_YET else count
        for place, count in self.population.active.items():
            value[self.leaf_of(place), "active"] += count
            value[self.leaf_of(place), "idle"] -= count
        for place, count in self.population.certified.items():
            value[self.leaf_of(place), "certified"] += count
            value[self.leaf_of(place), "uncertified"] -= count
        return value

    def people(self, node: Node, *, courses=None, months=None) -> Expression:
        """Return the unknowns of a place that a course or some months let through."""
        return {
            (leaf, course, month): 1
            for leaf in self.leaves
            if leaf[: len(node)] == node
            for course, month in self.parts
            if (courses is None or course in courses) and (months is None or month in months)
        }

    def completed(self, node: Node, **choice) -> Expression:
        return self.people(node, **{"months": self.population.months, **choice})

    def named(self, node: Node, *names: str) -> Expression:
        return {
            (leaf, name): 1 for leaf in self.leaves if leaf[: len(node)] == node for name in names
        }

    def expression(self, one: Seen) -> Expression:
        """Return what a figure is the sum of."""
        courses = None if one.course is None else {one.course}
        if one.measure == "assigned":
            return self.people(one.node, courses=courses)
        if one.measure == "completed":
            return self.completed(
                one.node, courses=courses, **({} if one.months is None else {"months": one.months})
            )
        return self.named(one.node, one.measure)

    def add_what_is_told(self) -> None:
        """Turn figures and words into equations and bounds; roughly how many officials there are is
        no secret.
        """
        everybody = self.people(ROOT)
        self.solver.at_least(dict.fromkeys(everybody, -1), -self.solver.of(everybody) - 1000)
        for leaf in self.leaves:
            self.solver.equal(self.minus(self.people(leaf), self.named(leaf, "active", "idle")))
            self.solver.equal(
                self.minus(self.completed(leaf), self.named(leaf, "certified", "uncertified"))
            )
        tells_empty = {
            one.node[:-1]
            for one in self.seen
            if one.node and one.measure == "assigned" and one.cell.value == 0
        }
        for one in self.seen:
            if any(one.node[: len(leaf)] == leaf and one.node != leaf for leaf in self.leaves):
                assert one.cell.state is State.HIDDEN
                continue
            expression = self.expression(one)
            if one.cell.state is State.SHOWN:
                assert self.solver.of(expression) == one.cell.value
                self.solver.equal(expression)
            elif one.cell.state is not State.HIDDEN:
                self.add_word(one, expression)
            elif (
                one.measure == "assigned"
                and one.course is None
                and (one.node[:-1] in tells_empty or len(one.node) == 4)
            ):
                # Empty rows are told beside it, and institutions are listed for their people: this
                # one has somebody.
                self.solver.at_least(expression, 1)

    def add_word(self, one: Seen, expression: Expression) -> None:
        group = self.expression(Seen(one.node, GROUP_OF[one.measure], one.cell))
        most = self.few(one)
        if one.cell.state is State.ALMOST_NONE:
            self.solver.at_least(dict.fromkeys(expression, -1), -most)
        else:
            self.solver.at_least(self.minus(expression, group), -most)

    def few(self, one: Seen) -> int:
        """Return how many a word leaves open, from the group that is told beside it."""
        return few(self.told[one.node, GROUP_OF[one.measure], None, None].value, self.threshold)

    @staticmethod
    def minus(left: Expression, right: Expression) -> Expression:
        result = dict(left)
        for name, factor in right.items():
            result[name] = result.get(name, 0) - factor
        return {name: factor for name, factor in result.items() if factor}

    def places(self) -> set[Node]:
        """Return the lowest places and all above them."""
        return {leaf[:depth] for leaf in self.leaves for depth in range(len(leaf) + 1)}

    def targets_at(self, node: Node) -> Iterator[Target]:
        """Yield every count under the threshold of people who exist at one place, under every
        filter and both together.
        """
        everybody, completed = self.people(node), self.completed(node)
        yield from self.target((node, "assigned"), everybody, is_empty_safe=True)
        for name, parts in {
            "active": ("active", "idle"),
            "certified": ("certified", "uncertified"),
        }.items():
            group = everybody if name == "active" else completed
            for part in parts:
                yield from self.target(
                    (node, part),
                    self.named(node, part),
                    group,
                    name,
                    is_empty_safe=part == "uncertified",
                )
        for courses in (None, *({course} for course in self.population.courses)):
            group = self.people(node, courses=courses)
            if courses:
                yield from self.target((node, "assigned", *courses), group, is_empty_safe=True)
            yield from self.target(
                (node, "completed", courses),
                self.completed(node, courses=courses),
                group,
                "completed",
            )
            yield from self.target(
                (node, "missing", courses),
                self.people(node, courses=courses, months={NOT_YET}),
                group,
                "completed",
            )
            for month in self.months_with_completions:
                done = self.completed(node, courses=courses, months={month})
                yield from self.target(
                    (node, "completed", courses, month), done, group, "completed"
                )
                yield from self.target(
                    (node, "not then", courses, month), self.minus(group, done), group, "completed"
                )

    def target(
        self,
        name: tuple,
        expression: Expression,
        group: Expression | None = None,
        measure: str = "",
        *,
        is_empty_safe=False,
    ) -> Iterator[Target]:
        """Yield one target when the true count is small; `measure` is the figure whose words may
        speak of it.
        """
        value = self.solver.of(expression)
        is_small = 0 < value < self.threshold or (
            value == 0 and not is_empty_safe and self.solver.of(group or expression) > 0
        )
        if is_small:
            yield Target(name, expression, self.words_leave(name[0], measure), value)

    def words_leave(self, node: Node, measure: str) -> int:
        """Return how far the words at a place and above it let a count move."""
        measures = {"certified", "completed"} if measure == "certified" else {measure}
        words = [
            self.few(one)
            for one in self.seen
            if one.measure in measures
            and one.cell.state in {State.ALMOST_ALL, State.ALMOST_NONE}
            and one.node == node[: len(one.node)]
        ]
        return min([self.threshold, *words])

    def leaks(self) -> list[tuple]:
        """Return the counts that cannot move far enough, with the true value and the range that is
        left to them.
        """
        source, here, pending = Random(0), self.solver.copy(), self.targets
        for _attempt in range(TRIES):
            for target in pending:
                for direction in (1, -1):
                    if here.push(
                        target.expression,
                        direction,
                        lambda here=here, target=target: target.look(here),
                        source,
                    ):
                        if not here.is_whole:
                            here = self.solver.copy()
                        for other in pending:
                            other.look(here)
            pending = [target for target in pending if not target.is_safe()]
        return [(target.name, target.true, target.low, target.high) for target in pending]


class Shifted:
    """The same unknowns a day later: each is as before, and one more or one less where somebody
    changed.
    """

    def __init__(self, solver: Solver):
        self.solver = solver

    def equal(self, expression: Expression) -> None:
        self.solver.equal(self.later(expression))

    def at_least(self, expression: Expression, bound: int) -> None:
        self.solver.at_least(self.later(expression), bound)

    def of(self, expression: Expression) -> int | Fraction:
        return self.solver.of(self.later(expression))

    @staticmethod
    def later(expression: Expression) -> Expression:
        more = {("more", name): factor for name, factor in expression.items()}
        return {
            **expression,
            **more,
            **{("less", name): -factor for name, factor in expression.items()},
        }


class TwoDays(Attack):
    """What a reader can find out who looks on two days and knows that one person changed between
    them.
    """

    def __init__(self, days: list[Population], seen: list[list[Seen]]):
        second = Attack(days[1], seen[1])
        self.second_truth = second.truth()
        super().__init__(days[0], seen[0])
        assert second.leaves == self.leaves
        second.solver = Shifted(self.solver)
        second.add_what_is_told()
        for names in (("active", "idle"), ("certified", "uncertified"), None):
            alike = [
                name
                for name in self.second_truth
                if (name[1] in names if names else len(name) == 3)
            ]
            for way in ("more", "less"):
                self.solver.at_least({(way, name): -1 for name in alike}, -1)
        for name in self.second_truth:
            second.solver.at_least({name: 1}, 0)

    def truth(self) -> dict[Hashable, int]:
        value = super().truth()
        more = {
            ("more", name): max(0, self.second_truth[name] - number)
            for name, number in value.items()
        }
        less = {
            ("less", name): max(0, number - self.second_truth[name])
            for name, number in value.items()
        }
        return {**value, **more, **less}


def day_after(population: Population, source: Random) -> Population:
    """Return the population after one person completed, or was enrolled."""
    place, course, month = source.choice([key for key in population.people if key[2] is NOT_YET])
    people, certified = dict(population.people), dict(population.certified)
    if source.random() < 0.3:
        people[place, course, month] += 1
        return replace(population, people=people)
    people[place, course, month] -= 1
    people[place, course, population.months[-1]] = (
        people.get((place, course, population.months[-1]), 0) + 1
    )
    certified[place] += 1
    return replace(population, people=people, certified=certified)


def leaks_of(population: Population, tree: Callable[..., Tree] = Tree) -> list[tuple]:
    """Return what a reader of all pages and filters can find out about small groups."""
    return Attack(population, seen_by(population, tree)).leaks()


def random_population(seed: int) -> Population:
    """Return an invented population: few or many places, small and large groups, nobody and
    everybody, one to three courses.
    """
    source = Random(seed)
    threshold = source.choice((5, 10, 10))
    scale = source.choice((1, 1, 2, 4))
    courses, months = range(1, source.randint(1, 3) + 1), list(range(1, source.randint(1, 3) + 1))
    people: dict[tuple[Node, int, object], int] = defaultdict(int)
    active, certified = {}, {}
    for place in random_places(source):
        spread = source.choice((0, 0, 0.3, 1))
        for course in courses:
            size = (
                scale * source.choice((0, 1, 2, 4, 7, 9, 10, 12, 15, 20, 30, 60, 150))
                if source.random() < 0.85
                else 0
            )
            share = source.choice((0, 0.05, 0.3, 0.5, 0.5, 0.7, 0.95, 1))
            for _person in range(size):
                is_done = source.random() < share
                people[
                    place,
                    course,
                    source.choice(months)
                    if is_done and source.random() >= spread
                    else 1
                    if is_done
                    else NOT_YET,
                ] += 1
        total = sum(count for (other, _course, _month), count in people.items() if other == place)
        done = sum(
            count
            for (other, _course, month), count in people.items()
            if other == place and month is not NOT_YET
        )
        active[place] = round(total * source.choice((0, 0.1, 0.5, 0.9, 1)))
        certified[place] = max(0, done - source.choice((0,) * 12 + (1, 2, 14)))
    inhabited = {place for place, _course, _month in people}
    areas = {place[0] for place in inhabited if place[0]}
    return Population(
        dict(people),
        {place: count for place, count in active.items() if place in inhabited},
        {place: count for place, count in certified.items() if place in inhabited},
        threshold,
        months,
        tuple(
            (area, *rest)
            for area in sorted(areas)
            for rest in (("p8",), ("p0", "d8"))
            if source.random() < 0.4
        ),
    )


def random_places(source: Random) -> Iterator[Node]:
    """Yield institutions of one to three areas, and sometimes people without one."""
    for area in range(source.randint(1, 3)):
        for province in range(source.choice((1, 1, 2))):
            for district in range(source.choice((1, 2, 2))):
                for institution in range(source.choice((1, 1, 2, 3))):
                    yield (f"a{area}", f"p{province}", f"d{district}", f"i{institution}")
    if source.random() < 0.3:
        yield ("",)
