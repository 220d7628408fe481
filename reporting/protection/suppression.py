"""Protects small groups: says which figures may be told, so that no small group can be calculated
from all of them.

The rules, for a threshold t of 10 (5 for readers who know a part of the people anyway):

1. A group of 1 to t-1 people is not told. In a larger one a count is told only with at least t
   people in it and at least t
   outside it: "nobody" and "everybody" are never told as numbers. Near both ends of a group whose
   size is told stand the words "casi nadie" and "casi todos", and only where neighbours and totals
   leave open all that the word leaves open. Active and completed are parts of the assigned;
   certified are a part of the completed, and the same number where nobody lost it.
2. Rows that are not told are two or more, and their sum (total minus told rows) obeys rule 1 too.
   Until that holds the next
   smallest row is left out. Which rows are empty is told only where that sum is large beyond one
   person in each hidden row; institutions are listed only when they are told.
3. Below a figure that is not told nothing of that column is told.
4. One filter at a time: by course or by months, never both. A filter divides every place into
   parts; at one place
   all parts are told (completed and not completed together) or none, and only where the place is
   told without a filter. Places where none is told are two or more, with at least t people in each
   part. Parts too small in the whole scope are one part.
5. By kind of institution nothing is told: institutions are listed by name, so their kind is known,
   and a total of one kind
   minus those that are listed would give the small ones away. Who reads one sector has it as scope.

Why that is enough. By rule 3 each unknown stands in one equation per column: its total minus its
told neighbours. By rule 2 it may be anything from nothing (or one) to t or more, because the others
take up the difference. Under a filter the unknowns
below one total are a table of places by parts of which only sums are known: completed and not
completed are two such tables that share no person, and rows not told without a filter may exchange
everything. An entry of a table with row sum r, column sum c and total n reaches from max(0, r+c-n)
to min(r, c): at least t wide when r, c, n-r and n-c are at least t. Courses and months do not bind
each other, because for any split by course and any split by month of the same people there is a
population that has both; with both filters at once there would not always be.
`tests/reporting/protection/attacker.py` tries.

Not protected: what somebody knows from elsewhere; two readers who compare; that nobody of the whole
scope completed in some month; and what changes from one day to the next. Who looks before and after
one person changed sees which told figure moved, and where a figure appears or disappears, a hidden
count to within one. Plain values, no database.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from reporting.counts import MEASURES, Counts, add

THRESHOLD_ACROSS = 10
THRESHOLD_OWN = 5
# Below this many people "almost nobody" would cover more than a fifth of them.
WORDS_FROM = 10
# What a reader who knows that every hidden group is small may still move one by, at least.
SLACK = 2
# Each count is a part of a group: told only together with it.
GROUP_OF = {"active": "assigned", "completed": "assigned", "certified": "completed"}
OTHER = "other"


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
# Sizes of groups without a person in common: completed and not completed, or completed in one
# month.
Sizes = tuple[int, ...]
# The parts into which a filter divides one place.
Parts = Mapping[Hashable, Sizes]


def cells(counts: Counts, states: Mapping[str, State]) -> dict[str, Cell]:
    """Return the figures that `states` allows; what is not shown has no value any more."""
    return {
        name: Cell(state, getattr(counts, name) if state is State.SHOWN else None)
        for name, state in states.items()
    }


def is_safe_share(value: int, group: int, threshold: int) -> bool:
    """Say whether a count leaves enough people on both sides (rule 1)."""
    return threshold <= value <= group - threshold


def is_told_together(counts: Counts, measure: str) -> bool:
    """True where a certificate is no figure of its own: everybody who completed holds one."""
    return measure == "certified" and counts.certified == counts.completed


def protect_total(total: Counts, threshold: int) -> States:
    """Return how each figure of a whole population may be told."""
    is_empty = not total.assigned
    states = {"assigned": State.SHOWN if is_empty or total.assigned >= threshold else State.HIDDEN}
    for measure, group in GROUP_OF.items():
        value, size = getattr(total, measure), getattr(total, group)
        if states[group] is not State.SHOWN:
            states[measure] = State.HIDDEN
        elif is_empty or is_told_together(total, measure) or is_safe_share(value, size, threshold):
            states[measure] = State.SHOWN
        else:
            states[measure] = hint(value, size, threshold)
    return states


def protect_rows(
    rows: Mapping[Key, Counts], total: Mapping[str, State], threshold: int
) -> dict[Key, States]:
    """Return how each figure of the rows below a total may be told; `total` says how the total
    itself is.
    """
    states: dict[Key, States] = {key: dict.fromkeys(MEASURES, State.HIDDEN) for key in rows}
    if total["assigned"] is State.SHOWN:
        for key in told_groups(rows, threshold):
            states[key] |= (
                {"assigned": State.SHOWN}
                if rows[key].assigned
                else dict.fromkeys(MEASURES, State.SHOWN)
            )
    for measure, group in GROUP_OF.items():
        if total[measure] is State.SHOWN:
            within = {key for key, row in states.items() if row[group] is State.SHOWN}
            for key, state in shares_in_column(rows, measure, within, threshold).items():
                states[key][measure] = state
    return states


def told_groups(rows: Mapping[Key, Counts], threshold: int) -> set[Key]:
    """Return the rows of which the size may be told (rules 1 and 2)."""
    empty = {key for key, counts in rows.items() if not counts.assigned}
    by_size = sorted(rows.keys() - empty, key=lambda key: rows[key].assigned, reverse=True)
    told_rows = [key for key in by_size if rows[key].assigned >= threshold]
    hidden = [rows[key].assigned for key in by_size[len(told_rows) :]]
    while (
        hidden and told_rows and not is_safe_crowd(hidden, threshold, rows[told_rows[-1]].assigned)
    ):
        hidden.append(rows[told_rows.pop()].assigned)
    # Beside empty rows the hidden ones are known to have somebody each.
    tells_empty = not hidden or sum(hidden) - len(hidden) >= threshold
    return empty.union(told_rows) if tells_empty else set(told_rows)


def is_safe_crowd(sizes: Collection[int], threshold: int, smallest_told: int) -> bool:
    """Say whether hidden groups, none of them empty, are safe although their sum can be computed.

    A reader who knows these rules knows too that a large group was left out only as the next
    smallest, after those told.
    """
    total, count = sum(sizes), len(sizes)
    if count < 2 or total < threshold:
        return False
    if total - count >= SLACK and total <= count * (threshold - 1) - SLACK:
        return True
    large = sum(size >= threshold for size in sizes)
    least = max(threshold, total - (large - 1) * smallest_told - (count - large) * (threshold - 1))
    return min(smallest_told, total - (large - 1) * threshold - (count - large)) - least >= SLACK


def shares_in_column(
    rows: Mapping[Key, Counts], measure: str, within: Collection[Key], threshold: int
) -> dict[Key, State]:
    """Return how one count of the rows `within` may be told; their groups are told, those of the
    others are not.
    """
    values = {
        key: (getattr(counts, measure), getattr(counts, GROUP_OF[measure]))
        for key, counts in rows.items()
    }
    crowd = [key for key, counts in rows.items() if counts.assigned]
    told_rows = list(within)
    if not is_told_together(add(rows.values()), measure):
        safe = [key for key in crowd if key in within and is_safe_share(*values[key], threshold)]
        told_rows = leave_out(
            sorted(safe, key=lambda key: values[key][1], reverse=True),
            crowd,
            values,
            threshold,
        )
    shown_keys = {*told_rows, *(key for key in within if not rows[key].assigned)}
    words = words_in_column(
        {key: values[key] for key in crowd if key not in shown_keys}, within, threshold
    )
    return words | dict.fromkeys(shown_keys, State.SHOWN)


def leave_out(
    safe: list[Key], peopled: Collection[Key], values: Mapping[Key, tuple[int, int]], threshold: int
) -> list[Key]:
    """Return the rows of `safe`, from large to small, after leaving out the smallest until rule 2
    holds for the others.
    """
    told_rows = list(safe)
    hidden = [values[key] for key in peopled if key not in safe]
    while hidden and told_rows and not is_safe_rest(hidden, threshold):
        hidden.append(values[told_rows.pop()])
    return told_rows


def is_safe_rest(hidden: Collection[tuple[int, int]], threshold: int) -> bool:
    """Say whether the sum of what is left obeys rule 1; `hidden` are counts with their groups."""
    value, group = (sum(column) for column in zip(*hidden, strict=True))
    return len(hidden) > 1 and is_safe_share(value, group, threshold)


def few(group: int, threshold: int) -> int:
    """Return the largest count that “casi nadie” covers in a group of that size."""
    return min(threshold - 1, max(2, group // 10))


def hint(value: int, group: int, threshold: int) -> State:
    """Return the word for a count that is not shown: almost nobody, almost everybody, or hidden."""
    if group < max(threshold, WORDS_FROM):
        return State.HIDDEN
    if value <= few(group, threshold):
        return State.ALMOST_NONE
    return State.ALMOST_ALL if group - value <= few(group, threshold) else State.HIDDEN


def reach(group: int, state: State, threshold: int) -> tuple[int, int]:
    """Return the least and the greatest value that a word leaves open."""
    if state is State.ALMOST_NONE:
        return 0, few(group, threshold)
    return (group - few(group, threshold), group) if state is State.ALMOST_ALL else (0, group)


def words_in_column(
    hidden: Mapping[Key, tuple[int, int]], within: Collection[Key], threshold: int
) -> dict[Key, State]:
    """Return the words for counts (with their groups) that are not shown; none where words and sum
    would tell more than the words.

    Rows not `within` have no word, and their sizes are known only together: they count as one.
    """
    words = {key: hint(*hidden[key], threshold) for key in hidden if key in within}
    rest = sum(value for value, _group in hidden.values())
    together = sum(group for key, (_value, group) in hidden.items() if key not in words)
    ranges = [(state, *reach(hidden[key][1], state, threshold)) for key, state in words.items()]
    if together:
        ranges.append((State.HIDDEN, 0, together))
    least, most = (
        sum(low for _state, low, _high in ranges),
        sum(high for _state, _low, high in ranges),
    )
    for state, low, high in ranges:
        lowest, highest = max(low, rest - (most - high)), min(high, rest - (least - low))
        if highest - lowest < (threshold if state is State.HIDDEN else high - low):
            return {}
    return words


class Division:
    """Follows one filter down the tree of places (rule 4): at each place all the parts are told or
    none.

    `tells_empty` says whether a part without anybody is safe: nobody follows a course there, as
    against nobody completed in a month.
    """

    def __init__(
        self, root: Parts, wanted: Collection[Hashable], threshold: int, *, tells_empty: bool
    ):
        """`root` are the parts of the whole scope, `wanted` those that the reader asked for."""
        self.threshold, self.tells_empty = threshold, tells_empty
        parts = self.told_parts(root)
        self.names: dict[Hashable, Hashable] = {
            part: part if part in parts else OTHER for part in root
        }
        questions = {self.names[part] for part in root if part in wanted}
        # What was joined with others can be told only together with them.
        self.is_offered = bool(questions) and all(
            part in wanted for part in root if self.names[part] in questions
        )

    def told_parts(self, root: Parts) -> Collection[Hashable]:
        """Return the parts large enough in the whole scope; the others, together, are large enough
        too.
        """
        by_size = sorted(root, key=lambda part: sum(root[part]), reverse=True)
        safe_parts = [part for part in by_size if min(root[part]) >= self.threshold]
        hidden = [root[part] for part in by_size if part not in safe_parts]
        while (
            hidden
            and safe_parts
            and (
                len(hidden) < 2
                or min(map(sum, zip(*hidden, strict=True))) < self.threshold + len(hidden)
            )
        ):
            hidden.append(root[safe_parts.pop()])
        return safe_parts

    def told_rows(self, rows: Mapping[Key, Parts], may: Collection[Key]) -> set[Key]:
        """Return the rows below a told total of which every part may be told, among those that
        `may` be; `rows` have people.
        """
        coarse = {key: joined([parts], self.names) for key, parts in rows.items()}
        everything = set(self.names.values())
        safe = [
            key
            for key in coarse
            if key in may and all(self.is_safe_part(coarse[key].get(name)) for name in everything)
        ]
        safe.sort(key=lambda key: sum(map(sum, coarse[key].values())), reverse=True)
        hidden = [coarse[key] for key in coarse if key not in safe]
        while hidden and safe and not self.is_safe_rest(hidden, everything):
            hidden.append(coarse[safe.pop()])
        return set(safe)

    def is_safe_part(self, sizes: Sizes | None) -> bool:
        """Say whether one part of one place, or of several together, obeys rule 1."""
        return min(sizes) >= self.threshold if sizes and any(sizes) else self.tells_empty

    def is_safe_rest(self, hidden: Collection[Parts], names: Iterable[Hashable]) -> bool:
        """Say whether what is left after subtracting the told rows from their total is safe, part
        by part.
        """
        rest = joined(hidden)
        return len(hidden) > 1 and all(self.is_safe_part(rest.get(name)) for name in names)


def joined(
    places: Iterable[Parts], names: Mapping[Hashable, Hashable] | None = None
) -> dict[Hashable, Sizes]:
    """Return the sum of several places, part by part; `names` gives one name to parts that are
    joined.
    """
    total: dict[Hashable, Sizes] = {}
    for parts in places:
        for part, sizes in parts.items():
            name = names[part] if names else part
            total[name] = (
                tuple(map(sum, zip(total[name], sizes, strict=True))) if name in total else sizes
            )
    return total
