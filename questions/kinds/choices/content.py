"""Keeps the choices of a question: {schema, choices: [{text, is_correct}]} in the author's order;
papers shuffle and never show it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

SCHEMA = 1
MOST_CHOICES = 6
LONGEST_CHOICE = 300


@dataclass(frozen=True)
class Choice:
    """One offered answer."""

    text: str
    is_correct: bool


def content_with(choices: Iterable[Choice]) -> dict[str, Any]:
    """Return choices as a version keeps them."""
    return {
        "schema": SCHEMA,
        "choices": [{"text": choice.text, "is_correct": choice.is_correct} for choice in choices],
    }


def choices_in(content: dict[str, Any]) -> tuple[Choice, ...]:
    """Return the choices of a content, in the author's order; none of one that another kind
    wrote.
    """
    return tuple(
        Choice(choice["text"], choice["is_correct"]) for choice in content.get("choices", ())
    )


def tidied(content: dict[str, Any]) -> dict[str, Any]:
    """Return a content without stray spaces and empty choices."""
    return content_with(
        Choice(choice.text.strip(), choice.is_correct)
        for choice in choices_in(content)
        if choice.text.strip()
    )


def right_texts(content: dict[str, Any]) -> list[str]:
    """Return the texts of the right choices."""
    return [choice.text for choice in choices_in(content) if choice.is_correct]


def is_key_mended(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Say whether a choice that both contents offer is right in one and wrong in the other."""
    rightness = {choice.text: choice.is_correct for choice in choices_in(before)}
    return any(
        rightness.get(choice.text, choice.is_correct) != choice.is_correct
        for choice in choices_in(after)
    )
