"""Keeps the erasure list outside the database, so that a restored copy cannot bring anybody
back.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _


class DamagedList(ValueError):
    """A line of the list cannot be read; the message is for the operator and says which, and what
    to do.
    """


def add_to_list(learner_key: UUID, at: datetime) -> None:
    """Append one line, a key and a moment, and wait until the disk has it.

    The file is its owner's alone.

    What a power cut left of a line is taken away first: its erasure was never acknowledged, and the
    next line must stand alone.
    """
    path = Path(settings.ERASURE_LIST)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"learner": str(learner_key), "at": at.isoformat()}).encode() + b"\n"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        content = file.read()
        last = content.rpartition(b"\n")[2]
        if last and read_key(last) is None:
            file.truncate(len(content) - len(last))
        elif last:
            line = b"\n" + line
        file.seek(0, os.SEEK_END)
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def listed_keys() -> set[UUID]:
    """Return the keys on the list. Raises DamagedList: a damaged list must not pass unseen.

    The torn end of a write that a power cut stopped is no damage: nothing of it was acknowledged.
    """
    keys = set()
    for number, key in numbered_keys():
        if key is None:
            raise DamagedList(damage_at(number))
        keys.add(key)
    return keys


def damaged_lines() -> list[str]:
    """Return a sentence for each line that cannot be read."""
    return [damage_at(number) for number, key in numbered_keys() if key is None]


def numbered_keys() -> Iterator[tuple[int, UUID | None]]:
    """Yield the number of each line with its key, None for one that cannot be read; the torn end of
    the last write is left out.
    """
    path = Path(settings.ERASURE_LIST)
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    for number, line in enumerate(lines, start=1):
        key = read_key(line)
        if line.strip() and (key or number < len(lines)):
            yield number, key


def read_key(line: bytes) -> UUID | None:
    """Return the key on a line; None when it cannot be read."""
    try:
        return UUID(json.loads(line)["learner"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def damage_at(number: int) -> str:
    """Say which line is damaged, and what to do."""
    words = _(
        "La lista de borrados %(name)s está dañada en la línea %(number)d. Guarda aparte una "
        "copia del archivo, corrige o quita esa línea "
        "y ejecuta manage.py reapply_erasures: repone en la lista los borrados que están en la "
        "base."
    )
    return words % {"name": settings.ERASURE_LIST, "number": number}
