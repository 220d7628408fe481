"""Lets rooms above bring the screen of their kind of activity, and say what they keep of it,
without this room knowing them.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from courses.outline import Activity
from learning.models import ActivityProgress
from learning.queries import OpenCourse, Study

ActivityView = Callable[[HttpRequest, OpenCourse, Study, Activity], HttpResponse]
RecordsCheck = Callable[[Collection[UUID], Collection[UUID]], bool]

Waits = Callable[[Study, Collection[Activity], datetime], Mapping[UUID, str]]

_views: dict[str, ActivityView] = {}
_checks: list[RecordsCheck] = []
_waits: dict[str, Waits] = {}


def register_activity_view(kind: str, view: ActivityView) -> None:
    """Let `view(request, course, study, activity)` answer at the address of every activity of that
    kind.

    The guard has run: the learner is enrolled and the activity is published.
    """
    _views[kind] = view


def view_for(kind: str) -> ActivityView | None:
    """Return the screen of a kind of activity, or None for one that is read."""
    return _views.get(kind)


def register_waits(kind: str, waits: Waits) -> None:
    """Let `waits(study, activities, now)` say, in words by key, which activities of that kind
    cannot be done now, and since when they can.

    It is asked only for activities that were failed and not passed since.
    """
    _waits[kind] = waits


def waits_in(study: Study | None, now: datetime) -> dict[UUID, str]:
    """Return the words for the activities of a study that cannot be done now.

    No statement for who failed none.
    """
    words: dict[UUID, str] = {}
    failures: dict[str, list[Activity]] = {}
    for activity in study.outline.activities if study else ():
        row = study.row(activity.key) if study else None
        if row and row.success == ActivityProgress.Success.FAILED and not row.is_completed:
            failures.setdefault(activity.kind, []).append(activity)
    for kind, activities in failures.items():
        if study and kind in _waits:
            words |= _waits[kind](study, activities, now)
    return words


def register_records_check(check: RecordsCheck) -> None:
    """Let `check(keys, besides)` say whether a room above has records of activities, not counting
    those of some learners.
    """
    _checks.append(check)


def has_records_above(keys: Collection[UUID], besides: Collection[UUID]) -> bool:
    """Say whether a room above has records of one of these activities of anybody besides some
    learners.
    """
    return any(check(keys, besides) for check in _checks)
