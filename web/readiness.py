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
from django.db.models import IntegerField, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from accounts.documents import is_file_of_keys, unopened
from accounts.queries import one_document
from courses.models import CourseHead
from notices.queries import trouble_with_letters
from web.maintenance import is_closed

LEAST_SPACE, LITTLE_SPACE = 20_000_000, 500_000_000  # bytes
LETTERS_LOST, MAIL_SERVER_AWAY = timedelta(hours=24), timedelta(minutes=30)

NEEDS = ("database", "disk", "cache")
# A database that is away knows of no course and of no document.
NEEDED_OF_ROWS = ("editions", "keys")
TO_MEND = ("space", "worker", "mail", "backup", "provider", "second_operator")
_asked_above: dict[str, Callable[[datetime], bool]] = {}

WORDS: dict[str, str | Promise] = {
    "maintenance": _("El sitio está cerrado por mantenimiento."),
    "database": _("La base de datos no responde o no acepta escribir."),
    "disk": _("El disco está lleno o no se puede escribir en él. Libera espacio."),
    "cache": _("La memoria compartida no responde."),
    "editions": _("Hay un curso publicado que todavía no llega a los participantes."),
    "keys": _(
        "Faltan las claves de datos personales, o no son las de estos documentos. Recupéralas de "
        "tu copia."
    ),
    "space": _("Queda poco espacio en el disco. Libera espacio antes de que se llene."),
    "worker": _("El proceso de tareas no da señales: no salen correos ni certificados."),
    "mail": _("Hay correos que no salieron en el último día. Revisa EMAIL_URL."),
    "backup": _("No hay una copia reciente. Haz una con manage.py backup."),
    "provider": _(
        "No está escrito quién responde por el sitio. Mira qué falta con manage.py doctor."
    ),
    "second_operator": _(
        "Hay menos de dos operadores. Crea otro con manage.py create_operator CORREO."
    ),
}


def register_part(name: str, holds: Callable[[datetime], bool]) -> None:
    """Let a room above say how one of the parts is asked; called when the room wakes.

    One that nobody can ask is not there.
    """
    _asked_above[name] = holds


def failing_parts(now: datetime) -> list[str]:
    """Return the parts without which nobody can be served.

    While the site is closed nothing else is asked or written.
    """
    if is_closed():
        return ["maintenance"]
    failing = [name for name in NEEDS if not holds(name, now)]
    of_rows = NEEDED_OF_ROWS if "database" not in failing else ()
    return [*failing, *(name for name in of_rows if not holds(name, now))]


def parts_to_mend(now: datetime) -> list[str]:
    """Return the parts that people can do without for a while, and an operator must mend."""
    return [name for name in TO_MEND if not holds(name, now)]


def holds(name: str, now: datetime) -> bool:
    """Ask one part; one that cannot be asked is not there."""
    asked_here: dict[str, Callable[[], bool]] = {
        "disk": disk_takes,
        "cache": cache_answers,
        "editions": editions_are_clean,
        "keys": keys_are_there,
        "space": space_is_left,
        "mail": lambda: letters_leave(now),
    }
    try:
        return asked_here[name]() if name in asked_here else _asked_above[name](now)
    except Exception:
        return False


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
    """Return the folders in which the site writes on this machine: those of the database, of
    uploads, of the list of erasures, and of the keys until they are made.
    """
    keys = Path(settings.PERSONAL_DATA_KEYS)
    folders = [Path(settings.MEDIA_ROOT), Path(settings.ERASURE_LIST).parent]
    folders += [] if keys.exists() else [keys.parent]
    if connection.vendor == "sqlite":
        folders.append(Path(connection.settings_dict["NAME"]).parent)
    return sorted({existing(path) for path in folders})


def space_is_left() -> bool:
    """True when the site may write for a good while yet."""
    return all(free_space(folder) >= LITTLE_SPACE for folder in written_folders())


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
    """True when the keys of document numbers open what is stored, or were not made yet because
    nothing is.
    """
    path, document = Path(settings.PERSONAL_DATA_KEYS), one_document()
    if document:
        return not unopened(path, [document])
    return not path.exists() or is_file_of_keys(path)


def letters_leave(now: datetime) -> bool:
    """True when no letter was given up within a day, and the mail server is not away for long."""
    since = now - LETTERS_LOST
    tasks = DBTaskResult.objects.failed().filter(finished_at__gt=since).order_by()
    mark = Value(1, output_field=IntegerField())
    letters = trouble_with_letters(since, now - MAIL_SERVER_AWAY)
    return not tasks.values_list(mark).union(letters, all=True).exists()
