"""A backup is tried apart from the site: it comes back or is told, the site stays as it is, and the
light of backups says when.
"""

import os
import signal
import zipfile
from datetime import timedelta
from io import StringIO
from urllib.parse import quote

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from accounts.models import Session, User
from audit.models import AuditEntry
from audit.sealing import seal_pending_entries
from audit.services import record_act
from operations.doctor import Light, look_at_backup, worst
from operations.models import Pulse
from tests.operations.conftest import empty_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def drill(living_site, tmp_path, settings):
    """Return a function that tries a backup; with PostgreSQL in a database of its own."""

    def tried(*arguments) -> str:
        said = StringIO()
        call_command("backup_drill", *arguments, stdout=said)
        return said.getvalue()

    if connection.vendor == "sqlite":
        yield tried
        return
    with empty_database(tmp_path) as place:
        who = quote(place["USER"]) + (f":{quote(place['PASSWORD'])}" if place["PASSWORD"] else "")
        where = f"{place['HOST'] or 'localhost'}:{place['PORT'] or 5432}"
        settings.DRILL_DATABASE_URL = f"postgres://{who}@{where}/{place['NAME']}"
        yield tried


def backup(folder):
    call_command("backup", folder / "copia.zip", stdout=StringIO())


def test_the_newest_backup_comes_back_apart_from_the_site(living_site, lina, drill):
    backup(living_site.parent)
    User.objects.filter(pk=lina.pk).update(last_name="Cambiada")
    before = sorted(living_site.rglob("*"))
    said = drill()
    assert "copia.zip se restaura" in said
    assert "todas se cumplen" in said
    assert sorted(living_site.rglob("*")) == before
    assert User.objects.get(pk=lina.pk).last_name == "Cambiada"
    assert Pulse.objects.get(part="drill").place.endswith("copia.zip")
    drill(living_site.parent / "copia.zip")


def test_one_whose_records_do_not_hold_is_told(living_site, lina, drill):
    now = timezone.now()
    key = str(lina.learner_key)
    record_act(actor_key=None, action="card_opened", object_type="person", object_key=key, now=now)
    seal_pending_entries()
    AuditEntry.objects.update(action="forged")
    backup(living_site.parent)
    with pytest.raises(CommandError, match="no sirve para restaurar: sus registros tienen errores"):
        drill()
    assert not Pulse.objects.filter(part="drill").exists()
    assert not list(living_site.glob(".drill-*"))


def test_a_damaged_one_is_told(living_site, drill):
    backup(living_site.parent)
    path = living_site.parent / "copia.zip"
    path.write_bytes(path.read_bytes()[:-10] + b"0" * 10)
    with pytest.raises(CommandError, match="dañada"):
        drill()


def test_evidence_that_lies_beside_it_is_no_backup(living_site, drill):
    backup(living_site.parent)
    with zipfile.ZipFile(living_site.parent / "evidencia.zip", "w") as other:
        other.writestr("actos.csv", "nada")
    later = timezone.now().timestamp() + 60
    os.utime(living_site.parent / "evidencia.zip", (later, later))
    assert "copia.zip se restaura" in drill()


@pytest.mark.parametrize("command", ["backup", "backup_drill"])
def test_one_that_a_service_ends_leaves_nothing(living_site, command):
    """The signal comes where the command says how far it is, in the middle of its work."""
    backup(living_site.parent)
    copy = living_site.parent / "copia.zip"
    before = sorted(living_site.parent.rglob("*"))

    class Ended(StringIO):
        def write(self, text):
            if "Extrayendo" in text or "Escribiendo" in text:
                signal.raise_signal(signal.SIGTERM)
            return super().write(text)

    target = copy if command == "backup_drill" else living_site.parent / "otra.zip"
    usual = signal.getsignal(signal.SIGTERM)
    with override_settings(DRILL_DATABASE_URL="postgres://nobody/"), pytest.raises(SystemExit):
        call_command(command, target, stdout=Ended())
    assert sorted(living_site.parent.rglob("*")) == before
    assert signal.getsignal(signal.SIGTERM) is usual


def test_a_backup_removes_what_a_killed_drill_left(living_site):
    left = living_site / ".drill-abcd"
    left.mkdir()
    (left / "database.sqlite3").write_text("people")
    backup(living_site.parent)
    assert not left.exists()


def test_a_full_database_of_drills_is_not_the_fault_of_the_backup(living_site, drill, settings):
    if connection.vendor == "sqlite":
        pytest.skip("A drill on SQLite makes its own database")
    backup(living_site.parent)
    with psycopg.connect(settings.DRILL_DATABASE_URL) as other:
        other.execute("CREATE TABLE somebody_elses ()")
    with pytest.raises(CommandError) as refused:
        drill()
    assert "No se pudo probar la copia: la base de DRILL_DATABASE_URL no está vacía" in str(
        refused.value
    )
    assert "no sirve" not in str(refused.value)
    with psycopg.connect(settings.DRILL_DATABASE_URL) as other:
        other.execute("CREATE TABLE puriq_drill ()")  # as a killed drill leaves it
    assert "copia.zip se restaura" in drill()
    with psycopg.connect(settings.DRILL_DATABASE_URL) as other:
        assert not other.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchall()


def test_without_a_backup_it_says_what_to_do(drill):
    with pytest.raises(CommandError, match="Di cuál"):
        drill()


@pytest.mark.parametrize(
    ("days", "light", "told"),
    [
        (None, Light.LOOK, "Nunca se probó restaurar una."),
        (91, Light.LOOK, "hace 91 días"),
        (89, Light.GOOD, "hace 89 días"),
    ],
)
def test_the_light_asks_for_a_drill_after_ninety_days(days, light, told):
    now = timezone.now()
    Pulse.beat(Pulse.Part.BACKUP, now - timedelta(hours=3), "/copias")
    if days:
        Pulse.beat(Pulse.Part.DRILL, now - timedelta(days=days, minutes=1))
    found = worst(look_at_backup(now))
    assert found.light is light
    assert told in found.seen
    assert "Hace 3 h, en /copias." in found.seen
    assert ("backup_drill" in found.step) is (light is Light.LOOK)


def test_nobody_is_signed_in_after_a_restore(living_site, elsewhere, lina, client):
    client.force_login(lina)
    backup(living_site.parent)
    with elsewhere():
        said = StringIO()
        call_command("restore", living_site.parent / "copia.zip", stdout=said)
        assert not Session.objects.exists()
        assert "Sesiones terminadas: 1" in said.getvalue()
        today = timezone.localdate().strftime("%d/%m/%Y")
        assert f"después de la copia ({today} " in said.getvalue()
        assert "segundos factores" in said.getvalue()
    assert Session.objects.exists()
