"""Tells Prometheus how the site is, on loopback alone: what the web server counted, letters, tasks
and lights.
"""

import logging
from collections.abc import Iterator
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIServer

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from notices.queries import queue_state
from operations.failed_tasks import failed_tasks
from operations.lights import LAMPS, shown_lights
from operations.models import FailedJob

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
NUMBERS = {"GOOD": 0, "LOOK": 1, "BAD": 2}
NOT_MEASURED = 3


class SiteCollector(Collector):
    """Reads what the database knows each time it is asked."""

    def collect(self) -> Iterator[Any]:
        """Yield every measure of the database; only that it is away while it does not answer."""
        try:
            measures = list(measures_of_site())
        except Error:
            measures = []
        finally:
            # Each question comes in a thread of its own.
            connection.close()
        yield GaugeMetricFamily(
            "puriq_database_up", "1 while the database answers", value=int(bool(measures))
        )
        yield from measures


def measures_of_site() -> Iterator[Any]:
    """Yield letters, tasks and lights. Five statements."""
    now = timezone.now()
    queue = queue_state(now)
    letters = GaugeMetricFamily("puriq_letters", "Letters, by where they are", labels=["state"])
    letters.add_metric(["waiting"], queue.waiting)
    letters.add_metric(["failed"], queue.failed)
    yield letters
    tasks = GaugeMetricFamily("puriq_tasks_failed", "Tasks that failed", labels=["kind"])
    tasks.add_metric(["task"], failed_tasks().count())
    tasks.add_metric(["due_job"], FailedJob.objects.count())
    yield tasks
    lights = GaugeMetricFamily(
        "puriq_light",
        "How a part is: 0 in order, 1 look, 2 failing, 3 not measured for ten minutes",
        labels=["name"],
    )
    for name, light in zip(LAMPS, shown_lights(now), strict=True):
        lights.add_metric([name], NUMBERS[light.reading.state] if light.reading else NOT_MEASURED)
    yield lights


def serve_metrics() -> tuple[WSGIServer, Thread] | None:
    """Serve the measures on loopback in a thread; None where METRICS_PORT is 0 or taken: the other
    work goes on without.
    """
    if not settings.METRICS_PORT:
        return None
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # of the folder that config/settings.py names
    registry.register(SiteCollector())
    try:
        return start_http_server(settings.METRICS_PORT, addr=LOOPBACK, registry=registry)
    except OSError:
        logger.exception("Port %s of METRICS_PORT is taken", settings.METRICS_PORT)
        return None
