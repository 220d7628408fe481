"""Leaves something to do until an answer was sent, so that nobody waits for it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse


class SentResponse(HttpResponse):
    """An answer that calls `afterwards` once, when the server has sent it.

    The connection to the database is still that of the request. What `afterwards` raises reaches
    the server, which has nothing left to answer.
    """

    def __init__(self, content: str, *, afterwards: Callable[[], object], **options: Any):
        super().__init__(content, **options)
        self.afterwards = afterwards

    def close(self) -> None:
        """Do what was left, then free the connection as every answer does."""
        try:
            if not self.closed:
                self.afterwards()
        finally:
            super().close()
