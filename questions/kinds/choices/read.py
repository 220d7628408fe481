"""Reads what was ticked: {schema, chosen: shown places from 0, each once, in order}."""

from collections.abc import Iterable
from typing import Any

from lib.identifiers import read_small_number
from questions.kinds.choices.content import SCHEMA
from questions.kinds.kind import FormFields


def response_with(places: Iterable[int]) -> dict[str, Any]:
    """Return chosen places as a response keeps them."""
    return {"schema": SCHEMA, "chosen": sorted(set(places))}


def read(sent: FormFields) -> dict[str, Any]:
    """Read the places that a form sent as `chosen`; what is no number is left out."""
    places = map(read_small_number, sent.get("chosen", ()))
    return response_with(place for place in places if place is not None)


def fits(layout: dict[str, Any], response: dict[str, Any]) -> bool:
    """Say whether every chosen place is on the paper."""
    return set(response["chosen"]) <= set(range(len(layout["order"])))
