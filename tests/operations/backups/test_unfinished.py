"""A restore that was killed is seen, stops every start, and is done again whole; what it left
behind is removed.
"""

import hashlib
import json
import os
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from accounts.documents import keys
from accounts.models import User
from accounts.services import create_person
from operations.backups import unfinished
from operations.backups.leftovers import owned
from operations.backups.restore import restore_backup
from operations.checks.stores import unfinished_restore
from privacy.erasure_list import add_to_list
from tests.operations.backups.test_backup import backup, files_below, restore, rewritten

pytestmark = pytest.mark.django_db(transaction=True)


def half_restored(path, folder) -> None:
    """Leave a site as a restore does that is killed before it erases again: all in place, and the
    mark.
    """
    said = restore(path)
    assert "todas se cumplen" in said
    media = folder / "media/documents/guía.pdf"
    unfinished.begin({media: hashlib.sha256(media.read_bytes()).hexdigest()})
    connection.close()


def test_killed_restore_is_done_again_and_erased_people_stay_erased(
    living_site, lina, omar, elsewhere
):
    path = backup(living_site.parent)
    with elsewhere() as folder:
        half_restored(path, folder)
        add_to_list(lina.learner_key, timezone.now())
        assert [sentence for sentence in unfinished_restore() if "restore ARCHIVO" in sentence]
        for command in (["set_up"], ["run_due_jobs"], ["work"], ["backup", folder / "otra.zip"]):
            with pytest.raises(CommandError, match="quedó sin terminar"):
                call_command(*command, stdout=StringIO())
        said = restore(path)
        assert "restauración sin terminar" in said
        assert "borradas otra vez: 1" in said
        assert set(User.objects.values_list("learner_key", flat=True)) == {omar.learner_key}
        assert not unfinished.is_unfinished()
        assert list(unfinished_restore()) == []


def test_files_of_other_people_stay_when_a_restore_is_done_again(living_site, lina, elsewhere):
    path = backup(living_site.parent)
    with elsewhere() as folder:
        half_restored(path, folder)
        (folder / "media/documents/guía.pdf").write_text("mío")
        with pytest.raises(CommandError, match="es distinto"):
            restore(path)
        assert (folder / "media/documents/guía.pdf").read_text() == "mío"
        assert unfinished.is_unfinished()


def test_restore_that_failed_leaves_no_mark(living_site, lina, elsewhere, monkeypatch):
    path = backup(living_site.parent)

    def fail(*args, **kwargs):
        raise OSError("disco lleno")

    monkeypatch.setattr("operations.backups.restore.migrate_forward", fail)
    with elsewhere() as folder:
        with pytest.raises(CommandError, match="disco lleno"):
            restore(path)
        assert files_below(folder) == []


@pytest.mark.parametrize("moment", ["Poniendo", "Migrando", "Personas borradas"])
def test_killed_between_its_sentences(living_site, lina, omar, elsewhere, moment):
    """A process of its own dies there without a word to anybody, as by SIGKILL."""
    if connection.vendor != "sqlite":
        pytest.skip("a child of this process may not share its sessions of PostgreSQL")
    path = backup(living_site.parent)

    def dying(words):
        if words.startswith(moment):
            os._exit(9)

    with elsewhere() as folder:
        connection.close()
        database = connections["default"]
        child = os.fork()
        if not child:
            # A loop of the browser's runs in this process when stories ran before, but not in its
            # child, where Django would answer with the connections of a thread without one.
            connections["default"] = database
            try:
                restore_backup(source=path, now=timezone.now(), say=dying)
            finally:
                os._exit(0)  # never back into the suite, whatever failed
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        add_to_list(lina.learner_key, timezone.now())
        assert unfinished.is_unfinished() == (moment != "Poniendo")
        said = restore(path)
        assert "ejecución interrumpida: .restore-" in said
        assert set(User.objects.values_list("learner_key", flat=True)) == {omar.learner_key}
        assert not list(folder.glob(".restore-*"))


def test_what_killed_commands_left_is_removed_and_what_runs_stays(living_site):
    folder = living_site.parent
    (folder / ".backup-abcd1234").mkdir()
    (folder / ".backup-abcd1234" / "database.sqlite3").write_text("personas")
    (folder / ".vieja.zip.0a1b2c3d").write_text("personas")
    running = folder / ".backup-enmarcha"
    running.mkdir()
    said = StringIO()
    with owned(running):
        call_command("backup", folder / "copia.zip", stdout=said)
        assert running.is_dir()
    assert said.getvalue().count("ejecución interrumpida") == 2
    assert sorted(path.name for path in folder.glob(".*")) == [".backup-enmarcha"]


@pytest.mark.parametrize("harm", ["gone", "empty", "another"])
def test_copy_that_could_not_be_read_is_not_made(living_site, harm):
    create_person(
        first_name="Julián", document_type="dni", document_number="40123678", now=timezone.now()
    )
    file = living_site / "personal-data-keys.json"
    kept = json.loads(file.read_text())
    if harm == "gone":
        file.unlink()
    elif harm == "empty":
        file.write_text("")
    else:
        file.write_text(
            json.dumps({**kept, "index": {"version": kept["index"]["version"], "key": "00" * 32}})
        )
    keys.cache_clear()
    with pytest.raises(CommandError, match="no abren 1 documento guardado"):
        backup(living_site.parent)
    assert not list(living_site.parent.glob("*.zip"))
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("audit_records", stdout=said)
    assert "every document can be read" in said.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        {"migrations": ["accounts"]},
        {"migrations": [["accounts", 1]]},
        {"rows": []},
        {"rows": {"accounts_user": "2"}},
        {"files": {"database.sqlite3": {"size": "x", "sha256": ""}}},
        {"files": {"database.sqlite3": 7}},
        {"engine": "oracle"},
        {"engine": ["sqlite"]},
        {"made_at": 7},
        {"unknown": 1},
    ],
)
def test_manifest_of_another_shape_is_foreign(living_site, elsewhere, change):
    path = backup(living_site.parent)

    def changed(members):
        return [
            (
                name,
                json.dumps({**json.loads(content), **change}).encode()
                if name == "manifest.json"
                else content,
            )
            for name, content in members
        ]

    rewritten(path, changed)
    with elsewhere() as folder:
        with pytest.raises(CommandError, match="no es una copia de Puriq"):
            restore(path)
        assert files_below(folder) == []
