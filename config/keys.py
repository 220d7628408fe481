"""Reads secrets that are generated once into files only their owner may read."""

import os
import secrets
from pathlib import Path


def secret_from_file(path: Path) -> str:
    """Return the secret kept in `path`, made on first use.

    The exclusive creation makes two processes that start together agree on one secret.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()
