"""Runs all that time makes due, one process at a time: every job may run again, and one failing
does not stop the others.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from accounts.roles import sync_roles
from audit.sealing import go_on_checking, seal_pending_entries
from certificates.services import issue_missing_certificates, number_waiting_certificates
from courses.editions import freeze_dirty_courses
from courses.scheduling import publish_due_pages
from learning.completing import complete_met_enrolments
from notices.queries import due_letters, is_quiet
from notices.services import repeat_interrupted_letters, send_due_letters
from notices.short_messages import send_due_short_messages
from notices.writing import write_due_letters, write_notices
from operations.clock import check_clock
from operations.lights import measure_due_lights
from operations.locks import site_lock
from operations.models import FailedJob, Pulse
from privacy.retention import forget_daily
from quizzes.overdue import submit_overdue_attempts
from reporting.services import fold_differences, refresh_active
from roster.files.carrying_out import go_on_with_all
from roster.register import settle_institutions

logger = logging.getLogger(__name__)

CLOCK = "check the clock"
WITHOUT_CLOCK = frozenset(
    {
        "freeze dirty courses",
        "fold differences",
        "seal the trail",
        "measure the lights",
    }
)


def due_jobs(now: datetime) -> dict[str, Callable[[], object]]:
    """Return every job by name, in the order in which they depend on each other."""
    return {
        "publish scheduled pages": lambda: publish_due_pages(now),
        "sync roles": lambda: sync_roles(today=timezone.localdate(now)),
        "freeze dirty courses": freeze_dirty_courses,
        "complete courses": lambda: complete_met_enrolments(now=now),
        "go on with lists of people": lambda: go_on_with_all(now),
        "settle institutions": lambda: settle_institutions(now),
        "submit overdue attempts": lambda: submit_overdue_attempts(now=now),
        "issue missing certificates": lambda: issue_missing_certificates(now=now),
        "number certificates": lambda: number_waiting_certificates(now=now),
        "write notices": lambda: write_notices(now),
        "write letters of notices": lambda: write_due_letters(now),
        "send short messages": lambda: send_due_short_messages(now),
        "repeat interrupted letters": lambda: repeat_interrupted_letters(now=now),
        "send letters": send_due_letters,
        "fold differences": fold_differences,
        "count active people": lambda: refresh_active(now=now),
        "forget what is over": lambda: forget_daily(now),
        "seal the trail": seal_pending_entries,
        "check the chain": lambda: go_on_checking(now),
        "measure the lights": lambda: measure_due_lights(now),
    }


def run_due_jobs(now: datetime) -> list[str] | None:
    """Run every due job; return the names of those that failed, or None when another process is
    running them.

    When the clock jumped, only those run that do not ask it: an attempt handed in too early, or
    deleted answers, do not come back. The operator reads so in the log, and `check the clock` among
    what failed.
    """
    with site_lock() as is_ours:
        if not is_ours:
            return None
        succeeds("pulse", lambda: Pulse.beat(Pulse.Part.WORKER, timezone.now()))
        jobs = due_jobs(now)
        failures = [] if succeeds(CLOCK, lambda: check_clock(now)) else [CLOCK]
        runs = {name: job for name, job in jobs.items() if not failures or name in WITHOUT_CLOCK}
        failures += [name for name, job in runs.items() if not succeeds(name, job)]
        succeeds("note what failed", lambda: FailedJob.note(failures, now))
        return failures


def send_letters() -> bool | None:
    """Send the letters that are due; say whether it went well, or None when another process runs
    jobs. A letter that a person waits for is not held until the next minute.
    """
    if not due_letters(timezone.now(), is_quiet(timezone.now())).exists():
        return True
    with site_lock() as is_ours:
        return succeeds("send letters", send_due_letters) if is_ours else None


def succeeds(name: str, job: Callable[[], object]) -> bool:
    """Run one job; say whether it went well, and leave a fault to the log."""
    try:
        job()
    except Exception:
        logger.exception("Due job failed: %s", name)
        return False
    return True
