"""Tests that a backup made while people write brings the site back, and that a damaged or foreign
one does not (OPS-01, OPS-02).
"""

import hashlib
import json
import random
import threading
import zipfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from accounts.documents import decrypt, keys
from accounts.models import User
from accounts.services import create_person
from audit.models import AuditEntry
from learning.models import Statement
from learning.services import enrol_learner
from privacy.erasure_list import add_to_list

pytestmark = pytest.mark.django_db(transaction=True)


def backup(folder, name="copia.zip"):
    call_command("backup", folder / name, stdout=StringIO())
    return folder / name


def restore(path):
    said = StringIO()
    call_command("restore", path, stdout=said)
    return said.getvalue()


def files_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def seal_again(path):
    """Make the digest at the end true again, as somebody would who forges a backup."""
    content = path.read_bytes()
    path.write_bytes(content[:-64] + hashlib.sha256(content[:-64]).hexdigest().encode())


def rewritten(path, change):
    """Write the same backup with other members: `change` receives and returns a list of (name,
    bytes).
    """
    with zipfile.ZipFile(path) as archive:
        members = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in change(members):
            archive.writestr(name, content)
        archive.comment = b"sha256:" + b"0" * 64
    seal_again(path)


def test_everything_comes_back(living_site, elsewhere, client):
    julian = create_person(
        first_name="Julián",
        last_name="Ñahui",
        document_type="dni",
        document_number="40123678",
        password="tres palabras",
        now=timezone.now(),
    )
    original_keys, original_media = (
        files_below(living_site),
        (living_site / "media/documents/guía.pdf").read_bytes(),
    )
    path = backup(living_site.parent)
    with elsewhere() as folder:
        said = restore(path)
        assert decrypt(User.objects.get(pk=julian.pk).document_cipher) == "40123678"
        assert (folder / "media/documents/guía.pdf").read_bytes() == original_media
        assert [name for name in files_below(folder) if "sqlite3" not in name] == original_keys
        assert (folder / "personal-data-keys.json").stat().st_mode & 0o077 == 0
        # Signing in by the document needs its key: the restored site is used, not only looked at.
        client.post("/cuenta/ingresar/", {"username": "40123678", "password": "tres palabras"})
        assert client.session["_auth_user_id"] == str(julian.pk)
    assert "100 %" in said
    assert "todas se cumplen" in said


def test_manifest_tells_digests_rows_and_migrations(living_site, lina):
    with zipfile.ZipFile(backup(living_site.parent)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        for name, told in manifest["files"].items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == told["sha256"]
    assert manifest["rows"]["accounts_user"] == 1
    assert ["accounts", "0001_initial"] in manifest["migrations"]
    assert {name.split("/")[0] for name in manifest["files"]} == {
        "database.sqlite3" if sqlite() else "database.dump",
        "media",
        "keys",
    }


def sqlite():
    return connection.vendor == "sqlite"


def test_backup_is_for_its_owner_only_and_replaces_nothing(living_site):
    path = backup(living_site.parent)
    assert path.stat().st_mode & 0o077 == 0
    before = path.read_bytes()
    with pytest.raises(CommandError, match="ya existe"):
        backup(living_site.parent)
    assert path.read_bytes() == before
    assert not list(living_site.parent.glob(".*"))


def test_backup_while_people_write_keeps_what_was_confirmed(
    living_site, course, person, elsewhere, organisations
):
    people = [person(f"Persona{number}", organisation="tumbes") for number in range(40)]
    confirmed, enough, stop = [], threading.Event(), threading.Event()

    def enrol(mine):
        try:
            for user in mine:
                if stop.is_set():
                    return
                enrol_learner(user=user, course=course, received_at=timezone.now())
                confirmed.append(user.learner_key)
                if len(confirmed) >= 8:
                    enough.set()
        finally:
            connection.close()

    writers = [threading.Thread(target=enrol, args=(people[start::4],)) for start in range(4)]
    for writer in writers:
        writer.start()
    assert enough.wait(30)
    before = list(confirmed)
    path = backup(living_site.parent)
    stop.set()
    for writer in writers:
        writer.join()
    with elsewhere():
        assert "todas se cumplen" in restore(path)
        kept = set(Statement.objects.values_list("learner", flat=True))
    assert set(before) <= kept
    assert kept <= set(confirmed)


def test_any_flipped_bit_is_refused(living_site, lina, elsewhere):
    path = backup(living_site.parent)
    whole = path.read_bytes()
    places = [
        0,
        5,
        len(whole) // 2,
        len(whole) - 1,
        len(whole) - 64,
        len(whole) - 66,
        len(whole) - 80,
    ]
    places += [random.Random(7).randrange(len(whole)) for _ in range(15)]
    with elsewhere() as folder:
        for place in places:
            damaged = bytearray(whole)
            damaged[place] ^= 1 << (place % 8)
            path.write_bytes(damaged)
            with pytest.raises(CommandError, match=r"dañada|no es una copia"):
                restore(path)
            assert files_below(folder) == []
        assert connection.introspection.table_names() == []


@pytest.mark.parametrize(
    "content", [b"", b"hola", b"PK\x03\x04" + b"0" * 200, b"sha256:" + b"0" * 64]
)
def test_foreign_file_is_refused(living_site, elsewhere, content):
    path = living_site.parent / "otra.zip"
    path.write_bytes(content)
    with elsewhere(), pytest.raises(CommandError, match=r"no es una copia|dañada"):
        restore(path)


def test_cut_file_is_refused(living_site, elsewhere):
    path = backup(living_site.parent)
    path.write_bytes(path.read_bytes()[:-1000])
    with elsewhere(), pytest.raises(CommandError, match="incompleto"):
        restore(path)


@pytest.mark.parametrize(
    "name", ["../config", "/etc/passwd", "media/../../x", "otra/x", "media/./x", "keys"]
)
def test_path_outside_is_refused(living_site, elsewhere, name):
    path = backup(living_site.parent)
    rewritten(path, lambda members: [*members, (name, b"x")])
    with elsewhere() as folder:
        with pytest.raises(CommandError, match="ruta no permitida"):
            restore(path)
        assert files_below(folder) == []


def test_member_that_the_list_does_not_tell_is_refused(living_site, elsewhere):
    path = backup(living_site.parent)
    rewritten(path, lambda members: [*members, ("media/x.pdf", b"x")])
    with elsewhere(), pytest.raises(CommandError, match="su lista"):
        restore(path)


def test_member_with_other_content_is_refused(living_site, elsewhere):
    path = backup(living_site.parent)
    rewritten(
        path,
        lambda members: [
            (name, content[::-1] if name.startswith("media/") else content)
            for name, content in members
        ],
    )
    with elsewhere() as folder:
        with pytest.raises(CommandError, match="dañada en media/"):
            restore(path)
        assert files_below(folder) == []


def test_other_number_of_rows_is_refused(living_site, lina, elsewhere):
    path = backup(living_site.parent)

    def change(members):
        return [
            (
                name,
                content.replace(b'"accounts_user": 1', b'"accounts_user": 2')
                if name == "manifest.json"
                else content,
            )
            for name, content in members
        ]

    rewritten(path, change)
    with elsewhere() as folder:
        with pytest.raises(CommandError, match="no tiene las filas"):
            restore(path)
        assert files_below(folder) == []
        assert connection.introspection.table_names() == []


def test_backup_of_a_newer_release_is_refused(living_site, elsewhere):
    path = backup(living_site.parent)

    def change(members):
        return [
            (
                name,
                content.replace(b'"0001_initial"', b'"0999_later"', 1)
                if name == "manifest.json"
                else content,
            )
            for name, content in members
        ]

    rewritten(path, change)
    with elsewhere(), pytest.raises(CommandError, match="0999_later"):
        restore(path)


def test_backup_of_a_release_with_an_app_that_we_left_behind_comes_back(
    living_site, lina, elsewhere
):
    MigrationRecorder(connection).record_applied("sessions", "0001_initial")
    try:
        path = backup(living_site.parent)
    finally:
        MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    with elsewhere():
        restore(path)
        assert User.objects.filter(pk=lina.pk).exists()


def test_site_with_data_is_refused(living_site, lina):
    path = backup(living_site.parent)
    before = files_below(living_site)
    with pytest.raises(CommandError, match="ya tiene una base de datos"):
        restore(path)
    assert files_below(living_site) == before
    assert User.objects.filter(pk=lina.pk).exists()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("media/otro.pdf", "ya tiene archivos"),
        ("media/documents/guía.pdf", "es distinto"),
        ("personal-data-keys.json", "es distinto"),
    ],
)
def test_site_with_files_is_refused(living_site, elsewhere, name, told):
    path = backup(living_site.parent)
    with elsewhere() as folder:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mío")
        with pytest.raises(CommandError, match=told):
            restore(path)
        assert files_below(folder) == [name]
        assert (folder / name).read_text() == "mío"


def test_restore_that_was_killed_may_be_repeated(living_site, lina, elsewhere):
    path = backup(living_site.parent)
    with elsewhere() as folder:
        # Files are placed before the database: this is what a killed restore leaves.
        (folder / "media/documents").mkdir(parents=True)
        (folder / "media/documents/guía.pdf").write_bytes(
            (living_site / "media/documents/guía.pdf").read_bytes()
        )
        (folder / "personal-data-keys.json").write_bytes(
            (living_site / "personal-data-keys.json").read_bytes()
        )
        assert "todas se cumplen" in restore(path)


def test_restore_that_fails_late_leaves_the_site_empty(living_site, lina, elsewhere, monkeypatch):
    path = backup(living_site.parent)

    def fail(*args, **kwargs):
        raise OSError("disco lleno")

    with elsewhere() as folder:
        with monkeypatch.context() as broken:
            broken.setattr("operations.backups.restore.migrate_forward", fail)
            with pytest.raises(CommandError, match="disco lleno"):
                restore(path)
        assert files_below(folder) == []
        assert connection.introspection.table_names() == []
        connection.close()
        assert "todas se cumplen" in restore(path)


def test_restored_trail_that_was_altered_is_told(living_site, lina, elsewhere):
    AuditEntry.objects.create(
        actor_key=lina.learner_key,
        action="prueba",
        object_type="x",
        object_key="1",
        at=timezone.now(),
    )
    call_command("run_due_jobs", stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditentry SET action = 'otra'")
    path = backup(living_site.parent)
    said = StringIO()
    with elsewhere():
        with pytest.raises(CommandError, match="tienen errores"):
            call_command("restore", path, stdout=said)
        assert User.objects.filter(pk=lina.pk).exists()
    assert "BAD" in said.getvalue()


def test_secret_that_the_site_made_itself_comes_back(living_site, elsewhere):
    (living_site / "secret-key").write_text("el de antes")
    path = backup(living_site.parent)
    with elsewhere() as folder:
        (folder / "secret-key").write_text("hecho al arrancar")
        restore(path)
        assert (folder / "secret-key").read_text() == "el de antes"


def test_keys_are_read_again_after_a_restore(living_site, elsewhere):
    mine = keys()[1]
    path = backup(living_site.parent)
    with elsewhere():
        restore(path)
        assert keys()[1] == mine


def test_people_who_were_erased_do_not_come_back(living_site, lina, omar, elsewhere):
    path = backup(living_site.parent)
    with elsewhere():
        # The list lives outside the database; the operator brings the newest one.
        add_to_list(lina.learner_key, timezone.now())
        assert "borradas otra vez: 1" in restore(path)
        assert set(User.objects.values_list("learner_key", flat=True)) == {omar.learner_key}
