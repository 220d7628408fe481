"""Draws questions as the bank keeps them, for properties over many, and scores them by their
kind.
"""

from collections.abc import Iterable
from fractions import Fraction

from hypothesis import strategies as st

from questions.kinds import kind_of
from questions.kinds.choices import ChoiceKind
from questions.kinds.choices.content import SCHEMA, Choice, content_with
from questions.kinds.choices.read import response_with
from questions.scoring import TODAY, ItemScore


@st.composite
def askable(draw):
    """A question as the bank keeps it: kind, right places, and how many choices it offers."""
    kind = draw(st.sampled_from(["single", "multiple", "true_false"]))
    count = 2 if kind == "true_false" else draw(st.integers(2, 6))
    most = count - 1 if kind == "multiple" else 1
    return kind, draw(st.frozensets(st.integers(0, count - 1), min_size=1, max_size=most)), count


def content_of(correct: frozenset[int], choices: int) -> dict:
    """Return a content whose right choices stand at these places."""
    return content_with(Choice(f"Opción {place}", place in correct) for place in range(choices))


def score_item(
    kind: str, correct: frozenset[int], chosen: Iterable[int], *, choices: int, rule: int = TODAY
) -> ItemScore:
    """Score ticks among so many choices that are shown in the author's order."""
    layout = {"schema": SCHEMA, "order": list(range(choices))}
    return ItemScore(
        kind_of(kind).score(content_of(correct, choices), layout, response_with(chosen), rule)
    )


def blind_score(
    kind: str, correct: frozenset[int], *, choices: int, place: int, is_shuffled: bool
) -> Fraction:
    """Return what always ticking one place earns on average over the orders, also of a kind whose
    papers keep one order.
    """
    return ChoiceKind.blind_score(
        kind_of(kind), content_of(correct, choices), place=place, is_shuffled=is_shuffled
    )
