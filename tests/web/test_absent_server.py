"""Tests how long people wait for a PostgreSQL that is away, and how soon the site serves again."""

from threading import Thread

import pytest
from django.db import OperationalError
from django.test import RequestFactory
from django.urls import reverse

from config.databases import with_options
from tools.harness.servers import free_port
from web.database_retry import DatabaseRetryMiddleware, busy_page

POSTGRESQL = {"ENGINE": "django.db.backends.postgresql"}


@pytest.fixture
def pool():
    """A pool with the site's own settings, before a port on which nobody listens; it gives up
    sooner.
    """
    psycopg_pool = pytest.importorskip("psycopg_pool")
    options = with_options(POSTGRESQL)["OPTIONS"]["pool"] | {"reconnect_timeout": 0.2}
    address = f"host=127.0.0.1 port={free_port()} connect_timeout=1"
    with psycopg_pool.ConnectionPool(address, open=True, **options) as made:
        yield made


def test_who_waits_is_refused_once_the_pool_gave_up_and_the_next_makes_it_try_anew(pool):
    refused = []

    def wait() -> None:
        try:
            pool.getconn(timeout=600)  # nobody sees the end of the test who has to wait it out
        except Exception as error:
            refused.append(type(error).__name__)

    for _round in range(2):
        threads = [Thread(target=wait) for _number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert refused == ["PoolTimeout"] * 6


def test_a_pool_does_not_try_alone_for_minutes():
    assert with_options(POSTGRESQL)["OPTIONS"]["pool"]["reconnect_timeout"] <= 5


@pytest.mark.parametrize("waited", [True, False])
def test_who_waited_for_a_connection_in_vain_does_not_wait_twice(db, waited):
    cause = type("PoolTimeout" if waited else "Other", (Exception,), {})()
    asked = []

    def refuse(request):
        asked.append(request.path)
        error = OperationalError("away")
        error.__cause__ = cause
        return busy_page(request, error)

    response = DatabaseRetryMiddleware(refuse)(RequestFactory().get(reverse("web:alive")))
    assert response.status_code == 503
    assert len(asked) == (1 if waited else 2)
