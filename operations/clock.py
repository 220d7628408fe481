"""Notices when the clock of this machine jumped, by what passed since the machine was started."""

import logging
import platform
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from operations.models import ClockReading

logger = logging.getLogger(__name__)

# A clock that is set right drifts by less between two runs of the due jobs.
TOLERANCE = timedelta(minutes=5)
# A clock that jumped and then goes on steadily for so long was set on purpose, or nobody minds.
BELIEVED_AFTER = timedelta(minutes=30)
BOOT = Path("/proc/sys/kernel/random/boot_id")


class ClockJumped(Exception):
    """The clock says another time than passed: nothing that depends on it may be done now."""


def machine_since_start() -> tuple[str, float]:
    """Return a name for this machine since it was started, and for how many seconds it runs;
    sleeping counts.
    """
    name = platform.node()
    with suppress(OSError):
        name = BOOT.read_text(encoding="ascii").strip()
    return name[:100], time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def check_clock(now: datetime, machine: tuple[str, float] | None = None) -> None:
    """Compare the clock with what passed since the last run on this machine, and keep what is read.

    Raises ClockJumped.

    After a start of the machine there is nothing to compare with, but no clock may say less than
    one that was believed.
    """
    name, running = machine or machine_since_start()
    reading = ClockReading.objects.filter(machine=name).first()
    if reading is None:
        newest = ClockReading.objects.order_by("-read_at").first()
        reading = ClockReading(machine=name, read_at=now, running=running)
        if newest and now < newest.read_at - TOLERANCE:
            reading.read_at = newest.read_at
            _doubt(reading, now, running)
    elif _agrees(reading.read_at, reading.running, now, running):
        reading.doubted_at = reading.doubted_running = None
    elif reading.doubted_at and _agrees(
        reading.doubted_at, reading.doubted_running or 0.0, now, running
    ):
        if running - (reading.doubted_running or 0.0) < BELIEVED_AFTER.total_seconds():
            raise ClockJumped(now)
        logger.warning("The clock jumped and goes on steadily since: it is believed again")
        reading.doubted_at = reading.doubted_running = None
    else:
        _doubt(reading, now, running)
    reading.read_at, reading.running = now, running
    reading.save()


def _agrees(at: datetime, running: float, now: datetime, running_now: float) -> bool:
    interval = timedelta(seconds=running_now - running)
    return abs((now - at) - interval) <= TOLERANCE


def _doubt(reading: ClockReading, now: datetime, running: float) -> None:
    reading.doubted_at, reading.doubted_running = now, running
    reading.save()
    raise ClockJumped(now)
