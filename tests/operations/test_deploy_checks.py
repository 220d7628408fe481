"""Tests that a site with an unsafe set-up does not start, and says in one sentence why and what to
do (OPS-03).
"""

import json
import os
import re
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder

from accounts.documents import make_keys
from accounts.models import User
from lib.replica import REPLICA
from operations.backups import unfinished
from operations.checks import refuse_unsafe_setup, rules, stores
from operations.checks import site as site_rules
from operations.checks.rules import REGISTERED
from tests.operations.processes import GOOD_SECRET

pytestmark = pytest.mark.django_db

GOOD = {
    "DEBUG": False,
    "DEMO": False,
    "DEMO_PUBLIC": False,
    "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
    "HOST": "127.0.0.1",
    "BASE_URL": "https://academia.example.pe",
    "ALLOWED_HOSTS": ["academia.example.pe"],
    "SECRET_KEY": GOOD_SECRET,
    "LETTER_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "CACHES": {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:6379/0",
        }
    },
}


@pytest.fixture
def site(settings, tmp_path):
    """A public site that is set up well; each test spoils one thing."""
    for name, value in GOOD.items():
        setattr(settings, name, value)
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"encryption": [], "index": {}}))
    keys.chmod(0o600)
    settings.PERSONAL_DATA_KEYS, settings.MEDIA_ROOT, settings.STATIC_ROOT = (
        str(keys),
        str(tmp_path / "media"),
        str(tmp_path / "static"),
    )
    settings.VAR_DIR, settings.ERASURE_LIST = tmp_path, str(tmp_path / "erasures.jsonl")
    return settings


def found():
    return [
        (message.id.removeprefix("operations."), message.msg)
        for message in checks.run_checks(tags=["deploy"], include_deployment_checks=True)
    ]


def test_good_site_has_no_finding(site):
    assert found() == []
    refuse_unsafe_setup()


def answer(monkeypatch, questions):
    """Let the database answer some questions as a badly configured one would."""
    asked = rules.asked
    monkeypatch.setattr(rules, "asked", lambda question: questions.get(question) or asked(question))


def with_a_document(site, tmp_path):
    User.objects.create(
        first_name="Lina", document_type="dni", document_cipher="x", document_index="1:x"
    )
    site.PERSONAL_DATA_KEYS = str(tmp_path / "lost.json")


def with_keys_of_another_site(site, tmp_path):
    site.PERSONAL_DATA_KEYS = str(tmp_path / "other.json")
    make_keys(tmp_path / "other.json")
    cipher = Fernet(Fernet.generate_key()).encrypt(b"40123678").decode()
    User.objects.create(
        first_name="Lina", document_type="dni", document_cipher=cipher, document_index="1:x"
    )


def with_migration(name):
    MigrationRecorder(connection).record_applied("accounts", name)


def without_a_migration():
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(
        "accounts", max(name for app, name in recorder.applied_migrations() if app == "accounts")
    )


def open_file(site, path):
    path.write_text("1")
    path.chmod(0o640)


def open_database(monkeypatch, path):
    path.touch(0o644)
    path.chmod(0o644)
    monkeypatch.setitem(connection.settings_dict, "NAME", str(path))


def closed_folder(monkeypatch, tmp_path, site, setting):
    """Put what a setting names into a folder in which the service may not write."""
    folder = tmp_path / "closed"
    folder.mkdir()
    setattr(site, setting, str(folder / "later" / "name"))
    monkeypatch.setattr(site_rules.os, "access", lambda path, mode: Path(path) != folder)


def open_folder(path):
    path.mkdir()
    path.chmod(0o755)


def open_network(site):
    site.HOST, site.ALLAUTH_TRUSTED_PROXY_COUNT = "0.0.0.0", 0  # noqa: S104 - what is tested


def with_demo_person():
    User.objects.create(first_name="Óscar", email="oscar@demo.example", is_demo=True)


def with_replica(monkeypatch, path):
    """Let there be a replica that nobody can read."""
    monkeypatch.setitem(
        connections.settings,
        REPLICA,
        {**connection.settings_dict, "ENGINE": "django.db.backends.sqlite3", "NAME": str(path)},
    )
    connections[REPLICA] = connections.create_connection(REPLICA)


def on_disk(monkeypatch, tmp_path, kind):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/datos / {kind} rw 0 0\n")
    monkeypatch.setattr(stores, "MOUNTS", mounts)


def on_sqlite():
    if connection.vendor != "sqlite":
        pytest.skip("The suite runs on PostgreSQL")


def on_postgresql(monkeypatch, name):
    monkeypatch.setattr(connections["default"], "vendor", "postgresql")
    answer(monkeypatch, {f"SHOW {name}": "off"})


# What is spoilt, the code, and words of the sentence. `site` are the settings, `m` the monkeypatch,
# `t` a folder.
UNSAFE = {
    "debug": (
        lambda site, m, t: setattr(site, "DEBUG", True),
        "E001",
        "DEBUG está activado en producción. Cambia a DEBUG=0",
    ),
    "no secret": (
        lambda site, m, t: setattr(site, "SECRET_KEY", " "),
        "E002",
        "SECRET_KEY es corta o conocida",
    ),
    "short secret": (
        lambda site, m, t: setattr(site, "SECRET_KEY", "abcdefgh"),
        "E002",
        "SECRET_KEY es corta o conocida",
    ),
    "known secret": (
        lambda site, m, t: setattr(site, "SECRET_KEY", "django-insecure-" + "aB3x" * 20),
        "E002",
        "SECRET_KEY es corta o conocida",
    ),
    "any host": (
        lambda site, m, t: setattr(site, "ALLOWED_HOSTS", ["*"]),
        "E003",
        "ALLOWED_HOSTS acepta cualquier nombre",
    ),
    "plain http": (
        lambda site, m, t: setattr(site, "BASE_URL", "http://academia.example.pe"),
        "E004",
        "BASE_URL usa http",
    ),
    "demonstration": (
        lambda site, m, t: setattr(site, "DEMO", True),
        "E005",
        "personas de demostración",
    ),
    "demonstration people": (
        lambda site, m, t: with_demo_person(),
        "E005",
        "Para un sitio real usa una base nueva",
    ),
    "open keys": (
        lambda site, m, t: os.chmod(site.PERSONAL_DATA_KEYS, 0o644),
        "E009",
        "Otros usuarios de la máquina pueden leer",
    ),
    "broken keys": (
        lambda site, m, t: (t / "keys.json").write_text("{"),
        "E009",
        "No se pueden leer las claves",
    ),
    "lost keys": (
        lambda site, m, t: with_a_document(site, t),
        "E009",
        "Faltan las claves de datos personales",
    ),
    "other keys": (
        lambda site, m, t: with_keys_of_another_site(site, t),
        "E009",
        "no abren los documentos de esta base",
    ),
    "letters": (
        lambda site, m, t: setattr(
            site, "LETTER_BACKEND", "django.core.mail.backends.console.EmailBackend"
        ),
        "E011",
        "nadie podría recuperar su contraseña",
    ),
    "media in static": (
        lambda site, m, t: setattr(site, "MEDIA_ROOT", str(t / "static" / "media")),
        "E012",
        "mezclada",
    ),
    "media not writable": (
        lambda site, m, t: closed_folder(m, t, site, "MEDIA_ROOT"),
        "E012",
        "No se puede escribir",
    ),
    "keys that cannot be made": (
        lambda site, m, t: closed_folder(m, t, site, "PERSONAL_DATA_KEYS"),
        "E020",
        "Da permiso al usuario del servicio (chown) en su carpeta.",
    ),
    "erasures that cannot be listed": (
        lambda site, m, t: closed_folder(m, t, site, "ERASURE_LIST"),
        "E020",
        "No se puede escribir",
    ),
    "no policy": (
        lambda site, m, t: setattr(site, "CONTENT_SECURITY_POLICY", ""),
        "E013",
        "Falta la política de contenidos",
    ),
    "loose policy": (
        lambda site, m, t: setattr(
            site, "CONTENT_SECURITY_POLICY", "script-src 'self' 'unsafe-inline'"
        ),
        "E013",
        "Falta la política de contenidos",
    ),
    "open database": (
        lambda site, m, t: open_file(site, t / "erasures.jsonl"),
        "E014",
        "Ejecuta chmod -R go= ",
    ),
    "open media": (
        lambda site, m, t: open_folder(t / "media"),
        "E014",
        "Otros usuarios de la máquina pueden leer",
    ),
    "open secret": (
        lambda site, m, t: open_file(site, t / "secret-key"),
        "E014",
        "Otros usuarios de la máquina pueden leer",
    ),
    "half restored": (
        lambda site, m, t: unfinished.begin({}),
        "E016",
        "Ejecuta otra vez: manage.py restore ARCHIVO",
    ),
    "newer database": (
        lambda site, m, t: with_migration("9999_future"),
        "E017",
        "de una versión más nueva de Puriq o de una anterior a la 0.1.0 (accounts.9999_future)",
    ),
    "older database": (
        lambda site, m, t: without_a_migration(),
        "E017",
        "Ejecuta manage.py set_up",
    ),
    "open network": (
        lambda site, m, t: open_network(site),
        "E015",
        "Usa HOST=127.0.0.1 detrás de un proxy",
    ),
    "unreadable replica": (
        lambda site, m, t: with_replica(m, t / "gone.sqlite3"),
        "E018",
        "No se puede leer la réplica de la base. Revisa DATABASE_REPLICA_URL",
    ),
    "no carrier of messages": (
        lambda site, m, t: setattr(site, "SHORT_MESSAGES", "nobody.Nothing"),
        "E019",
        "No se puede usar nobody.Nothing para enviar mensajes (ModuleNotFoundError)",
    ),
    "no middleware": (
        lambda site, m, t: setattr(site, "MIDDLEWARE", []),
        "E013",
        "Falta la política de contenidos",
    ),
}
SQLITE = {
    "open database": (
        lambda m, t: open_database(m, t / "open.sqlite3"),
        "E014",
        "Ejecuta chmod -R go= ",
    ),
    "network disk": (
        lambda m, t: on_disk(m, t, "nfs"),
        "E006",
        "La base SQLite está en un disco de red (nfs). Puede dañarse.",
    ),
    "windows share": (lambda m, t: on_disk(m, t, "cifs"), "E006", "disco de red (cifs)"),
    "not immediate": (
        lambda m, t: m.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", None),
        "E008",
        "IMMEDIATE",
    ),
    "not synchronous": (
        lambda m, t: answer(m, {"PRAGMA synchronous": 1}),
        "E008",
        "PRAGMA synchronous=FULL",
    ),
    "no journal": (
        lambda m, t: answer(m, {"PRAGMA journal_mode": "delete"}),
        "E008",
        "SQLite no usa WAL",
    ),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_unsafe_site_is_refused(site, monkeypatch, tmp_path, name):
    spoil, code, words = UNSAFE[name]
    spoil(site, monkeypatch, tmp_path)
    assert [number for number, _sentence in found()] == [code]
    assert words in found()[0][1]
    with pytest.raises(ImproperlyConfigured, match=f"No arranca: .*{re.escape(code)}"):
        refuse_unsafe_setup()


@pytest.mark.parametrize("name", SQLITE)
def test_unsafe_sqlite_is_refused(site, monkeypatch, tmp_path, name):
    on_sqlite()
    spoil, code, words = SQLITE[name]
    spoil(monkeypatch, tmp_path)
    assert [number for number, _sentence in found()] == [code]
    assert words in found()[0][1]


@pytest.mark.parametrize("name", ["synchronous_commit", "fsync", "full_page_writes"])
def test_postgresql_that_forgets_is_refused(site, monkeypatch, name):
    on_postgresql(monkeypatch, name)
    assert [number for number, _sentence in found()] == ["E007"]
    assert (
        f"Activa {name} o acepta el riesgo con la opción ACCEPTED_RISKS=operations.E007."
        in found()[0][1]
    )


def test_postgresql_needs_a_shared_cache(site, monkeypatch):
    monkeypatch.setattr(connections["default"], "vendor", "postgresql")
    monkeypatch.setattr(rules, "asked", lambda question: "on")
    site.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert [number for number, _sentence in found()] == ["E010"]


def test_every_rule_is_spoilt_here_and_every_sentence_says_what_to_do():
    spoilt = (
        {code for _spoil, code, _words in UNSAFE.values()}
        | {code for _spoil, code, _words in SQLITE.values()}
        | {"E007", "E010"}
    )
    assert {code.removeprefix("operations.") for code, _rule in REGISTERED} == spoilt
    assert len(spoilt) >= 12


def test_accepted_risk_lets_the_site_start(site):
    site.BASE_URL = "http://academia.example.pe"
    site.SILENCED_SYSTEM_CHECKS = ["operations.E004"]
    refuse_unsafe_setup()


def test_public_demonstration_on_purpose_may_start(site):
    site.DEMO = site.DEMO_PUBLIC = True
    site.BASE_URL = "http://192.0.2.7:8000"
    site.LETTER_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert found() == []


def test_open_network_is_public_whatever_the_address_says(site):
    site.BASE_URL, site.ALLOWED_HOSTS, site.DEMO = "http://127.0.0.1:8000", ["127.0.0.1"], True
    assert found() == []
    site.HOST = "0.0.0.0"  # noqa: S104 - what is tested
    assert "E005" in [number for number, _sentence in found()]


def test_demonstration_people_stop_the_start_on_the_own_machine_too(site):
    site.BASE_URL, site.ALLOWED_HOSTS = "http://127.0.0.1:8000", ["127.0.0.1"]
    with_demo_person()
    assert [number for number, _sentence in found()] == ["E005"]


def test_own_machine_needs_no_certificate_and_no_mail(site):
    site.BASE_URL, site.ALLOWED_HOSTS, site.DEMO = (
        "http://127.0.0.1:8000",
        ["127.0.0.1", "localhost", "[::1]"],
        True,
    )
    site.LETTER_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert found() == []


def test_database_that_does_not_answer_is_no_reason_to_refuse(site, monkeypatch):
    def fail(*asked):
        raise OperationalError("no answer")

    monkeypatch.setattr(rules.connection.introspection, "table_names", fail)
    site.PERSONAL_DATA_KEYS = "missing.json"
    assert found() == []


def test_what_is_uploaded_is_for_its_own_user(settings, tmp_path):
    stored = FileSystemStorage(location=tmp_path / "media").save(
        "images/foto.png", ContentFile(b"1")
    )
    path = tmp_path / "media" / stored
    assert [
        oct(part.stat().st_mode & 0o777) for part in (path, path.parent, path.parent.parent)
    ] == ["0o600", "0o700", "0o700"]
