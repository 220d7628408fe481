"""A look at a page of counts is one unsealed row, written when the page was sent; a file is in the
sealed trail.
"""

import sqlite3
from contextlib import closing
from datetime import timedelta
from io import BytesIO

import psycopg
import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AuditEntry
from operations.checks import leave_database
from privacy.data_copy import copy_of
from reporting.looks import forget_looks
from reporting.models import Look


@pytest.fixture
def max_inside(max_, client, course):
    """Coordinates Tumbes, signed in."""
    client.force_login(max_)
    return max_


def looks() -> list[tuple]:
    return list(Look.objects.order_by("pk").values_list("reader", "area_code", "province_code"))


@pytest.mark.django_db
def test_each_page_of_counts_leaves_who_where_and_with_which_filters(max_inside, client, course):
    key, before = max_inside.learner_key, timezone.now()
    for address in ("/panel/", "/panel/tumbes/", "/panel/tumbes/2401/?curso=curso&tipo=ugel"):
        assert client.get(address).status_code == 200
    client.get("/panel/?desde=2026-10-01&orden=nombre")
    assert looks() == [(key, "", ""), (key, "24", ""), (key, "24", "2401"), (key, "", "")]
    assert list(Look.objects.order_by("pk").values_list("filters", flat=True)) == [
        {},
        {},
        {"course_id": str(course.pk), "kind": "ugel"},
        {"since": "2026-10-01"},
    ]
    assert all(before <= look.looked_at <= timezone.now() for look in Look.objects.all())
    assert not AuditEntry.objects.filter(actor_key=key).exists()


@pytest.mark.django_db
def test_what_shows_no_counts_is_no_look(max_inside, client):
    for address in ("/panel/puno/", "/panel/?desde=2099-01-01", "/panel/?tipo=nada"):
        client.get(address)
    client.head("/panel/")
    client.delete("/panel/")
    assert looks() == []


@pytest.mark.django_db
def test_a_file_is_in_the_sealed_trail_alone(max_inside, client):
    assert client.post("/panel/")["Content-Type"].startswith("text/csv")
    assert AuditEntry.objects.filter(action="figures_exported").count() == 1
    assert looks() == []


@pytest.mark.django_db
def test_a_reader_takes_ones_own_looks_away_and_no_others(max_inside, lucia, client):
    client.get("/panel/tumbes/")
    (row,) = copy_of(max_inside, now=timezone.now())["holdings"]["looks"]["rows"]
    assert (row["area_code"], row["filters"]) == ("24", {})
    assert copy_of(lucia, now=timezone.now())["holdings"]["looks"]["rows"] == []


@pytest.mark.django_db
def test_looks_are_forgotten(max_inside, client):
    client.get("/panel/")
    assert forget_looks(timezone.now() - timedelta(days=1)) == 0
    assert forget_looks(timezone.now() + timedelta(days=1)) == 1
    assert looks() == []


def asked_as_a_server_asks(client):
    """Return the body of the page of figures, sent, and its answer, not closed yet."""
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/panel/",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "HTTP_COOKIE": cookie,
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": "http",
    }
    answer = WSGIHandler()(environ, lambda status, headers: None)
    return b"".join(answer), answer


@pytest.mark.django_db(transaction=True)
def test_the_row_is_written_when_the_page_was_sent(max_inside, client):
    with CaptureQueriesContext(connection) as captured:
        body, answer = asked_as_a_server_asks(client)
        assert b"Resumen de tu" in body
        assert looks() == []
        before = len(captured)
        answer.close()
        (written,) = captured.captured_queries[before:]
    assert written["sql"].startswith('INSERT INTO "reporting_look"')
    assert looks() == [(max_inside.learner_key, "", "")]


def other_session():
    """Return a session that holds what writing a look has to lock."""
    if connection.vendor == "sqlite":
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        return other
    options = connection.get_connection_params().items()
    other = psycopg.connect(
        **{name: value for name, value in options if "factory" not in name and name != "context"}
    )
    other.execute("LOCK TABLE reporting_look IN ACCESS EXCLUSIVE MODE")
    return other


@pytest.fixture
def impatient(transactional_db, monkeypatch):
    """Let nothing wait longer than a moment for a lock."""
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        monkeypatch.setitem(options, "timeout", 0.03)
    else:
        monkeypatch.setitem(options, "options", "-c lock_timeout=30ms")
    leave_database()
    yield
    leave_database()


@pytest.mark.usefixtures("impatient")
def test_a_database_that_takes_no_look_breaks_no_page(max_inside, client, caplog):
    with closing(other_session()):
        body, answer = asked_as_a_server_asks(client)
        assert b"Resumen de tu" in body
        answer.close()
    assert looks() == []
    (line,) = [record for record in caplog.records if record.getMessage() == "look not stored"]
    assert line.facts == {"learner": str(max_inside.learner_key), "place": ""}
    assert client.get("/panel/").status_code == 200
    assert len(looks()) == 1
