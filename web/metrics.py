"""Measures requests for Prometheus: how many, by class of status, and how long they take.

Loaded only where METRICS_PORT asks for it: each process of the web server writes its counts into a
file of its own.
"""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
# No address and no name: what a request was about is in the log.
REQUESTS = Histogram(
    "puriq_request_seconds",
    "Requests answered, by class of status, and the seconds until their answer began",
    ["status"],
    buckets=SECONDS,
)


class RequestMetricsMiddleware:
    """Counts each answer under the class of its status: 2xx."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = self.get_response(request)
        spent = time.perf_counter() - start
        REQUESTS.labels(f"{response.status_code // 100}xx").observe(spent)
        return response
