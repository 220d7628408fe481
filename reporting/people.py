"""Says where a person is counted: once, however many courses they take; plain values, no
database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Spot(NamedTuple):
    """An institution (0 for none) and the code of its district."""

    organisation_id: int
    district_code: str


@dataclass(frozen=True)
class Record:
    """What of an enrolment, not withdrawn, decides where its learner is counted."""

    pk: int
    spot: Spot
    is_active: bool
    is_completed: bool


class Standing(NamedTuple):
    """Where a person is counted, and whether they completed any course."""

    spot: Spot
    has_completed: bool


def standing(records: Iterable[Record]) -> Standing | None:
    """Return where a person is counted: with the newest enrolment in progress, without one with the
    newest of all; None for who has none.
    """
    rows = list(records)
    if not rows:
        return None
    decisive = max(rows, key=lambda record: (record.is_active, record.pk))
    return Standing(decisive.spot, any(record.is_completed for record in rows))


def changes(before: Standing | None, after: Standing | None) -> list[tuple[Spot, dict[str, int]]]:
    """Return what changes in the counts of people, by spot; nothing where nothing does."""
    if before == after:
        return []
    if before and after and before.spot == after.spot:
        return [(after.spot, {"completed": after.has_completed - before.has_completed})]
    steps = []
    if before:
        steps.append((before.spot, {"assigned": -1, "completed": -before.has_completed}))
    if after:
        steps.append((after.spot, {"assigned": 1, "completed": int(after.has_completed)}))
    return steps
