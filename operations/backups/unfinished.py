"""Marks a restore until its last step is done: only then are erased people erased again, and only
then may the site start.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from operations.backups.archives import sync_folder

NAME = "restore-unfinished.json"


def marker() -> Path:
    """Return where the mark of this site lies."""
    return Path(settings.VAR_DIR, NAME)


def is_unfinished() -> bool:
    """True while a restore is under way, and after one that was killed."""
    return marker().exists()


def begin(files: Mapping[Path, str]) -> None:
    """Leave the mark, durably, with the SHA-256 of each file that will be put in place."""
    path = marker()
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({str(target): digest for target, digest in files.items()}, file)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)
    sync_folder(path.parent)


def end() -> None:
    """Take the mark away: the site is whole, or as empty as before."""
    marker().unlink(missing_ok=True)
    sync_folder(marker().parent)


def remove_placed_files() -> None:
    """Remove the files that an unfinished restore put in place, and no other."""
    try:
        places = json.loads(marker().read_text())
    except ValueError:  # killed while the mark itself was written: nothing was in place yet
        places = {}
    for name, digest in places.items():
        path = Path(name)
        if path.is_file() and has_digest(path, digest):
            path.unlink()


def has_digest(path: Path, digest: str) -> bool:
    """True when a file has that SHA-256 (hex)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def sentence() -> str:
    """Say why nothing may run on this site, and what to do."""
    return _(
        "Una restauración quedó sin terminar: el sitio no está completo. Ejecuta otra vez: "
        "manage.py restore ARCHIVO."
    )


def refuse_unfinished() -> None:
    """Stop a command on a site that is not whole. Raises CommandError."""
    if is_unfinished():
        raise CommandError(sentence())
