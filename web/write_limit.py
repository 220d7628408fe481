"""Caps how many acts write at once: in front of SQLite more only wait for each other, and the unlucky ones for long."""

from collections.abc import Callable
from contextlib import suppress
from threading import BoundedSemaphore

from django.db import connection
from django.http import HttpRequest, HttpResponse, UnreadablePostError

# In each process of the web server. SQLite has one writer at a time and gives its lock to whoever asks at the right moment, here
# the first who came is the next; PostgreSQL locks row by row.
AT_ONCE = {"sqlite": 1, "postgresql": 8}
READING = {"GET", "HEAD", "OPTIONS"}
# Signing in and registering already take turns, and wait for the hash of a password: they must not hold up other acts.
ACCOUNT = "/cuenta/"


class WriteLimitMiddleware:
    """Lets a few requests that write go on at once; the next one waits here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.slots = BoundedSemaphore(AT_ONCE[connection.vendor])

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in READING or request.path.startswith(ACCOUNT):
            return self.get_response(request)
        arrived(request)
        with self.slots:
            return self.get_response(request)


def arrived(request: HttpRequest) -> None:
    """Wait until the whole request is here: a phone with a bad signal, or one that went away, must not hold a slot meanwhile."""
    with suppress(UnreadablePostError):  # whoever asks for it later says so
        _ = request.POST
