"""Lays choices out on a paper, {schema, order: author's places as shown}, and shows them without
key or author's order.
"""

from random import Random
from typing import Any

from questions.kinds.choices.content import SCHEMA


def lay_out(count: int, *, is_shuffled: bool, random: Random) -> dict[str, Any]:
    """Return the order in which so many choices are shown."""
    order = list(range(count))
    if is_shuffled:
        random.shuffle(order)
    return {"schema": SCHEMA, "order": order}


def shown_choices(
    content: dict[str, Any], layout: dict[str, Any], response: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the choices by their shown places, with those that were chosen."""
    choices, ticks = content["choices"], response["chosen"]
    return [
        {"place": place, "text": choices[author_place]["text"], "is_chosen": place in ticks}
        for place, author_place in enumerate(layout["order"])
    ]


def correct_places(content: dict[str, Any], layout: dict[str, Any]) -> frozenset[int]:
    """Return the shown places of the right choices."""
    choices = content["choices"]
    return frozenset(
        place
        for place, author_place in enumerate(layout["order"])
        if choices[author_place]["is_correct"]
    )
