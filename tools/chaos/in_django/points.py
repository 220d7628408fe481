"""Ends the own process at a named point of a request that asks for it: production knows nothing of
this.
"""

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_save
from django.http import HttpRequest, HttpResponse

HEADER = "HTTP_X_CHAOS_POINT"
HALF_SCORED = "attempt scored, result not written"
CERTIFICATE_WRITTEN = "certificate written, nothing committed"
BEFORE_COMMIT = "before the commit"
AFTER_COMMIT = "after the commit, certificate not numbered"
BEFORE_THE_ANSWER = "before the answer"
# Point, and whether the act is stored by then.
POINTS = {
    HALF_SCORED: False,
    CERTIFICATE_WRITTEN: False,
    BEFORE_COMMIT: False,
    AFTER_COMMIT: True,
    BEFORE_THE_ANSWER: True,
}

request_point = threading.local()


def reach(point: str) -> None:
    """End this process when the request of this thread asked for this point."""
    if getattr(request_point, "point", "") == point:
        os.kill(os.getpid(), signal.SIGKILL)


class PointsMiddleware:
    """Stands outermost: reads which point a request asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_point.point = request.META.get(HEADER, "")
        try:
            response = self.get_response(request)
            reach(BEFORE_THE_ANSWER)
            return response
        finally:
            request_point.point = ""


def attempt_was_saved(**kwargs: Any) -> None:
    """The attempt has its score in this transaction; the journal does not know it yet."""
    reach(HALF_SCORED)


def certificate_was_created(**kwargs: Any) -> None:
    """The certificate stands in this transaction; its number is asked for after the commit, and
    after this.
    """
    reach(CERTIFICATE_WRITTEN)
    transaction.on_commit(lambda: reach(AFTER_COMMIT))


class PointsConfig(AppConfig):
    """Connects the points when the site is ready."""

    name = "tools.chaos.in_django"
    label = "chaos_points"

    def ready(self) -> None:
        """Listen where an act passes."""
        # After Django is ready.
        from certificates.signals import certificate_created  # noqa: PLC0415
        from quizzes.models import Attempt  # noqa: PLC0415 - after Django is ready

        post_save.connect(attempt_was_saved, sender=Attempt, dispatch_uid="chaos")
        certificate_created.connect(certificate_was_created, dispatch_uid="chaos")
        commit = BaseDatabaseWrapper._commit

        def commit_unless_wanted(connection: BaseDatabaseWrapper) -> None:
            reach(BEFORE_COMMIT)
            commit(connection)

        BaseDatabaseWrapper._commit = commit_unless_wanted
