"""Tells readiness what shows that a site lives: its database takes a row, its worker ran, and a
backup was made.
"""

from datetime import datetime, timedelta
from pathlib import Path

from operations.checks import is_real
from operations.models import Pulse, SiteOrigin
from web.readiness import LITTLE_SPACE, existing, free_space, register_part

WORKER_SILENT, BACKUP_OLD = timedelta(minutes=10), timedelta(hours=36)


def database_takes(now: datetime) -> bool:
    """True when the database stores a row."""
    Pulse.beat(Pulse.Part.PROBE, now)
    return True


def worker_lives(now: datetime) -> bool:
    """True when the due jobs ran a moment ago, by the worker or by cron; a site just made gets its
    time.
    """
    return is_younger(Pulse.Part.WORKER, now, WORKER_SILENT)


def backup_is_fresh(now: datetime) -> bool:
    """True when a backup was made not long ago, and where nobody would miss one."""
    return not is_real() or is_younger(Pulse.Part.BACKUP, now, BACKUP_OLD)


def is_younger(part: str, now: datetime, age: timedelta) -> bool:
    """True when a part showed itself within a time, or the site itself is younger than that."""
    seen = Pulse.objects.filter(part=part).first()
    if seen:
        has_room = not seen.place or free_space(existing(Path(seen.place))) >= LITTLE_SPACE
        return now - seen.at < age and has_room
    return not SiteOrigin.objects.filter(made_at__lt=now - age).exists()


register_part("database", database_takes)
register_part("worker", worker_lives)
register_part("backup", backup_is_fresh)
