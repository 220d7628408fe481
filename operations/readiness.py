"""Asks every part that the site needs whether it is there, and says in words what is missing."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from accounts.documents import unopened
from accounts.queries import one_document
from courses.models import CourseHead
from operations.checks import is_readable_json, is_real
from operations.maintenance import is_closed
from operations.models import Pulse, SiteOrigin

LEAST_SPACE, LITTLE_SPACE = 20_000_000, 500_000_000  # bytes
WORKER_SILENT, BACKUP_OLD, LETTERS_LOST = timedelta(minutes=10), timedelta(hours=36), timedelta(hours=24)

WORDS: dict[str, str | Promise] = {
    "maintenance": _("El sitio está cerrado por mantenimiento."),
    "database": _("La base de datos no responde o no acepta escribir."),
    "disk": _("El disco está lleno o no se puede escribir en él. Libera espacio."),
    "cache": _("La memoria compartida no responde."),
    "editions": _("Hay un curso publicado que todavía no llega a los participantes."),
    "keys": _("Faltan las claves de datos personales, o no son las de estos documentos. Recupéralas de tu copia."),
    "space": _("Queda poco espacio en el disco. Libera espacio antes de que se llene."),
    "worker": _("El proceso de tareas no da señales: no salen correos ni certificados."),
    "mail": _("Hay correos que no salieron en el último día. Revisa EMAIL_URL."),
    "backup": _("No hay una copia reciente. Haz una con manage.py backup."),
}


def failing_parts(now: datetime) -> list[str]:
    """Return the parts without which nobody can be served. While the site is closed nothing else is asked or written."""
    if is_closed():
        return ["maintenance"]
    parts: dict[str, Callable[[], bool]] = {
        "database": lambda: database_takes(now),
        "disk": disk_takes,
        "cache": cache_answers,
    }
    failing = [name for name, holds in parts.items() if not without_fault(holds)]
    # A database that is away knows of no course and of no document.
    of_rows = {"editions": editions_are_clean, "keys": keys_are_there} if "database" not in failing else {}
    return [*failing, *(name for name, holds in of_rows.items() if not without_fault(holds))]


def parts_to_mend(now: datetime) -> list[str]:
    """Return the parts that people can do without for a while, and an operator must mend."""
    parts: dict[str, Callable[[], bool]] = {
        "space": lambda: all(free_space(folder) >= LITTLE_SPACE for folder in written_folders()),
        "worker": lambda: worker_lives(now),
        "mail": lambda: letters_leave(now),
        "backup": lambda: not is_real() or is_younger(Pulse.Part.BACKUP, now, BACKUP_OLD),
    }
    return [name for name, holds in parts.items() if not without_fault(holds)]


def without_fault(holds: Callable[[], bool]) -> bool:
    """Ask one part; one that cannot be asked is not there."""
    try:
        return holds()
    except Exception:
        return False


def database_takes(now: datetime) -> bool:
    """True when the database stores a row."""
    Pulse.beat(Pulse.Part.PROBE, now)
    return True


def disk_takes() -> bool:
    """True when files can be written, and still for a while."""
    for folder in written_folders():
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0" * 4096)
            file.flush()
            os.fsync(file.fileno())
        if free_space(folder) < LEAST_SPACE:
            return False
    return True


def written_folders() -> list[Path]:
    """Return the folders in which the site writes on this machine: those of the database and of uploads."""
    database = [Path(connection.settings_dict["NAME"]).parent] if connection.vendor == "sqlite" else []
    return sorted({existing(path) for path in (*database, Path(settings.MEDIA_ROOT))})


def existing(path: Path) -> Path:
    """Return a folder, or the first above it that is there."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def free_space(folder: Path) -> int:
    """Return the bytes that may still be written below a folder."""
    return shutil.disk_usage(folder).free


def cache_answers() -> bool:
    """True when the cache keeps a value."""
    cache.set("ready", secrets.token_hex(4), 10)
    return cache.get("ready") is not None


def editions_are_clean() -> bool:
    """True when no course waits to be frozen after a publication."""
    return not CourseHead.objects.filter(is_dirty=True).exists()


def keys_are_there() -> bool:
    """True when the keys of document numbers open what is stored, or were not made yet because nothing is."""
    path, document = Path(settings.PERSONAL_DATA_KEYS), one_document()
    if document:
        return not unopened(path, [document])
    return not path.exists() or is_readable_json(path)


def worker_lives(now: datetime) -> bool:
    """True when the due jobs ran a moment ago, by the worker or by cron; a site just made gets its time."""
    return is_younger(Pulse.Part.WORKER, now, WORKER_SILENT)


def letters_leave(now: datetime) -> bool:
    """True when no letter was given up within a day."""
    return not DBTaskResult.objects.failed().filter(finished_at__gt=now - LETTERS_LOST).exists()


def is_younger(part: str, now: datetime, age: timedelta) -> bool:
    """True when a part showed itself within a time, or the site itself is younger than that."""
    seen = Pulse.objects.filter(part=part).first()
    if seen:
        has_room = not seen.place or free_space(existing(Path(seen.place))) >= LITTLE_SPACE
        return now - seen.at < age and has_room
    return not SiteOrigin.objects.filter(made_at__lt=now - age).exists()
