"""Lets rooms above bring the screen of their kind of activity, and say what they keep of it, without this room knowing them."""

from collections.abc import Callable, Collection
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from courses.outline import Activity
from learning.queries import OpenCourse, Study

ActivityView = Callable[[HttpRequest, OpenCourse, Study, Activity], HttpResponse]
RecordsCheck = Callable[[Collection[UUID]], bool]

_views: dict[str, ActivityView] = {}
_checks: list[RecordsCheck] = []


def register_activity_view(kind: str, view: ActivityView) -> None:
    """Let `view(request, course, study, activity)` answer at the address of every activity of that kind.

    The guard has run: the learner is enrolled and the activity is published.
    """
    _views[kind] = view


def view_for(kind: str) -> ActivityView | None:
    """Return the screen of a kind of activity, or None for one that is read."""
    return _views.get(kind)


def register_records_check(check: RecordsCheck) -> None:
    """Let `check(keys)` say whether a room above has records of one of these activities that are not in the journal yet."""
    _checks.append(check)


def has_records_above(keys: Collection[UUID]) -> bool:
    """Say whether a room above has records of one of these activities."""
    return any(check(keys) for check in _checks)
