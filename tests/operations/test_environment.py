"""Tests in processes of their own what the environment says: a site starts as it was told to, or
not at all, with one sentence (OPS-03). None of it rests on the database of the suite.
"""

import pytest

from tests.operations.processes import prepare, run


def test_django_finds_nothing_either(environment):
    prepare(environment)
    done = run(environment, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_web_server_does_not_start_when_unsafe(environment):
    done = run(
        environment | {"DEBUG": "1"},
        "-m",
        "gunicorn",
        "-c",
        "config/gunicorn.py",
        "config.wsgi:application",
    )
    assert done.returncode != 0
    assert (
        "No arranca: DEBUG está activado en producción. Cambia a DEBUG=0 en el archivo de entorno."
        in done.stderr
    )
    assert "Traceback" not in done.stderr


def test_whole_start_ends_with_the_web_server(environment):
    done = run(environment | {"ALLOWED_HOSTS": "*"}, "-m", "config.serve")
    assert done.returncode != 0
    assert "No arranca: ALLOWED_HOSTS" in done.stderr
    assert "Puriq está en" not in done.stdout


def test_what_the_address_of_the_database_asks_for_is_kept(environment):
    address = "postgres://puriq@base.gob.pe/puriq?sslmode=require"
    shown = "from config.settings import DATABASES; print(DATABASES['default']['OPTIONS'])"
    done = run({**environment, "DATABASE_URL": address}, "-c", shown)
    assert "'sslmode': 'require'" in done.stdout, done.stderr
    assert "lock_timeout" in done.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "quizás"),
        ("DEMO", "si"),
        ("HELP_ANSWER_DAYS", "diez"),
        ("HELP_ANSWER_DAYS", "0"),
        ("TRUSTED_PROXIES", "-1"),
        ("BASE_URL", "academia.example.pe"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://example.pe/academia"),
        ("BASE_URL", "https://example.pe?x=1"),
        ("BASE_URL", "https://example.pe#x"),
        ("BASE_URL", "https://u:clave-secreta@example.pe"),
        ("BASE_URL", "https://academia example.pe"),
        ("BASE_URL", "https://academia\nexample.pe"),
        ("BASE_URL", "https://example.pe:70000"),
        ("BASE_URL", "https://example.pe:"),
        ("BASE_URL", "https://-example.pe"),
        ("ALLOWED_HOSTS", "https://example.pe"),
        ("ALLOWED_HOSTS", "example.pe:443"),
        ("ALLOWED_HOSTS", " , "),
        ("HSTS_PRELOAD", "siempre"),
        ("PORT", "0"),
        ("PORT", "ochenta"),
        ("DATABASE_URL", "postgres://"),
        ("DATABASE_URL", "postgres://puriq:clave-secreta@host"),
        ("DATABASE_URL", "postgres://puriq:clave-secreta@host:puerto/puriq"),
        ("DATABASE_URL", "postgres://puriq:clave-secreta@ho st/puriq"),
        ("DATABASE_URL", "sqlite://:memory:"),
        ("DATABASE_REPLICA_URL", "postgres://puriq:clave-secreta@host/puriq"),
        ("DATABASE_REPLICA_URL", "clave-secreta"),
        ("CACHE_URL", "redis://"),
        ("CACHE_URL", "redis://clave secreta@host:6379/0"),
        ("CACHE_URL", "dummycache://"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://u:clave-secreta@correo example.pe:587"),
        ("DEFAULT_FROM_EMAIL", "Puriq"),
        ("DEFAULT_FROM_EMAIL", "Puriq <no-responder@localhost>\nBcc: x@example.pe"),
        ("PERSONAL_DATA_KEYS", "claves.json"),
        ("ERASURE_LIST", "/"),
        ("MEDIA_ROOT", "media"),
        ("ACCEPTED_RISKS", "todos"),
        ("DATABASE_URL", "mysql://puriq:clave-secreta@host/puriq"),
        ("DATABASE_URL", "clave-secreta"),
        ("CACHE_URL", "clave-secreta"),
        ("EMAIL_URL", "clave-secreta"),
        ("METRICS_PORT", "8000"),
        ("HELP_ANSWER_DAYS", "99999999"),
        ("TRUSTED_PROXIES", "99999999999999"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_sentence_that_names_it(environment, name, value):
    port = {"PORT": "8000"} if name == "METRICS_PORT" else {}
    done = run(environment | port | {name: value}, "manage.py", "check")
    assert done.returncode != 0
    assert done.stderr.startswith(f"No arranca: {name} ")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "clave-secreta" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_URL", "smtp+tls://u:p/clave-secreta@host:587"),
        ("DATABASE_URL", "postgres://puriq:p?clave-secreta@host/puriq"),
        ("CACHE_URL", "redis://u:p#clave-secreta@host:6379/0"),
    ],
)
def test_signs_of_a_password_are_told_how_to_write(environment, name, value):
    done = run(environment | {name: value}, "manage.py", "check")
    assert "escríbelos %2F %3F %23 %25 %20" in done.stderr
    assert "clave-secreta" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "https://academia.example.pe/"),
        ("BASE_URL", "http://127.0.0.1:8080"),
        ("BASE_URL", "http://[::1]:8080"),
        ("ALLOWED_HOSTS", ".example.pe, 127.0.0.1,[::1]"),
        ("DATABASE_URL", "postgres://puriq:clave@base.gob.pe:5433/puriq?sslmode=require"),
        ("DATABASE_URL", "postgres:///puriq"),
        ("DATABASE_REPLICA_URL", "sqlite:////srv/replica.sqlite3"),
        ("CACHE_URL", "redis://:clave@host:6379/0"),
        ("CACHE_URL", "rediss://host:6379/2"),
        ("EMAIL_URL", "smtp+ssl://u%40example.pe:clave@correo.example.pe:465"),
        ("DEFAULT_FROM_EMAIL", "academia@example.pe"),
        ("ACCEPTED_RISKS", "operations.E007, security.W008"),
    ],
)
def test_good_values_are_taken(environment, name, value):
    done = run(environment | {name: value}, "-c", "import config.settings")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "86400 False False"),
        ({"HSTS_PRELOAD": "1"}, "31536000 True True"),
        ({"HSTS_PRELOAD": "1", "BASE_URL": "http://127.0.0.1"}, "0 False False"),
    ],
)
def test_browsers_are_told_https_for_a_day_and_more_only_when_asked(environment, more, told):
    shown = (
        "from config import settings as s; print(s.SECURE_HSTS_SECONDS, "
        "s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)"
    )
    assert run(environment | more, "-c", shown).stdout.strip() == told


def test_all_that_a_command_writes_is_for_its_own_user(environment, tmp_path):
    one_app = ("migrate", "contenttypes")
    done = run(environment | {"SECRET_KEY": ""}, "manage.py", *one_app, umask=0o022)
    assert done.returncode == 0, done.stderr
    written = list(tmp_path.rglob("*"))
    assert tmp_path / "site.sqlite3" in written
    assert [path.name for path in written if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize(
    ("more", "told"),
    [({}, "1"), ({"BASE_URL": "http://127.0.0.1:8000"}, "0"), ({"TRUSTED_PROXIES": "2"}, "2")],
)
def test_proxies_before_the_site_are_counted(environment, more, told):
    done = run(
        environment | more,
        "-c",
        "from config.settings import ALLAUTH_TRUSTED_PROXY_COUNT as count; print(count)",
    )
    assert done.stdout.strip() == told, done.stderr
