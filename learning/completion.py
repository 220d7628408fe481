"""Decides when a course is complete, and explains it: the one rule behind “¿Qué me falta?”."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from courses.outline import Activity, Outline


class ConditionState(StrEnum):
    """State of one condition."""

    MET = "met"
    STARTED = "started"
    MISSING = "missing"


@dataclass(frozen=True)
class Done:
    """What the record says of one activity: completed or only begun, best scaled score, day of
    completion.
    """

    is_completed: bool
    score: float | None = None
    completed_on: date | None = None


@dataclass(frozen=True)
class Condition:
    """One thing that completion needs, with its state and its evidence."""

    activity: Activity
    state: ConditionState
    score: float | None
    completed_on: date | None

    @property
    def is_met(self) -> bool:
        """True when nothing is missing here."""
        return self.state is ConditionState.MET


def conditions(outline: Outline, done: Mapping[UUID, Done]) -> list[Condition]:
    """Return every condition of completion in the order of the outline."""
    return [_condition(activity, done.get(activity.key)) for activity in outline.required]


def is_complete(outline: Outline, completed: set[UUID]) -> bool:
    """Say whether every required activity is among the completed ones; a course that requires
    nothing is never complete.
    """
    return bool(outline.required) and all(
        activity.key in completed for activity in outline.required
    )


def reaches(score: float | None, pass_mark: float | None) -> bool:
    """Say whether a scaled score reaches the pass mark of an activity that has one."""
    return score is not None and pass_mark is not None and score >= pass_mark


def _condition(activity: Activity, done: Done | None) -> Condition:
    if done is None:
        return Condition(activity, ConditionState.MISSING, None, None)
    state = ConditionState.MET if done.is_completed else ConditionState.STARTED
    return Condition(activity, state, done.score, done.completed_on)
