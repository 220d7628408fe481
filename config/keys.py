"""Reads secrets that are generated once into files only their owner may read."""

import fcntl
import os
import secrets
from pathlib import Path


def secret_from_file(path: Path) -> str:
    """Return the secret kept in `path`, made on first use; an empty file, left by a start that was
    cut off, counts as none.

    The secret is written aside and put in place whole. Processes that start together take turns,
    and read the same one.
    """
    if secret := _read(path):
        return secret
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if not _read(path):
            _write(path, secrets.token_urlsafe(64))
    finally:
        os.close(folder)
    return _read(path)


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return ""


def _write(path: Path, secret: str) -> None:
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
