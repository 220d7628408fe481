"""Makes a backup of the whole site: database, media and key files."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.invariants import unreadable_documents
from operations.backups.archives import DATABASE_NAMES, Manifest, RefusedBackup, Say, write_archive
from operations.backups.database_files import copy_to_file
from operations.backups.leftovers import DRILL_FOLDERS, owned, remove_leftovers
from operations.backups.unfinished import refuse_unfinished


def make_backup(*, target: Path, now: datetime, say: Say) -> Manifest:
    """Write a backup into a new file. Raises RefusedBackup; a backup that fails leaves no file.

    The database is copied first: a file that people add afterwards is a surplus, never a gap.
    """
    if target.exists():
        raise RefusedBackup(
            _("%(name)s ya existe. Elige otro nombre: una copia nunca reemplaza a otra.")
            % {"name": target}
        )
    if not target.parent.is_dir():
        raise RefusedBackup(
            _("No existe la carpeta %(name)s. Créala o elige otra.") % {"name": target.parent}
        )
    refuse_unfinished()
    check_keys()
    remove_leftovers(target.parent, [".backup-*", ".*.zip.????????"], say)
    remove_leftovers(Path(settings.VAR_DIR), [DRILL_FOLDERS], say)  # there may be no next drill
    with (
        tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder,
        owned(Path(folder)),
    ):
        copy = Path(folder, DATABASE_NAMES[connection.vendor])
        say(_("Copiando la base de datos…"))
        migrations, rows = copy_to_file(copy)
        manifest = Manifest(
            made_at=now.isoformat(), engine=connection.vendor, migrations=migrations, rows=rows
        )
        return write_archive(
            target, manifest, [(copy.name, copy), *media_files(), *kept_keys()], say
        )


def check_keys() -> None:
    """Refuse to make a copy from which documents could never be read again."""
    if count := unreadable_documents():
        words = ngettext(
            "Las claves de datos personales no abren %(count)d documento guardado. "
            "Recupera el archivo %(name)s y repite.",
            "Las claves de datos personales no abren %(count)d documentos guardados. "
            "Recupera el archivo %(name)s y repite.",
            count,
        )
        raise RefusedBackup(words % {"count": count, "name": settings.PERSONAL_DATA_KEYS})


def media_files() -> Iterator[tuple[str, Path]]:
    """Yield the member name and path of each file that people uploaded."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"media/{path.relative_to(root).as_posix()}", path


def key_places() -> dict[str, Path]:
    """Return where each key file lives on this site, by its member name."""
    return {
        "keys/personal-data-keys.json": Path(settings.PERSONAL_DATA_KEYS),
        "keys/secret-key": Path(settings.VAR_DIR, "secret-key"),
    }


def kept_keys() -> Iterator[tuple[str, Path]]:
    """Yield the key files that exist; a secret that comes from the environment is kept by the
    operator.
    """
    for name, path in key_places().items():
        if path.is_file():
            yield name, path
