"""Removes what killed commands left: copies of the whole database lie in their folders, erased
people included.
"""

import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.utils.translation import gettext as _

from operations.backups.archives import Say

OWNER = ".owner"
DRILL_FOLDERS = ".drill-*"


@contextmanager
def owned(path: Path) -> Iterator[None]:
    """Hold a temporary file, or folder, as ours: the operating system lets go of it when the
    process ends, however it ends.
    """
    with open(path / OWNER if path.is_dir() else path, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


@contextmanager
def cleaned_when_ended() -> Iterator[None]:
    """Let SIGTERM, by which a service is stopped, end a command as a fault would: what it began is
    taken away again.
    """
    before = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def remove_leftovers(folder: Path, patterns: Iterable[str], say: Say) -> None:
    """Remove temporary files and folders that nobody holds, and say so."""
    for pattern in patterns:
        for path in sorted(folder.glob(pattern)):
            if _is_abandoned(path):
                say(
                    _("Quitamos lo que dejó una ejecución interrumpida: %(name)s")
                    % {"name": path.name}
                )
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _is_abandoned(path: Path) -> bool:
    owner = path / OWNER if path.is_dir() else path
    with suppress(FileNotFoundError):
        descriptor = os.open(owner, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
    return True
