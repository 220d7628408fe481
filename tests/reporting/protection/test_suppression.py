"""Checks that no reader can find out about a small group, and that larger ones are still told."""

from collections import defaultdict
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from reporting.counts import MEASURES, Counts
from reporting.protection import suppression
from reporting.protection.suppression import (
    Division,
    State,
    protect_rows,
    protect_total,
    told_groups,
)
from reporting.protection.tree import ROOT, Fact, Tree, Wanted
from tests.reporting.protection.attacker import (
    TwoDays,
    day_after,
    leaks_of,
    random_population,
    seen_by,
)

# Some seeds that once leaked, and more.
SEEDS = sorted({5, 57, 131, 174, *range(56)})
SHOWN, HIDDEN = State.SHOWN, State.HIDDEN


@pytest.mark.parametrize("seed", SEEDS)
def test_no_small_group_can_be_calculated_from_all_that_is_told(seed):
    assert leaks_of(random_population(seed)) == []


def test_one_person_who_changes_overnight_gives_no_small_group_away_of_the_same_figures():
    # Where a change makes a figure appear or disappear, a reader of both days may see it:
    # suppression.py says so.
    compared = 0
    for seed in range(32):
        today = random_population(seed)
        if len(today.people) > 30 or not any(
            month is None for _place, _course, month in today.people
        ):
            continue
        tomorrow = day_after(today, Random(seed))
        before, after = seen_by(today), seen_by(tomorrow)
        if [replace(one, cell=one.cell.state) for one in before] != [
            replace(one, cell=one.cell.state) for one in after
        ]:
            continue
        attack = TwoDays([today, tomorrow], [before, after])
        # The person is known to have changed, so one of each range is.
        attack.targets = [replace(target, needed=target.needed - 1) for target in attack.targets]
        assert attack.leaks() == [], seed
        compared += 1
    assert compared > 10


def everything_safe(*args):
    return True


WITHOUT = {
    "the sum of hidden groups": (suppression, "is_safe_crowd", everything_safe),
    "the sum of hidden counts": (suppression, "is_safe_rest", everything_safe),
    "the ends of a group": (
        suppression,
        "is_safe_share",
        lambda value, group, threshold: group >= threshold,
    ),
    "what a sum tells of words": (
        suppression,
        "words_in_column",
        lambda hidden, within, threshold: words_of(hidden, within, threshold),
    ),
    "the sum of the parts of hidden places": (Division, "is_safe_rest", everything_safe),
    "the size of each part": (Division, "is_safe_part", everything_safe),
    "the parts too small in the whole scope": (
        Division,
        "told_parts",
        lambda self, root: list(root),
    ),
    "what is hidden without a filter": (Tree, "is_told", everything_safe),
    "which places are empty": (
        suppression,
        "told_groups",
        lambda rows, threshold: groups_and_empty(rows, threshold),
    ),
    "the list of institutions": (Tree, "listed", lambda self, parent: self.children[parent]),
}


def groups_and_empty(rows, threshold):
    return told_groups(rows, threshold) | {
        key for key, counts in rows.items() if not counts.assigned
    }


def words_of(hidden, within, threshold):
    return {key: suppression.hint(*hidden[key], threshold) for key in hidden if key in within}


@pytest.mark.parametrize("rule", WITHOUT)
def test_the_attacker_finds_a_leak_where_a_rule_is_missing(rule, monkeypatch):
    monkeypatch.setattr(*WITHOUT[rule])
    assert any(leaks_of(random_population(seed)) for seed in (145, 179, *range(40)))


def test_a_total_is_told_only_with_enough_people_on_both_sides():
    def told(assigned, completed):
        return protect_total(Counts(assigned, completed, completed, completed), 10)["completed"]

    assert protect_total(Counts(9), 10)["assigned"] is HIDDEN
    assert told(9, 5) is HIDDEN
    assert [told(100, completed) for completed in (10, 50, 90)] == [SHOWN] * 3
    assert [told(100, completed) for completed in (0, 9)] == [State.ALMOST_NONE] * 2
    assert [told(100, completed) for completed in (91, 100)] == [State.ALMOST_ALL] * 2
    assert [told(12, completed) for completed in (0, 2, 6, 10, 12)] == [State.ALMOST_NONE] * 2 + [
        HIDDEN
    ] + [State.ALMOST_ALL] * 2
    assert protect_total(Counts(), 10) == dict.fromkeys(MEASURES, SHOWN)


def test_few_revoked_certificates_are_a_word_and_none_is_a_number():
    assert protect_total(Counts(100, 50, 50, 50), 10)["certified"] is SHOWN
    assert protect_total(Counts(100, 50, 50, 49), 10)["certified"] is State.ALMOST_ALL


def test_two_places_are_hidden_when_one_is_small():
    rows = {
        "small": Counts(3, 0, 0, 0),
        "next": Counts(40, 20, 20, 20),
        "large": Counts(400, 200, 200, 200),
    }
    states = protect_rows(rows, protect_total(Counts(443, 220, 220, 220), 10), 10)
    assert {key: found["assigned"] for key, found in states.items()} == {
        "small": HIDDEN,
        "next": HIDDEN,
        "large": SHOWN,
    }


def test_below_a_hidden_total_not_even_empty_places_are_told():
    rows = {"few": Counts(4), "nobody": Counts()}
    assert set(protect_rows(rows, protect_total(Counts(4), 10), 10)["nobody"].values()) == {HIDDEN}


@pytest.mark.parametrize("threshold", [5, 10])
def test_who_knows_the_rules_cannot_tell_a_hidden_group_either(threshold):
    # Every column of three places with that total; what looks the same must leave every hidden
    # place several sizes.
    possible = defaultdict(list)
    for sizes in product(range(1, 2 * threshold + 3), repeat=3):
        told = told_groups(dict(enumerate(map(Counts, sizes))), threshold)
        looks = tuple(size if key in told else None for key, size in enumerate(sizes))
        possible[sum(sizes), looks].append(sizes)
    for (total, looks), columns in possible.items():
        for place, size in enumerate(looks):
            found = {sizes[place] for sizes in columns}
            assert (
                total < threshold
                or size is not None
                or max(found) - min(found) >= suppression.SLACK
            )


def test_both_filters_at_once_are_refused():
    with pytest.raises(ValueError, match="one filter"):
        Wanted(course=1, months=frozenset({1}))


def test_a_course_is_told_where_every_course_is_large():
    facts = [
        Fact((area,), course, Counts(size, 0, size // 2, size // 2))
        for area, sizes in {"a": (70, 60), "b": (80, 90), "c": (70, 12), "d": (50, 60)}.items()
        for course, size in enumerate(sizes, start=1)
    ]
    tree = Tree(facts, [ROOT], 10, Wanted(course=1))
    told = {node[0]: tree.told(node)["assigned"].value for node in tree.children[ROOT]}
    # In "c" the other course is too small; "d" goes with it, because one hidden place alone could
    # be subtracted.
    assert told == {"a": 70, "b": 80, "c": None, "d": None}
    assert tree.told(ROOT)["assigned"].value == 270


def test_a_course_too_small_in_the_whole_scope_is_not_told_nor_what_it_would_complete():
    facts = [
        Fact(("a",), course, Counts(size, 0, size // 2, size // 2))
        for course, size in {1: 100, 2: 60, 3: 4}.items()
    ]

    def total(course):
        return Tree(facts, [ROOT], 10, Wanted(course=course)).told(ROOT)["assigned"].value

    assert [total(course) for course in (1, 2, 3, 4)] == [100, None, None, None]


def test_an_ordinary_country_is_told_without_filters():
    facts = [
        Fact(
            (f"{area:02}", str(province), "d", "i"),
            1,
            Counts(size, size // 2, 2 * size // 5, 2 * size // 5),
        )
        for area in range(26)
        for province, size in enumerate((50, 15, 12))
    ]
    tree = Tree(facts, [ROOT], 10)
    cells = [tree.told(node) for node in (ROOT, *tree.children[ROOT])]
    assert all(cell.value is not None for found in cells for cell in found.values())


def test_random_populations_tell_something_in_every_kind_of_table():
    told = defaultdict(int)
    for seed in range(20):
        for one in seen_by(random_population(seed)):
            told[one.measure, one.course is not None, one.months is not None] += bool(
                one.node and one.cell.value
            )
    assert min(told.values()) > 10
