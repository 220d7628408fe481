"""Tests that readiness asks every part that the site needs, and says in words what is missing."""

import errno
import json
import shutil
import sqlite3
import subprocess
import sys
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as real
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import RequestFactory
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from post_office.models import STATUS, Email

from accounts import documents
from notices.models import Letter, MailServer
from operations.jobs import run_due_jobs
from operations.locks import SET_UP, site_lock
from operations.models import Pulse, SiteOrigin
from web import readiness
from web.database_retry import busy_page, is_full
from web.logs import JsonFormatter

pytestmark = pytest.mark.django_db
READY = "/salud/listo"
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def old_site(course, settings):
    """A demonstration that was made two days ago, whose worker has just run."""
    settings.DEMO_PUBLIC = True
    now = timezone.now()
    SiteOrigin.objects.create(pk=1, made_at=now - timedelta(days=2), is_demonstration=False)
    Pulse.beat(Pulse.Part.WORKER, now)


def told(client) -> tuple[int, list[str], list[str], str]:
    answer = client.get(READY)
    body = answer.json()
    return (
        answer.status_code,
        body["failing"],
        body.get("to_mend", []),
        " ".join(body.get("words", [])),
    )


def test_a_site_in_order_says_nothing_more(client, old_site):
    assert client.get(READY).json() == {"failing": []}


def test_a_database_that_takes_no_row_is_named(client, old_site, monkeypatch):
    def fail(*args, **options):
        raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(Pulse.objects, "bulk_create", fail)
    status, failing, _to_mend, words = told(client)
    assert (status, failing) == (503, ["database"])
    assert "no acepta escribir" in words


def test_a_database_that_is_away_is_asked_for_nothing_else(client, old_site, monkeypatch):
    def fail(*args, **options):
        raise OperationalError("connection refused")

    monkeypatch.setattr(Pulse.objects, "bulk_create", fail)
    monkeypatch.setattr(readiness, "editions_are_clean", fail)
    status, failing, _to_mend, words = told(client)
    assert (status, failing) == (503, ["database"])
    assert "curso" not in words


@pytest.mark.parametrize(
    ("free", "status", "failing", "to_mend"),
    [(1_000_000, 503, ["disk"], []), (100_000_000, 200, [], ["space"])],
)
def test_a_disk_without_space_is_named(
    client, old_site, monkeypatch, free, status, failing, to_mend
):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(1, 1, free))
    assert told(client)[:3] == (status, failing, to_mend)


def test_a_folder_that_takes_no_file_is_named(client, old_site, monkeypatch):
    def fail(**options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(readiness.tempfile, "TemporaryFile", fail)
    status, failing, _to_mend, words = told(client)
    assert (status, failing) == (503, ["disk"])
    assert "El disco está lleno" in words


def test_broken_keys_are_named(client, old_site, settings, tmp_path):
    settings.PERSONAL_DATA_KEYS = str(tmp_path / "keys.json")
    Path(settings.PERSONAL_DATA_KEYS).write_text("{")
    assert told(client)[:2] == (503, ["keys"])


@pytest.mark.parametrize("has_document", [False, True])
def test_lost_keys_are_named_and_told_while_documents_need_them(
    client, old_site, person, settings, tmp_path, caplog, has_document
):
    if has_document:
        lina = person("Lina")
        lina.set_document("dni", "40123678")
        lina.save()
    settings.PERSONAL_DATA_KEYS = str(tmp_path / "lost.json")
    documents.keys.cache_clear()
    client.raise_request_exception = False
    answer = client.post(
        "/cuenta/ingresar/", {"username": "40123670", "password": "puriq-demo-2026"}
    )
    documents.keys.cache_clear()
    if not has_document:
        assert answer.status_code == 200
        assert told(client)[:2] == (200, [])
        return
    assert answer.status_code == 500
    assert not Path(settings.PERSONAL_DATA_KEYS).exists()
    assert told(client)[:2] == (503, ["keys"])
    lines = [
        json.loads(JsonFormatter().format(record)) for record in caplog.records if record.exc_info
    ]
    assert [line["fault"]["kind"] for line in lines] == ["accounts.documents.KeysAreLost"]
    assert "Faltan las claves de datos personales" in lines[0]["fault"]["said"]


def test_keys_that_open_no_document_are_named(client, old_site, person, settings, tmp_path):
    lina = person("Lina")
    lina.set_document("dni", "40123678")
    lina.save()
    assert told(client)[:2] == (200, [])
    settings.PERSONAL_DATA_KEYS = str(tmp_path / "other.json")
    documents.make_keys(tmp_path / "other.json")
    status, failing, _to_mend, words = told(client)
    assert (status, failing) == (503, ["keys"])
    assert "no son las de estos documentos" in words


def test_a_silent_worker_is_told_until_it_runs_again(client, old_site):
    Pulse.objects.filter(part="worker").update(at=timezone.now() - timedelta(hours=1))
    status, failing, to_mend, words = told(client)
    assert (status, failing, to_mend) == (200, [], ["worker"])
    assert "no salen correos" in words
    with pytest.raises(CommandError, match="Ningún proceso de trabajo"):
        call_command("work", check=True)
    run_due_jobs(timezone.now())
    assert told(client)[2] == []
    call_command("work", check=True)


def test_a_letter_that_was_given_up_is_told(client, old_site):
    facts = {
        "task_path": "accounts.tasks.send_recovery_letter",
        "args_kwargs": {"args": [], "kwargs": {}},
        "backend_name": "default",
    }
    DBTaskResult.objects.create(
        **facts,
        status="FAILED",
        queue_name="default",
        exception_class_path="",
        traceback="",
        finished_at=timezone.now(),
    )
    assert told(client)[:3] == (200, [], ["mail"])


def test_a_refused_letter_and_a_mail_server_that_is_away_are_told(client, old_site):
    email = Email.objects.create(
        from_email="a@example.pe", to=["b@example.pe"], message="Hola", status=STATUS.failed
    )
    Letter.objects.create(email=email, kind="other")
    assert told(client)[:3] == (200, [], ["mail"])
    email.delete()
    assert told(client)[2] == []
    server = MailServer.objects.create(pk=1, away_since=timezone.now() - timedelta(hours=1))
    assert told(client)[2] == ["mail"]
    server.away_since = timezone.now()
    server.save()
    assert told(client)[2] == []


def test_a_real_site_without_a_fresh_backup_is_told(client, old_site, settings, tmp_path):
    settings.ALLOWED_HOSTS, settings.DEMO = ["testserver", "academia.example.pe"], False
    assert "backup" in told(client)[2]
    Pulse.beat(Pulse.Part.BACKUP, timezone.now(), str(tmp_path))
    assert "backup" not in told(client)[2]
    Pulse.beat(Pulse.Part.BACKUP, timezone.now() - timedelta(days=3), str(tmp_path))
    assert "backup" in told(client)[2]


def test_every_part_has_words():
    assert {
        "maintenance",
        "database",
        "disk",
        "cache",
        "editions",
        "keys",
        "space",
        "worker",
        "mail",
        "backup",
        "provider",
        "second_operator",
    } == set(readiness.WORDS)


def full_database() -> OperationalError:
    cause = sqlite3.OperationalError("database or disk is full")
    cause.sqlite_errorcode = sqlite3.SQLITE_FULL
    error = OperationalError("database or disk is full")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [full_database(), OSError(errno.ENOSPC, "No space left on device")],
    ids=["database", "uploads"],
)
def test_a_full_disk_has_words_of_its_own(error):
    assert is_full(error)
    page = busy_page(RequestFactory().post("/ayuda/"), error).content.decode()
    assert "se le acabó el espacio" in page
    assert "recibe muchos envíos" not in page


def test_a_lock_keeps_its_words():
    page = busy_page(
        RequestFactory().post("/ayuda/"), OperationalError("database is locked")
    ).content.decode()
    assert "recibe muchos envíos" in page


@pytest.mark.django_db(transaction=True)
def test_two_set_ups_at_once_end_in_one_sentence():
    with site_lock(SET_UP) as is_ours:
        assert is_ours
        if connection.vendor == "sqlite":
            name = f"sqlite:///{connection.settings_dict['NAME']}"
            environment = {
                "PATH": "/usr/bin:/bin",
                "DATABASE_URL": name,
                "SECRET_KEY": "k" * 60,
                "HOME": str(Path.home()),
            }
            command = [sys.executable, "manage.py", "set_up"]
            done = subprocess.run(
                command,
                cwd=real.BASE_DIR,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 1
            assert done.stderr.strip().endswith("Espera a que termine y vuelve a intentarlo.")
            assert "Traceback" not in done.stderr
        else:
            with pytest.raises(CommandError, match="Otro proceso"):
                call_command("set_up")
