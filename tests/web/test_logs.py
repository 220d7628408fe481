"""Tests that logs are lines of JSON that name no person, and that a fault is found by what its page
says (INJ-05, PRV-03).
"""

import io
import json
import logging
import re
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, OperationalError
from django.urls import reverse
from django.utils import timezone

from accounts.documents import clean_number
from learning.services import enrol_learner
from web.logs import JsonFormatter, new_reference

PERSON = ("Nieves", "Quispe", "nieves@example.pe", "43218765")


@pytest.fixture
def written():
    """The lines that the site writes, through our formatter, read back as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)

    def lines():
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def requests(lines):
    return [line for line in lines if line["message"] == "request"]


def test_each_request_writes_one_line(written, client, course):
    client.get("/cursos/curso/?q=nieves@example.pe")
    [line] = requests(written())
    assert line["method"] == "GET"
    assert line["route"] == "learning:course"
    assert line["status"] == 200
    assert line["ms"] >= 0
    assert "learner" not in line
    assert "nieves" not in json.dumps(line)


def test_line_tells_the_key_of_who_asked_and_no_name(written, client, course, lina):
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    client.force_login(lina)
    client.get("/mi-aprendizaje/")
    [line] = requests(written())
    assert line["learner"] == str(lina.learner_key)
    assert not [
        word
        for word in (lina.first_name, lina.last_name, lina.email)
        if word and word in json.dumps(line)
    ]


@pytest.mark.django_db
def test_address_that_does_not_exist_is_not_written(written, client):
    assert client.get("/personas/43218765/nieves@example.pe").status_code == 404
    assert not [word for word in PERSON if word in json.dumps(written())]
    assert requests(written())[0]["status"] == 404


@pytest.mark.django_db
def test_request_identifier_is_kept_when_it_is_harmless(written, client):
    assert (
        client.get("/salud/vivo", headers={"X-Request-ID": "abc-12345678"})["X-Request-ID"]
        == "abc-12345678"
    )
    forged = client.get("/salud/vivo", headers={"X-Request-ID": 'x"} {"level": "ERROR"'})[
        "X-Request-ID"
    ]
    assert re.fullmatch(r"[0-9a-f]{32}", forged)
    assert [line["request"] for line in requests(written())] == ["abc-12345678", forged]


@pytest.mark.parametrize(
    "name",
    ['Ana\r\n{"level": "ERROR"}', "Ana\nBeto", "Ana\u2028Beto", "Ana\x85Beto", "Ana\x1b[31m"],
)
def test_nobody_forges_a_line(written, name):
    logging.getLogger("rooms").info("Somebody said %s", name)
    assert len(written()) == 1
    assert written()[0]["message"] == f"Somebody said {name}"


def test_mail_and_documents_that_slip_in_are_hidden(written):
    logging.getLogger("rooms").warning(
        "No answer for %s, %s", PERSON[2], clean_number("dni", PERSON[3])
    )
    assert written()[0]["message"] == "No answer for …, …"


def test_identifiers_of_ours_stay_readable(written, lina):
    logging.getLogger("rooms").info("Attempt %s", lina.learner_key)
    assert str(lina.learner_key) in written()[0]["message"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (IntegrityError("Key (email)=(nieves@example.pe) exists"), ""),
        (ValueError("Nieves Quispe"), ""),
        (OperationalError("disk I/O error"), "disk I/O error"),
    ],
)
def test_fault_tells_its_kind_and_place_but_no_row(written, error, said):
    try:
        raise error
    except Exception:
        logging.getLogger("rooms").exception("Due job failed: %s", "seal")
    [line] = written()
    assert line["fault"]["kind"].endswith(type(error).__name__)
    assert "test_logs.py" in line["fault"]["at"][-1]
    assert line["fault"]["said"] == said
    assert not [word for word in PERSON if word in json.dumps(line)]


def test_reference_is_short_and_easy_to_read_out():
    assert all(re.fullmatch(r"E-[2-9A-HJKMNP-TV-Z]{4}", new_reference()) for _ in range(200))


@pytest.fixture
def failing_page(monkeypatch, client):
    """A page that fails with a text that names a person."""

    def fail(*args, **kwargs):
        raise ValueError(" ".join(PERSON))

    monkeypatch.setattr("learning.views.studies_of", fail)
    client.raise_request_exception = False
    return reverse("learning:home")


def test_error_page_and_log_carry_the_same_reference(written, client, lina, failing_page):
    client.force_login(lina)
    page = client.get(failing_page)
    assert page.status_code == 500
    [fault] = [line for line in written() if "fault" in line]
    assert fault["reference"] in page.content.decode()
    assert fault["learner"] == str(lina.learner_key)
    assert fault["request"] == page["X-Request-ID"]
    assert not [word for word in PERSON if word in json.dumps(written())]


def test_error_page_tells_when_something_was_stored_last(client, course, lina, failing_page):
    client.force_login(lina)
    assert "último guardado" not in client.get(failing_page).content.decode()
    enrol_learner(user=lina, course=course, received_at=datetime(2026, 11, 20, 15, 12, tzinfo=UTC))
    page = client.get(failing_page).content.decode()
    assert "Tu último guardado fue el 20/11/2026 a las 10:12 a. m.</p>" in page
