"""Tests that a backup or a restore that this machine does not let happen says why, and leaves
nothing half written.
"""

import errno
import functools
import sqlite3
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from operations.backups import archives, database_files

pytestmark = pytest.mark.django_db(transaction=True)


class FullDisk(sqlite3.Connection):
    """Finds no room for a copy."""

    def backup(self, target, **options):
        """Fail as SQLite does."""
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error


def test_a_damaged_list_of_erasures_stops_a_restore_before_it_begins(living_site, lina, elsewhere):
    backup = living_site.parent / "copia.zip"
    call_command("backup", backup, stdout=StringIO())
    with elsewhere() as folder:
        folder.joinpath("erasures.jsonl").write_text("garbage\n")
        told = r"erasures\.jsonl está dañada en la línea 1.*y repite\. No se cambió nada"
        with pytest.raises(CommandError, match=told):
            call_command("restore", backup, stdout=StringIO())
        assert not folder.joinpath("media").exists()
        assert not connection.introspection.table_names()


def test_a_restore_without_the_list_of_erasures_says_so(living_site, lina, elsewhere):
    backup = living_site.parent / "copia.zip"
    call_command("backup", backup, stdout=StringIO())
    with elsewhere():
        told = StringIO()
        call_command("restore", backup, stdout=told)
        assert "No hay lista de borrados en " in told.getvalue()
        assert "ejecuta manage.py reapply_erasures" in told.getvalue()


def test_a_damaged_list_of_erasures_is_told_with_the_backup(living_site, tmp_path):
    living_site.joinpath("erasures.jsonl").write_text("garbage\n")
    told = StringIO()
    call_command("backup", tmp_path / "copia.zip", stdout=StringIO(), stderr=told)
    assert "está dañada en la línea 1" in told.getvalue()


def test_a_full_disk_is_told_while_the_database_is_copied(living_site, tmp_path, monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("pg_dump has words of its own")
    monkeypatch.setattr(
        database_files.sqlite3, "connect", functools.partial(sqlite3.connect, factory=FullDisk)
    )
    refused(tmp_path, "No queda espacio en ")


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "No queda espacio en "), (errno.EACCES, "No se puede leer o escribir ")],
    ids=["full", "not allowed"],
)
def test_a_disk_that_takes_no_archive_is_told(living_site, tmp_path, monkeypatch, code, words):
    def fail(source, member, progress):
        member.write(source.read(100))
        raise OSError(code, "said in English", str(tmp_path / "copias"))

    monkeypatch.setattr(archives, "copied", fail)
    refused(tmp_path, words)


def refused(folder, words):
    """Make a backup, and expect one sentence and no file."""
    target = folder / "copias"
    target.mkdir()
    with pytest.raises(CommandError, match=words) as caught:
        call_command("backup", target / "copia.zip", stdout=StringIO())
    assert str(target) in str(caught.value)
    assert "English" not in str(caught.value)
    assert list(target.iterdir()) == []
