"""Tests that what the database cannot take in time is answered by a 503 that is safe to send again,
never by a fault (docs/requirements.md, speed and weight).
"""

import sqlite3
from contextlib import closing, contextmanager
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from accounts.sessions import SessionStore
from courses.models import CourseHead
from learning.services import enrol_learner
from operations.checks import leave_database
from quizzes.models import Attempt, ResponseEvent
from quizzes.services import start_attempt
from tests.factories.courses import publish_course
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz
from web.database_retry import is_passing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def attempt(site, lina):
    """Lina's open attempt, really committed."""
    page = publish_course(site)
    quiz = add_quiz(page.get_children().get(slug="m2").specific, [(make_bank(), 4)])
    enrolment = enrol_learner(
        user=lina,
        course=CourseHead.objects.get(key=page.translation_key),
        received_at=timezone.now(),
    )
    return start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())


@pytest.fixture
def ask(client, lina, attempt):
    """Send the same answer to the first question, as often as wanted."""
    client.force_login(lina)
    client.raise_request_exception = False
    sent = {"uuid": str(uuid4()), "sequence": "1", "chosen": "0"}
    return lambda: client.post(
        reverse("quizzes:question", args=[attempt.uuid, 1]),
        {**sent, "go": "2"},
        headers={"referer": "http://testserver/"},
    )


@pytest.fixture
def impatient(attempt, monkeypatch):
    """Let nothing wait longer than a moment for a lock."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 30")
        yield
        return
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict["OPTIONS"], "options", "-c lock_timeout=30ms")
        leave_database()
        yield
    leave_database()


@pytest.fixture
def hold(impatient):
    """Hold what an answer has to lock, in a session of its own."""

    @contextmanager
    def holding():
        with closing(other_session()) as other:
            other.execute(
                "BEGIN IMMEDIATE"
                if connection.vendor == "sqlite"
                else "SELECT 1 FROM quizzes_attempt FOR UPDATE"
            )
            yield other

    return holding


def other_session():
    if connection.vendor == "sqlite":
        return sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    return psycopg.connect(
        **{
            name: value
            for name, value in connection.get_connection_params().items()
            if "factory" not in name and name != "context"
        }
    )


def test_an_answer_that_waits_too_long_is_refused_and_can_be_sent_again(ask, hold):
    with hold():
        answer = ask()
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert answer["Cache-Control"] == "no-store"
        page = answer.content.decode()
        assert "No se guardó" in page
        assert "no contará dos veces" in page
    assert not ResponseEvent.objects.exists()
    assert ask().status_code == 302
    assert ask().status_code == 302
    assert ResponseEvent.objects.count() == 1


def test_the_refusal_offers_the_same_answer_again_with_its_identifier(ask, hold):
    with hold():
        answer = ask()
    fields = dict(answer.context["sent"].fields)
    assert set(fields) == {"uuid", "sequence", "chosen", "go"}
    assert fields["uuid"] in answer.content.decode()


def test_an_act_with_an_identifier_is_tried_once_more(ask, hold):
    tries = []

    def let_go_after_the_first(execute, sql, params, many, context):
        try:
            return execute(sql, params, many, context)
        except OperationalError:
            tries.append(sql)
            other.rollback()
            raise

    with hold() as other, connection.execute_wrapper(let_go_after_the_first):
        assert ask().status_code == 302
    assert len(tries) == 1
    assert ResponseEvent.objects.count() == 1


def test_reading_says_that_the_site_is_busy(client, lina, attempt, monkeypatch):
    client.force_login(lina)
    client.raise_request_exception = False

    def broken(*args, **kwargs):
        raise OperationalError("database is locked") from locked()

    monkeypatch.setattr("quizzes.views.own.attempt_of", broken)
    answer = client.get(reverse("quizzes:review", args=[attempt.uuid]))
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "No se guardó" not in answer.content.decode()


def test_what_fails_around_the_view_is_refused_alike(client, lina, attempt, monkeypatch):
    """A session on a shared device is stored after the view."""
    client.force_login(lina)
    client.raise_request_exception = False
    session = client.session
    session["shared_seen_at"] = 10_000_000_000
    session.save()

    def broken(self, *args, **kwargs):
        raise OperationalError("database is locked") from locked()

    monkeypatch.setattr(SessionStore, "load", broken)
    answer = client.get(reverse("quizzes:review", args=[attempt.uuid]))
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert Attempt.objects.get().is_open


def locked() -> Exception:
    """Return what the driver in use raises when a lock is not given in time."""
    if connection.vendor == "postgresql":
        return psycopg.errors.LockNotAvailable("canceling statement due to lock timeout")
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


def test_a_mistake_of_ours_stays_a_fault():
    with pytest.raises(DatabaseError) as caught, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM no_such_table")
    assert not is_passing(caught.value)
    assert not is_passing(ValueError())


of_a_server = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has no server that could end a connection"
)


@contextmanager
def sessions_ended_by_the_server():
    with closing(other_session()) as other:
        other.autocommit = True
        connection.ensure_connection()
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
            "current_database() AND pid <> pg_backend_pid()"
        )
        yield


@of_a_server
def test_connections_that_the_server_ended_are_replaced_before_the_second_try(ask):
    with sessions_ended_by_the_server():
        assert ask().status_code == 302
    assert ResponseEvent.objects.count() == 1


@of_a_server
def test_what_is_not_run_again_costs_nobody_else_an_answer(client, attempt):
    """Signing in carries no identifier; the pool is renewed for who comes next all the same."""
    client.raise_request_exception = False
    sent = {"username": "nadie@x.example", "password": "tres palabras juntas"}
    with sessions_ended_by_the_server():
        codes = [client.post("/cuenta/ingresar/", sent).status_code for _time in range(3)]
    assert codes[0] in {200, 503}
    assert codes[1:] == [200, 200]
