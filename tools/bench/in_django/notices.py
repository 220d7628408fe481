"""Enrols people on the benchmark site, slice by slice, and lets the worker write what they are told
meanwhile; prints the processor seconds of both as JSON.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import django

SLICES = 20
# The worker looks once a minute, and reads again what is younger than ten.
TURNS = 12


def main() -> None:
    """Measure with as many acts as the first word says."""
    django.setup()
    logging.getLogger("web.logs").setLevel(logging.WARNING)
    from django.utils import timezone  # noqa: PLC0415 - after Django is ready

    from notices.models import Notice  # noqa: PLC0415

    count = int(sys.argv[1])
    yesterday = timezone.localtime() - timedelta(days=1)
    clock = yesterday.replace(hour=0, minute=30, second=0, microsecond=0)
    people = make_people(count)
    turns(clock)  # what the day makes due, and where each journal begins
    before, told = Notice.objects.count(), []
    for number in range(SLICES):
        clock += timedelta(minutes=2 * TURNS)
        told.append(measure_slice(people[number::SLICES], clock))
    written = Notice.objects.count() - before
    if written != count:
        raise RuntimeError(f"{written} of {count} people were told")
    json.dump({"acts": [acts for acts, _rows in told], "rows": [rows for _acts, rows in told]},
              sys.stdout)  # fmt: skip


def make_people(count: int) -> list:
    """Store so many people who serve somewhere and are in no course."""
    from accounts.models import Membership, Organisation, User  # noqa: PLC0415

    people = [User(first_name="Persona", last_name=f"De los avisos {n}") for n in range(count)]
    User.objects.bulk_create(people, batch_size=500)
    office, since = Organisation.objects.order_by("pk")[0], date(2024, 1, 1)
    posts = [Membership(user=user, organisation=office, started_on=since) for user in people]
    Membership.objects.bulk_create(posts, batch_size=500)
    return people


def measure_slice(people: list, clock: datetime) -> tuple[float, float]:
    """Return the processor seconds of enrolling some people, and of what the worker does more
    because of it than where nothing happened.
    """
    from courses.models import CourseHead  # noqa: PLC0415
    from learning.services import enrol_learner  # noqa: PLC0415

    head = CourseHead.objects.select_related("latest_edition").order_by("pk")[0]

    def act() -> None:
        for person in people:
            enrol_learner(user=person, course=head, received_at=clock)

    idle = spent(lambda: turns(clock - timedelta(minutes=TURNS)))
    acts = spent(act)
    return acts, spent(lambda: turns(clock)) - idle


def turns(clock: datetime) -> None:
    """Let the worker look for what is to be told, once a minute."""
    from notices.writing import write_notices  # noqa: PLC0415

    for minute in range(TURNS):
        write_notices(clock + timedelta(minutes=minute))


def spent(work: Callable[[], None]) -> float:
    """Return the processor seconds of some work, those of the server of the database included."""
    start = used()
    work()
    return used() - start


def used() -> float:
    """Return the processor seconds of this process and of its connection's."""
    from django.db import connection  # noqa: PLC0415

    own = time.process_time()
    if connection.vendor != "postgresql":
        return own
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = stat.rsplit(")", 1)[1].split()[11:13]
    return own + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
