"""Rebuilds enrolment and progress from the journal: what the projections must equal."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass
class ProjectedRecord:
    """What the statements of one enrolment add up to."""

    state: str = ""
    completed_edition_id: int | None = None
    completed_keys: set[UUID] = field(default_factory=set)
    begun_keys: set[UUID] = field(default_factory=set)
    best: dict[UUID, float] = field(default_factory=dict)


def replay(statements: Iterable[dict[str, Any]]) -> ProjectedRecord:
    """Add up statements in their order; each has verb, activity_key, edition_id and score."""
    result = ProjectedRecord()
    for statement in statements:
        key, verb = statement["activity_key"], statement["verb"]
        if key is None:
            _replay_course(result, verb, statement["edition_id"])
            continue
        result.begun_keys.add(key)
        if verb != "failed":
            result.completed_keys.add(key)
        if statement["score"] is not None:
            result.best[key] = max(result.best.get(key, 0.0), statement["score"])
    return result


def _replay_course(result: ProjectedRecord, verb: str, edition_id: int) -> None:
    if verb == "enrolled":
        result.state = "active"
    elif verb == "withdrawn":
        result.state = "withdrawn"
    elif verb == "completed":
        result.state, result.completed_edition_id = "completed", edition_id
