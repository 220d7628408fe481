"""Caps how many acts write at once: more only wait for each other in front of SQLite, and the unlucky ones for long."""

from collections.abc import Callable
from threading import BoundedSemaphore

from django.http import HttpRequest, HttpResponse

# In each process of the web server.
AT_ONCE = 8
READING = {"GET", "HEAD", "OPTIONS"}
# Signing in and registering already take turns, and wait for the hash of a password: they must not hold up other acts.
ACCOUNT = "/cuenta/"


class WritersMiddleware:
    """Lets a few requests that write go on at once; the next one waits for its turn here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.turns = BoundedSemaphore(AT_ONCE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in READING or request.path.startswith(ACCOUNT):
            return self.get_response(request)
        with self.turns:
            return self.get_response(request)
