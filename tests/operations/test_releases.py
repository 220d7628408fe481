"""Tests that a release does nothing in a database of another one, and says so in one sentence."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.operations.processes import run


def test_an_older_release_sets_nothing_up_in_a_newer_database(db):
    MigrationRecorder(connection).record_applied("accounts", "9999_future")
    with pytest.raises(CommandError, match="de una versión más nueva de Puriq"):
        call_command("set_up", stdout=StringIO())


def test_a_site_that_was_never_set_up_is_told_to_be(environment, tmp_path):
    done = run(environment, "manage.py", "check", "--deploy")
    assert (
        "(operations.E017) La base de datos no está preparada para esta versión. Ejecuta "
        "manage.py set_up."
    ) in done.stderr
    assert not (tmp_path / "site.sqlite3").exists()
