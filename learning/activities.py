"""Lets rooms above bring the screen of their kind of activity, without this room knowing them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from courses.outline import Activity
from learning.queries import OpenCourse, Study

ActivityView = Callable[[HttpRequest, OpenCourse, Study, Activity], HttpResponse]

_views: dict[str, ActivityView] = {}


def register_activity_view(kind: str, view: ActivityView) -> None:
    """Let `view(request, course, study, activity)` answer at the address of every activity of that kind.

    The guard has run: the learner is enrolled and the activity is published.
    """
    _views[kind] = view


def view_for(kind: str) -> ActivityView | None:
    """Return the screen of a kind of activity, or None for one that is read."""
    return _views.get(kind)
