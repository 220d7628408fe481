"""Keeps the erasure list outside the database, so that a restored copy cannot bring anybody back."""

import json
import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings


def add_to_list(learner_key: UUID, at: datetime) -> None:
    """Append one line, a key and a moment, and wait until the disk has it. The file is its owner's alone."""
    path = Path(settings.ERASURE_LIST)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(json.dumps({"learner": str(learner_key), "at": at.isoformat()}) + "\n")
        file.flush()
        os.fsync(file.fileno())


def listed_keys() -> set[UUID]:
    """Return the keys on the list. Raises ValueError for a line that cannot be read: a damaged list must not pass unseen."""
    path = Path(settings.ERASURE_LIST)
    if not path.exists():
        return set()
    return {UUID(json.loads(line)["learner"]) for line in path.read_text().splitlines() if line.strip()}
