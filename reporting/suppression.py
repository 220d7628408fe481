"""Protects small groups: every figure leaves through here, for screen, print and files alike.

The rules, for a threshold of 10 (5 for a coordinator inside the own scope; it may only be raised):

1. A group of 1 to 9 people shows nothing. In a larger group a count of 1 to 9 is not shown, nor one that leaves 1 to 9
   people over. In a group under 20 neither "nobody" nor "everybody" is told. Near both ends the words "casi nadie" and
   "casi todos" stand instead; they cover at least three values, so that none can be told from them.
2. What a reader can subtract obeys rule 1 too: while the hidden rows of a column are fewer than two, or their sum
   (total minus what is shown) would itself be too small, the next smallest row is hidden.
3. Below a total that is not shown nothing of that column is shown, so that opening a row tells no more than the row.
4. A filter (by course, by month) divides every place into parts. At one place all its parts are shown or none is, and
   the rows where none is obey rule 2 for each part. Parts too small in the whole of the scope are joined before, until
   rule 2 holds for them.
5. By kind of institution only the class of progress is told (tables.Tree.class_line says why).

Completed and certified are hidden together, because a certificate follows completion at once. Plain values, no database.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

THRESHOLD_ACROSS = 10
THRESHOLD_OWN = 5
# In a group smaller than this, "all" and "nobody" would tell what each one did.
SURE_FROM = 20
# What a reader may still move a hidden value by, at least, in either direction.
SLACK = 2
MEASURES = ("assigned", "active", "completed", "certified")
FAMILIES = (("assigned",), ("active",), ("completed", "certified"))
WHOLE, OTHER = "whole", "other"


@dataclass(frozen=True)
class Counts:
    """Counts of one group: people assigned, and how many of them were active, completed, hold a certificate."""

    assigned: int = 0
    active: int = 0
    completed: int = 0
    certified: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        # Written out: a page adds thousands of these.
        return Counts(
            self.assigned + other.assigned,
            self.active + other.active,
            self.completed + other.completed,
            self.certified + other.certified,
        )


class State(StrEnum):
    """How one figure may be told."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    ALMOST_ALL = "almost_all"
    ALMOST_NONE = "almost_none"


@dataclass(frozen=True)
class Cell:
    """One figure as it may be told; `value` is None unless it is shown."""

    state: State
    value: int | None = None


Key = TypeVar("Key", bound=Hashable)
States = dict[str, State]
# The parts into which the filters in use divide one place.
Parts = Mapping[Hashable, Counts]


def cells(counts: Counts, states: Mapping[str, State]) -> dict[str, Cell]:
    """Return the figures that `states` allows; what is not shown has no value any more."""
    return {name: Cell(state, getattr(counts, name) if state is State.SHOWN else None) for name, state in states.items()}


def add(groups: Iterable[Counts]) -> Counts:
    """Return the sum of several groups."""
    return sum(groups, Counts())


def protect_total(total: Counts, threshold: int) -> States:
    """Return how each figure of a whole population may be told."""
    states: States = {}
    for family in FAMILIES:
        is_safe = is_safe_part(total, "assigned", threshold) and all(is_safe_part(total, name, threshold) for name in family)
        states |= {name: State.SHOWN if is_safe else hint(total, name, threshold) for name in family}
    return states


def protect_rows(rows: Mapping[Key, Counts], total: Mapping[str, State], threshold: int) -> dict[Key, States]:
    """Return how each figure of the rows below a total may be told; `total` says how the total itself is."""
    states: dict[Key, States] = {key: {} for key in rows}
    parts = {key: {WHOLE: counts} for key, counts in rows.items()}
    within: Collection[Key] = set(rows)
    for family in FAMILIES:
        if is_told(total, family):
            shown = exact_rows(parts, family, threshold, within)
            told = words_in_column({key: rows[key] for key in rows if key not in shown}, within, family, threshold)
        else:
            shown = {key for key, counts in rows.items() if not counts.assigned}
            told = {}
        for key, found in states.items():
            found |= dict.fromkeys(family, State.SHOWN) if key in shown else told.get(key, dict.fromkeys(family, State.HIDDEN))
        within = shown if family == FAMILIES[0] else within
    return states


def is_told(states: Mapping[str, State], family: Iterable[str]) -> bool:
    """True when every figure of a family is shown as a number."""
    return all(states[name] is State.SHOWN for name in family)


def is_safe_part(part: Counts, measure: str, threshold: int) -> bool:
    """Say whether one figure of one group obeys rule 1."""
    group, value = part.assigned, getattr(part, measure)
    if not group:
        return True
    if measure == "assigned":
        return group >= threshold
    if value in {0, group}:
        return group >= max(SURE_FROM, threshold)
    return threshold <= value <= group - threshold


def few(group: int, threshold: int) -> int:
    """Return the largest count that “casi nadie” covers in a group of that size."""
    return min(threshold - 1, max(2, group // 10))


def hint(counts: Counts, measure: str, threshold: int) -> State:
    """Return the word for a figure that is not shown: almost nobody, almost everybody, or hidden."""
    group, value = counts.assigned, getattr(counts, measure)
    if measure == "assigned" or group < threshold:
        return State.HIDDEN
    if value <= few(group, threshold):
        return State.ALMOST_NONE
    return State.ALMOST_ALL if group - value <= few(group, threshold) else State.HIDDEN


def words_in_column(rows: Mapping[Key, Counts], sized: Collection[Key], family: Iterable[str], threshold: int) -> dict[Key, States]:
    """Return the words for the rows not shown; none where words and the sum together would tell a number.

    `sized` are the rows whose group is shown: only there does "almost" mean something.
    """
    found = {
        key: {name: hint(counts, name, threshold) if key in sized else State.HIDDEN for name in family} for key, counts in rows.items()
    }
    for name in family:
        ranges = [reach(counts.assigned, found[key][name], threshold) for key, counts in rows.items()]
        rest = sum(getattr(counts, name) for counts in rows.values())
        if sum(low for low, _high in ranges) > rest - SLACK or sum(high for _low, high in ranges) < rest + SLACK:
            return {}
    return found


def reach(group: int, state: State, threshold: int) -> tuple[int, int]:
    """Return the least and the greatest value that a word leaves open."""
    if state is State.ALMOST_NONE:
        return 0, few(group, threshold)
    return (group - few(group, threshold), group) if state is State.ALMOST_ALL else (0, group)


def exact_rows(rows: Mapping[Any, Any], family: tuple[str, ...], threshold: int, within: Collection[Key]) -> set[Key]:
    """Return the rows of which every part may be shown, for one family of measures (rules 1, 2 and 4).

    `within` are the rows that may be shown at all. Rows without anybody are shown there: they tell of nobody.
    """
    empty = {key for key, parts in rows.items() if key in within and not size(parts)}
    safe = [
        key
        for key in rows
        if key in within and key not in empty and all(is_safe_part(part, name, threshold) for part in rows[key].values() for name in family)
    ]
    safe.sort(key=lambda key: size(rows[key]), reverse=True)
    hidden = [rows[key] for key in rows.keys() - empty - set(safe)]
    total = joined(rows.values())
    while hidden and safe and not is_safe_rest(hidden, total, family, threshold):
        hidden.append(rows[safe.pop()])
    return empty | set(safe)


def size(parts: Parts) -> int:
    """Return the people of a place."""
    return sum(part.assigned for part in parts.values())


def joined(rows: Iterable[Parts]) -> dict[Hashable, Counts]:
    """Return the sum of several places, part by part."""
    total: dict[Hashable, Counts] = {}
    for parts in rows:
        for name, part in parts.items():
            total[name] = total.get(name, Counts()) + part
    return total


def is_safe_rest(hidden: list[Parts], total: Parts, family: tuple[str, ...], threshold: int) -> bool:
    """Say whether what is left after subtracting every shown row from the total obeys rule 2, part by part."""
    if len(hidden) < 2:
        return False
    rest = joined(hidden)
    if family == FAMILIES[0]:
        return all(is_safe_crowd([parts.get(name, Counts()).assigned for parts in hidden], threshold) for name in rest)
    return all(is_safe_share(part, total[name], measure, threshold) for name, part in rest.items() for measure in family)


def is_safe_crowd(sizes: list[int], threshold: int) -> bool:
    """Say whether several hidden groups are safe although their sum can be computed."""
    sizes = [one for one in sizes if one]
    total, least, most = sum(sizes), len(sizes), len(sizes) * (threshold - 1)
    if not sizes:
        return True
    return total >= max(threshold, least + SLACK) and (max(sizes) >= threshold or total <= most - SLACK)


def is_safe_share(rest: Counts, whole: Counts, measure: str, threshold: int) -> bool:
    """Say whether the sum of the hidden rows tells too much; where the whole is nobody or everybody, all rows follow from it."""
    value = getattr(rest, measure)
    if not rest.assigned or getattr(whole, measure) in {0, whole.assigned}:
        return True
    return threshold <= value <= rest.assigned - threshold


class Breakdown:
    """Follows one filter down the tree of places (rule 4): at each place all the parts are told or none."""

    def __init__(self, root: Parts, allowed: Mapping[str, State], wanted: Collection[Hashable], threshold: int):
        """`root` are the parts of the whole scope, `allowed` how its figures are told without this filter."""
        self.threshold = threshold
        self.names: dict[tuple[str, ...], dict[Hashable, Hashable]] = {}
        self.total: States = {}
        rows = {name: {WHOLE: part} for name, part in root.items()}
        within: Collection[Hashable] = set(root)
        for family in FAMILIES:
            may = all(name in allowed for name in family) and is_told(allowed, family)
            shown = exact_rows(rows, family, threshold, within) if may else set()
            names = {name: name if name in shown else OTHER for name in root}
            asked = {names[name] for name in root if name in wanted}
            # What was joined with others can be told only together with them.
            is_offered = may and all(name in wanted for name in root if names[name] in asked)
            self.names[family] = names
            self.total |= dict.fromkeys(family, State.SHOWN if is_offered else State.HIDDEN)
            within = shown if family == FAMILIES[0] else within

    def rows(self, rows: Mapping[Key, Parts], allowed: Mapping[Key, Mapping[str, State]], total: Mapping[str, State]) -> dict[Key, States]:
        """Return how the figures of the filtered rows may be told; `total` is the state of the filtered total above them."""
        states: dict[Key, States] = {key: {} for key in rows}
        within: Collection[Key] = set(rows)
        for family in FAMILIES:
            may = {key for key in within if all(name in allowed[key] for name in family) and is_told(allowed[key], family)}
            shown = {key for key in may if not size(rows[key])}
            if is_told(total, family):
                coarse = {key: self.coarse(parts, family) for key, parts in rows.items()}
                shown = exact_rows(coarse, family, self.threshold, may)
            for key, found in states.items():
                found |= dict.fromkeys(family, State.SHOWN if key in shown else State.HIDDEN)
            within = shown if family == FAMILIES[0] else within
        return states

    def coarse(self, parts: Parts, family: tuple[str, ...]) -> dict[Hashable, Counts]:
        """Return the parts of one place after joining those that are too small in the whole scope."""
        names = self.names[family]
        return joined({names[name]: part} for name, part in parts.items())
