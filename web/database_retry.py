"""Answers what the database could not take in time: once more where that is safe, then a 503 that
may be sent again.
"""

import errno
import logging
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from django.db import Error, InterfaceError, OperationalError, connection, connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from accounts.carried_acts import read_act
from lib.pools import has_waited

logger = logging.getLogger(__name__)

SECONDS_TO_WAIT = 5
LEAST_SPACE = 100_000  # bytes
# A lock that was not given in time, and a full disk. Other faults of SQLite are mistakes of ours.
PASSING_IN_SQLITE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL}


class BusyResponse(HttpResponse):
    """Says that the request could not be served in time; nothing was acknowledged.

    `web.views.errors.server_error` answers so.
    """

    status_code = 503
    # True when it waited for a connection in vain: it is not run again.
    waited = False


class DatabaseRetryMiddleware:
    """Runs a request once more when the database did not take it in time.

    The second run is safe for what only reads, and for acts that carry the client's identifier:
    stored already, they are answered as the first time. Stands around the session, whose reading is
    the first that meets a lost connection. Who waited for a connection in vain does not wait twice.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, BusyResponse):
            return response
        # Also for what is not run again: otherwise each lost connection of the pool costs somebody
        # an answer.
        renew_connections()
        is_safe_again = request.method in {"GET", "HEAD"} or "uuid" in request.POST
        return self.get_response(request) if is_safe_again and not response.waited else response


def is_passing(error: BaseException | None) -> bool:
    """Say whether the same request may succeed a little later: locks, lost connections, too many of
    them, a full disk.
    """
    if is_full(error):
        return True
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return connection.vendor == "postgresql" if code is None else code & 0xFF in PASSING_IN_SQLITE


def has_no_space() -> bool:
    """Say whether nothing more can be written where the file of the database lies."""
    folder = Path(connection.settings_dict["NAME"]).absolute().parent
    return folder.is_dir() and shutil.disk_usage(folder).free < LEAST_SPACE


def is_full(error: BaseException | None) -> bool:
    """Say whether a disk is full: that of the database, or that of uploads."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    cause = getattr(error, "__cause__", None)
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        # Where it finds no room for its index of the log, it says no more than that.
        is_unsaid = code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN} and has_no_space()
        return code == sqlite3.SQLITE_FULL or is_unsaid
    return isinstance(error, OperationalError) and getattr(cause, "sqlstate", None) == "53100"


def renew_connections() -> None:
    """Drop the connections that the server has ended, so that the next statement gets one that
    works.
    """
    try:
        for each in connections.all(initialized_only=True):
            each.close_if_unusable_or_obsolete()
            if each.vendor == "postgresql" and each.pool:
                each.pool.check()
    except Error:
        logger.warning("The database cannot be reached", exc_info=True)


def busy_page(request: HttpRequest, error: BaseException | None = None) -> HttpResponse:
    """Say what was not stored and offer to send it again, with the identifier it had."""
    context = {
        "sent": read_act(request),
        "is_act": request.method == "POST",
        "is_full": is_full(error),
    }
    response = BusyResponse(render_to_string("web/busy.html", context, request))
    response.waited = has_waited(error)
    response["Retry-After"] = SECONDS_TO_WAIT
    response["Cache-Control"] = "no-store"
    return response
