"""Tests that a command without its database, its folder or its disk ends in one sentence, and a
fault of ours in its trace.
"""

import errno
import sqlite3

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, ProgrammingError, connection

from accounts.models import User
from config import command_line
from operations import failures
from operations.failures import refusal_of_database, sentence_of
from tests.operations.processes import own_environment, run
from tools.harness.servers import free_port
from web.database_retry import is_full

ABSENT = "postgres://puriq:clave-secreta@127.0.0.1:{port}/nosuch"
NOBODY = "00000000-0000-4000-8000-000000000000"
COMMANDS = {
    "set up": ["set_up"],
    "operator": ["create_operator", "ana@example.pe"],
    "backup": ["backup", "{folder}/copia.zip"],
    "worker": ["work", "--check"],
    "jobs": ["run_due_jobs"],
    "audit": ["audit_records"],
    "erasures": ["reapply_erasures"],
    "norms": ["import_norms"],
    "reopen": ["reopen_attempt", NOBODY, "--reason", "x", "--as", "ana@example.pe"],
}


@pytest.fixture
def environment(tmp_path):
    """A site on the own machine, without a database yet."""
    return own_environment(tmp_path)


def one_sentence(done) -> str:
    """Return the only line that a command left on the terminal before it failed."""
    assert done.returncode == 1, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert "clave-secreta" not in lines[0]
    return lines[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_database_that_is_not_there_is_told_at_once(environment, tmp_path, name):
    environment["DATABASE_URL"] = ABSENT.format(port=free_port())
    command = [word.format(folder=tmp_path) for word in COMMANDS[name]]
    told = one_sentence(run(environment, "manage.py", *command))
    assert "No se puede usar la base de datos" in told
    assert "DATABASE_URL" in told


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in {"set up"}])
def test_a_database_that_was_not_set_up_is_told(environment, tmp_path, name):
    command = [word.format(folder=tmp_path) for word in COMMANDS[name]]
    told = one_sentence(run(environment, "manage.py", *command))
    assert "manage.py set_up" in told
    assert not list(tmp_path.glob("*.zip"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgres://puriq@127.0.0.1:{port}/puriq?sslmode=quizas", "sslmode"),
        ("postgres://puriq@127.0.0.1:{port}/puriq?otra=1", "otra"),
        ("postgres://puriq@nadie.invalid/puriq", "nadie.invalid"),
        ("sqlite:///{folder}/ninguna/site.sqlite3", "ninguna"),
        ("sqlite:///{folder}/no-base.txt", "no-base.txt"),
    ],
    ids=["option", "unknown option", "host", "folder", "no database"],
)
@pytest.mark.parametrize("command", ["set_up", "audit_records"])
def test_a_wrong_address_is_told(environment, tmp_path, address, words, command):
    tmp_path.joinpath("no-base.txt").write_text("Esto no es una base de datos.\n" * 40)
    environment["DATABASE_URL"] = address.format(port=free_port(), folder=tmp_path)
    told = one_sentence(run(environment, "manage.py", command))
    assert "No se puede usar la base de datos" in told
    assert words in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        KeyError("x"),
        FileNotFoundError(errno.ENOENT, "x", "courses/starter/x.toml"),
        ProgrammingError("x"),
    ],
    ids=["value", "key", "file of ours", "statement"],
)
def test_a_fault_of_ours_has_no_sentence(error):
    assert sentence_of(error) is None


@pytest.mark.django_db
def test_a_table_that_is_missing_after_every_migration_is_a_fault_of_ours():
    with (
        pytest.raises((OperationalError, ProgrammingError)) as caught,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 1 FROM no_such_table")
    if connection.vendor == "postgresql":
        connection.set_rollback(False)
        pytest.skip("The transaction of the test is over")
    assert sentence_of(caught.value) is None


def test_a_fault_of_ours_keeps_its_trace(monkeypatch):
    def fail(arguments):
        raise ValueError("ours")

    monkeypatch.setattr(command_line, "execute_from_command_line", fail)
    with pytest.raises(ValueError, match="ours"):
        command_line.main(["manage.py", "audit_records"])


@pytest.mark.django_db
def test_the_disk_and_its_permissions_are_told():
    full = OperationalError("database or disk is full")
    full.__cause__ = sqlite3.OperationalError("database or disk is full")
    full.__cause__.sqlite_errorcode = sqlite3.SQLITE_FULL
    assert "espacio" in sentence_of(full)
    assert "espacio" in sentence_of(OSError(errno.ENOSPC, "No space left on device"))
    told = sentence_of(PermissionError(errno.EACCES, "Permission denied", "/srv/puriq/var/media"))
    assert "/srv/puriq/var/media" in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    "command",
    [["check_evidence"], ["backup_drill"], ["restore"], ["import_roster", "--as", "oscar@x.pe"]],
)
@pytest.mark.parametrize(
    ("named", "told"),
    [("nada.zip", "No encontramos el archivo"), ("", "es una carpeta|No encontramos el archivo")],
)
def test_a_file_that_is_none_is_told_by_every_command(tmp_path, oscar, command, named, told):
    User.objects.filter(pk=oscar.pk).update(email="oscar@x.pe")
    with pytest.raises(CommandError, match=told) as refused:
        call_command(command[0], str(tmp_path / named), *command[1:])
    assert "Errno" not in str(refused.value)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/proc/copia.zip", "/nada/de/esto/copia.zip", "x" * 300])
def test_a_file_that_cannot_be_made_is_told(path):
    with pytest.raises(
        CommandError, match=r"Revisa la ruta|Créala|Da permiso|muy largo"
    ) as refused:
        call_command("backup", path)
    assert "Errno" not in str(refused.value)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_CANTOPEN])
def test_a_full_disk_of_which_sqlite_says_less_is_told(monkeypatch, code):
    error = OperationalError("disk I/O error")
    error.__cause__ = sqlite3.OperationalError("disk I/O error")
    error.__cause__.sqlite_errorcode = code
    assert not is_full(error)
    monkeypatch.setattr("web.database_retry.has_no_space", lambda: True)
    assert sentence_of(error) == "No queda espacio en el disco. Libera espacio y repite."
    monkeypatch.setattr(connection.introspection, "table_names", raised(error))
    monkeypatch.setattr(connection, "vendor", "sqlite")
    assert "espacio" in refusal_of_database()


def raised(error):
    def fail(*asked):
        raise error

    return fail


def test_a_terminal_without_some_letters_stops_nothing(environment):
    environment["DATABASE_URL"] = "sqlite:////nowhere/site.sqlite3"
    done = run(
        environment | {"PYTHONIOENCODING": "latin-1"},
        "manage.py",
        "import_territories",
        encoding="latin-1",
    )
    assert "Cargando los códigos oficiales" in done.stdout
    assert "Unicode" not in done.stderr


@pytest.mark.django_db
def test_a_folder_that_takes_no_file_is_told_and_not_the_database(monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("The suite runs on PostgreSQL")
    monkeypatch.setattr(failures.os, "access", lambda *asked: False)
    told = sentence_of(OperationalError("attempt to write a readonly database"))
    assert "No se puede leer o escribir" in told
    assert "base de datos" not in told


def test_a_command_that_is_interrupted_says_so(monkeypatch, capsys):
    """Also where what it closed on its way failed after it."""

    def interrupted(arguments):
        try:
            raise KeyboardInterrupt
        finally:
            raise sqlite3.ProgrammingError("Cannot operate on a closed database.")

    monkeypatch.setattr(command_line, "execute_from_command_line", interrupted)
    with pytest.raises(SystemExit) as end:
        command_line.main(["manage.py", "backup"])
    assert end.value.code == 130
    assert "Interrumpido: el comando no terminó." in capsys.readouterr().err


def test_a_secret_that_cannot_be_kept_is_told_before_anything_else(monkeypatch, capsys):
    class Unreadable:
        @property
        def DATABASES(self):  # noqa: N802 - as Django names it
            raise PermissionError(errno.EACCES, "Permission denied", "/srv/puriq/var/secret-key")

    monkeypatch.setattr(command_line, "settings", Unreadable())
    with pytest.raises(SystemExit, match=r"/srv/puriq/var/secret-key\. Da permiso"):
        command_line.main(["manage.py", "check"])


def test_a_mail_server_that_does_not_answer_is_told(environment):
    environment["EMAIL_URL"] = f"smtp://127.0.0.1:{free_port()}"
    told = one_sentence(run(environment, "manage.py", "sendtestemail", "ana@example.pe"))
    assert "La carta no salió: " in told
    assert "EMAIL_URL" in told


def test_a_letter_of_proof_says_where_it_went(settings, mailoutbox, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    call_command("sendtestemail", "ana@example.pe")
    assert [letter.to for letter in mailoutbox] == [["ana@example.pe"]]
    assert "no sale de esta máquina" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no es un correo"):
        call_command("sendtestemail", "ana")


def test_a_number_out_of_its_bounds_is_told_with_them(environment):
    for wrong in ("80x", "0", "70000"):
        told = one_sentence(run(environment | {"PORT": wrong}, "manage.py", "check"))
        assert told == (
            "No arranca: PORT debe ser un número entero entre 1 y 65535. Corrige PORT en "
            "el archivo de entorno."
        )
