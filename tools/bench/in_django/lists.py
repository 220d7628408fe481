"""Takes a list of people in on the benchmark site, and counts the statements of the screens beside
it; prints what it measured as JSON.
"""

import json
import logging
import resource
import sys
import time
from io import StringIO
from tempfile import NamedTemporaryFile

import django

PIECES_TAKEN_BACK = 20


def main() -> None:
    """Measure with as many rows as the first word says."""
    django.setup()
    logging.getLogger("web.logs").setLevel(logging.WARNING)
    from django.utils import timezone  # noqa: PLC0415 - after Django is ready

    from accounts.services import create_person, grant_role  # noqa: PLC0415
    from territory.models import Area  # noqa: PLC0415

    now = timezone.now()
    coordinator = create_person(
        first_name="Nora", email="coordina@bench.example", password="", now=now
    )
    codes = Area.objects.values_list("code", flat=True)
    grant_role(user=coordinator, role="coordinator", area_codes=codes, now=now)
    told = bring_in(coordinator, int(sys.argv[1]))
    counts = count_screens(coordinator)
    json.dump({**told, **counts, "taken_back": taken_back(coordinator)}, sys.stdout)


def bring_in(coordinator, count: int) -> dict[str, float]:
    """Return the seconds of looking at a list and of bringing it in, and the megabytes that the
    process grew by.
    """
    from django.core.management import call_command  # noqa: PLC0415

    from roster.models import RosterRow  # noqa: PLC0415

    with NamedTemporaryFile(suffix=".csv") as list_file:
        list_file.write(written(count))
        list_file.flush()
        words = ["import_roster", list_file.name, "--as", coordinator.email]
        idle, start = grown(), time.perf_counter()
        call_command(*words, "--dry-run", stdout=StringIO())
        looked_at = time.perf_counter()
        call_command(*words, stdout=StringIO())
        brought_in = time.perf_counter()
    arrived = RosterRow.objects.filter(learner__isnull=False).count()
    if arrived != count:
        raise RuntimeError(f"{arrived} of {count} people came in")
    return {
        "looked_at": round(looked_at - start, 1),
        "brought_in": round(brought_in - looked_at, 1),
        "memory": round(grown() - idle),
    }


def taken_back(coordinator) -> int:
    """Return the milliseconds of the longest of the first pieces in which the list is taken back:
    so long others wait for the lock of SQLite.
    """
    from django.utils import timezone  # noqa: PLC0415

    from lib.write_limit import let_others_write  # noqa: PLC0415
    from roster.files.carrying_out import piece_of, undo_file, undo_piece  # noqa: PLC0415
    from roster.models import RosterFile  # noqa: PLC0415

    file, now = RosterFile.objects.order_by("pk").last(), timezone.now()
    undo_file(file=file, actor=coordinator, now=now)
    longest = 0.0
    for _piece in range(PIECES_TAKEN_BACK):
        start = time.perf_counter()
        if undo_piece(file, now) != piece_of(file):
            raise RuntimeError("The list was not taken back")
        longest = max(longest, time.perf_counter() - start)
        let_others_write()
    return round(longest * 1000)


def written(count: int) -> bytes:
    """Return a list of people spread over the institutions of the demonstration."""
    from demo.management.commands.load_demo import places  # noqa: PLC0415

    organisations = places()
    lines = ["DNI;Nombres;Apellidos;Entidad;Ubigeo;Cargo;Correo"]
    for number in range(count):
        place = organisations[number % len(organisations)]
        lines.append(
            f"{50_000_000 + number};Persona;Quispe Flores;{place.name};{place.district_id};"
            f"Asistente;persona{number}@lista.example"
        )
    return "\n".join(lines).encode()


def grown() -> float:
    """Return the most memory that this process has used, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def count_screens(coordinator) -> dict[str, int]:
    """Return the statements of the card of a person, of a list to call, of the home of somebody in
    every course, and of what is missing in one.
    """
    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from courses.models import CourseHead  # noqa: PLC0415
    from learning.services import enrol_learner  # noqa: PLC0415
    from tools.bench.in_django.counting import statements  # noqa: PLC0415
    from tools.harness.in_django.people import session_of  # noqa: PLC0415

    session = session_of(coordinator)
    learner = User.objects.filter(username__isnull=False).order_by("pk")[0]
    for head in CourseHead.objects.all():
        enrol_learner(user=learner, course=head, received_at=timezone.now())
    own = session_of(learner)
    return {
        "card": statements((session, f"/personas/{learner.username}/")),
        "calls": statements((session, "/personas/llamar/sin-activar/")),
        "home": statements((own, "/mi-aprendizaje/")),
        "lacks": statements((own, f"/mi-aprendizaje/{head.slug}/requisitos/")),
    }


if __name__ == "__main__":
    main()
