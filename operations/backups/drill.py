"""Tries whether a backup comes back: in a folder of its own, with a database of its own, in a
process of its own. The site goes on, and nothing of what was brought back stays.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from operations.backups.archives import (
    DATABASE_NAMES,
    MANIFEST,
    Manifest,
    NotTheBackup,
    RefusedBackup,
    Say,
    is_sealed,
    read_manifest,
    unpack,
)
from operations.backups.database_files import count_rows, empty_postgresql, fill_postgresql
from operations.backups.leftovers import DRILL_FOLDERS, owned, remove_leftovers
from operations.backups.restore import check_copy, check_version, migrate_forward
from operations.models import Pulse
from operations.records import check_records

# What leads to other machines, or to the counts and measures of the site that goes on.
NOT_THEIRS = {"CACHE_URL", "DATABASE_REPLICA_URL", "EMAIL_URL", "METRICS_PORT",
              "PROMETHEUS_MULTIPROC_DIR", "DRILL_DATABASE_URL"}  # fmt: skip
NOT_THE_BACKUP = 3  # how the other process ends where the backup is not to blame
# A table of this name says that what else a database holds was brought there by a drill.
MARK = "puriq_drill"


def newest_backup() -> Path:
    """Return the newest backup where the last one went: evidence may lie there too. Raises
    RefusedBackup.
    """
    last = Pulse.objects.filter(part=Pulse.Part.BACKUP).first()
    folder = Path(last.place) if last and last.place else None
    found = folder.glob("*.zip") if folder and folder.is_dir() else ()
    sealed = filter(is_sealed, found)
    newest = max(sealed, key=lambda path: path.stat().st_mtime, default=None)
    if newest is None:
        raise RefusedBackup(
            _("No encontramos ninguna copia en esta máquina. Di cuál: manage.py backup_drill "
              "ARCHIVO.")
        )  # fmt: skip
    return newest


def try_backup(*, source: Path, say: Say) -> int:
    """Bring a backup back apart from the site, migrate it and check its records; return how many
    rules hold.

    Raises RefusedBackup, with what does not fit.
    """
    manifest = read_manifest(source, say)
    check_version(manifest)
    if manifest.engine != "sqlite" and not settings.DRILL_DATABASE_URL:
        raise RefusedBackup(
            _("Con PostgreSQL la prueba necesita una base vacía para ella sola: ponla en "
              "DRILL_DATABASE_URL.")
        )  # fmt: skip
    beside = Path(settings.VAR_DIR)
    remove_leftovers(beside, [DRILL_FOLDERS], say)
    with tempfile.TemporaryDirectory(prefix=".drill-", dir=beside) as name, owned(Path(name)):
        folder = Path(name)
        unpack(source, manifest, folder, say)
        if manifest.engine == "sqlite":
            check_copy(folder / DATABASE_NAMES["sqlite"], manifest)
        (folder / MANIFEST).write_text(json.dumps(asdict(manifest)))
        say(_("Migrando y revisando los registros, aparte del sitio…"))
        return _told_by(_process(folder, manifest))


def _process(folder: Path, manifest: Manifest) -> "subprocess.CompletedProcess[str]":
    """Let another process, to which the copy is its site, migrate and check it."""
    secret = folder / "keys" / "secret-key"
    database = (
        f"sqlite:///{folder / DATABASE_NAMES['sqlite']}"
        if manifest.engine == "sqlite"
        else settings.DRILL_DATABASE_URL
    )
    environment = {name: value for name, value in os.environ.items() if name not in NOT_THEIRS} | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database,
        "DEMO": str(int(settings.DEMO)),
        "SECRET_KEY": secret.read_text().strip() if secret.exists() else settings.SECRET_KEY,
        "PERSONAL_DATA_KEYS": str(folder / "keys" / "personal-data-keys.json"),
        "ERASURE_LIST": str(folder / "erasures.jsonl"),
        "MEDIA_ROOT": str(folder / "media"),
    }
    command = [sys.executable, "manage.py", "backup_drill", "--restored", str(folder)]
    return subprocess.run(  # noqa: S603 - no shell
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )


def _told_by(process: "subprocess.CompletedProcess[str]") -> int:
    last = (process.stdout.strip().splitlines() or [""])[-1]
    if process.returncode == 0 and last.isdigit():
        return int(last)
    why = (process.stderr.strip().splitlines() or ["?"])[-1]
    why = why.removeprefix("CommandError: ").rstrip(".")
    if process.returncode == NOT_THE_BACKUP:
        raise NotTheBackup(_("No se pudo probar la copia: %(why)s.") % {"why": why})
    if process.returncode < 0:
        raise NotTheBackup(
            _("La prueba se interrumpió, y no dice nada de la copia. Revisa si falta memoria, y "
              "repite.")
        )  # fmt: skip
    raise RefusedBackup(
        _("La copia no sirve para restaurar: %(why)s. Haz otra ahora con manage.py backup, y "
          "pruébala.") % {"why": why}
    )  # fmt: skip


def check_restored(folder: Path) -> int:
    """Migrate and check what lies unpacked in a folder, in a process whose site it is; return how
    many rules hold.

    Raises RefusedBackup, and NotTheBackup for what this machine lacks.
    """
    manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    if manifest.engine == "sqlite":
        return _migrated_and_checked()
    _take_database()
    try:
        fill_postgresql(folder / DATABASE_NAMES["postgresql"])
        if count_rows(manifest.rows) != manifest.rows:
            raise RefusedBackup(_("la base de datos no tiene las filas que la copia dice"))
        return _migrated_and_checked()
    finally:
        empty_postgresql()


def _take_database() -> None:
    """Mark the database of drills as in use, and empty it of what a killed one left.

    Raises NotTheBackup for one that holds something else.
    """
    tables = connection.introspection.table_names()
    if MARK in tables:
        empty_postgresql()
    elif tables:
        raise NotTheBackup(_("la base de DRILL_DATABASE_URL no está vacía. Usa otra para ella "
                             "sola"))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {connection.ops.quote_name(MARK)} ()")


def _migrated_and_checked() -> int:
    migrate_forward()
    findings = list(check_records())
    if broken := [finding.name for finding in findings if finding.violations]:
        raise RefusedBackup(_("sus registros tienen errores (%(names)s)") % {
            "names": ", ".join(broken)
        })  # fmt: skip
    return len(findings)
