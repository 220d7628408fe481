"""Rebuilds enrolment and progress from the journal: what the projections must equal."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

# What of a statement is added up.
REPLAYED_FIELDS = ("verb", "activity_key", "edition_id", "score", "received_at")


@dataclass
class ProjectedRecord:
    """What the statements of one enrolment add up to; `completed_at` and `success` go by
    activity, `moments` are those of every statement.
    """

    state: str = ""
    enrolled_at: datetime | None = None
    course_completed_at: datetime | None = None
    completed_edition_id: int | None = None
    completed_at: dict[UUID, datetime] = field(default_factory=dict)
    success: dict[UUID, str] = field(default_factory=dict)
    best: dict[UUID, float] = field(default_factory=dict)
    moments: list[datetime] = field(default_factory=list)

    @property
    def begun_keys(self) -> set[UUID]:
        """The activities with a result."""
        return set(self.success)

    @property
    def completed_keys(self) -> set[UUID]:
        """The activities that count as done."""
        return set(self.completed_at)


def replay(statements: Iterable[dict[str, Any]]) -> ProjectedRecord:
    """Add up statements in their order; each has REPLAYED_FIELDS."""
    result = ProjectedRecord()
    for statement in statements:
        key, verb, at = statement["activity_key"], statement["verb"], statement["received_at"]
        result.moments.append(at)
        if key is None:
            _replay_course(result, verb, statement["edition_id"], at)
            continue
        if result.success.get(key) != "passed":
            result.success[key] = verb if verb in {"passed", "failed"} else "unknown"
        if verb != "failed":
            result.completed_at.setdefault(key, at)
        if statement["score"] is not None:
            result.best[key] = max(result.best.get(key, 0.0), statement["score"])
    return result


def _replay_course(result: ProjectedRecord, verb: str, edition_id: int, at: datetime) -> None:
    if verb == "enrolled":
        result.state, result.enrolled_at = "active", at
    elif verb == "withdrawn":
        result.state = "withdrawn"
    elif verb == "completed":
        result.state, result.course_completed_at = "completed", at
        result.completed_edition_id = edition_id
