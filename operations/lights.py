"""Measures eight lights of the site, and keeps when each was measured: none is green for long on
what was seen once.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notices.queries import queue_state
from operations.doctor import Finding, Light, findings, look_at_address, worst
from operations.failed_tasks import failed_tasks
from operations.models import FailedJob, LightReading, Pulse

# A light is believed for so long; the due jobs measure oftener.
BELIEVED_FOR, MEASURED_EACH = timedelta(minutes=10), timedelta(minutes=4)


@dataclass(frozen=True)
class Lamp:
    """What a light is called, the parts of the site that it stands for, the step to take where a
    finding says none, what else is looked at, and where to mend it.
    """

    words: Promise
    parts: tuple[str, ...]
    step: Promise
    look: Callable[[datetime], list[Finding]] = lambda now: []
    page: str | Promise = ""
    link: str | Promise = ""


@dataclass(frozen=True)
class ShownLight:
    """A light as an operator sees it; without `reading` it was not measured for ten minutes."""

    lamp: Lamp
    reading: LightReading | None
    measured_at: datetime | None

    @property
    def is_good(self) -> bool:
        """True for a part that was seen in order a moment ago."""
        return self.reading is not None and self.reading.state == LightReading.State.GOOD


def look_at_database(now: datetime) -> list[Finding]:
    """Store a row, and tell how long that takes."""
    start = time.perf_counter()
    try:
        Pulse.beat(Pulse.Part.PROBE, now)
    except DatabaseError:
        return []  # the part of readiness says so
    took = {"ms": max(round((time.perf_counter() - start) * 1000), 1)}
    return [Finding(Light.GOOD, _("Guarda una fila en %(ms)d ms.") % took)]


def look_at_tasks(now: datetime) -> list[Finding]:
    """Tell what failed and waits for somebody."""
    count = failed_tasks().count() + FailedJob.objects.count()
    if not count:
        return []
    words = ngettext("Falló %(count)d tarea.", "Fallaron %(count)d tareas.", count)
    return [Finding(Light.LOOK, words % {"count": count}, _("Mira cuál y hazla otra vez."))]


def look_at_letters(now: datetime) -> list[Finding]:
    """Tell whether the mail server takes letters, and how many failed."""
    state = queue_state(now)
    if state.server and state.server.away_since:
        seen = _("El servidor de correo no toma cartas: «%(why)s».") % {"why": state.server.why}
        return [Finding(Light.BAD, seen, _("Revisa EMAIL_URL y envía una carta de prueba."))]
    if state.failed:
        words = ngettext("No salió %(count)d carta.", "No salieron %(count)d cartas.", state.failed)
        step = _("Mira por qué y envíalas otra vez.")
        return [Finding(Light.LOOK, words % {"count": state.failed}, step)]
    return []


LAMPS: dict[str, Lamp] = {
    "web": Lamp(
        gettext_lazy("Sitio web"),
        ("settings", "cache", "proxy", "demo"),
        gettext_lazy("En la terminal, manage.py doctor dice qué corregir."),
        lambda now: [look_at_address()],
    ),
    "database": Lamp(
        gettext_lazy("Base de datos"),
        ("database",),
        gettext_lazy("Revisa que esté encendida y con espacio, y DATABASE_URL."),
        look_at_database,
    ),
    "tasks": Lamp(
        gettext_lazy("Tareas"),
        ("worker",),
        gettext_lazy("Inicia el sitio con make run, o el servicio puriq-worker."),
        look_at_tasks,
        reverse_lazy("operations:tasks"),
        gettext_lazy("Mira las tareas que fallaron"),
    ),
    "mail": Lamp(
        gettext_lazy("Correo"),
        ("mail",),
        gettext_lazy("Revisa EMAIL_URL y envía una carta de prueba."),
        look_at_letters,
        reverse_lazy("notices:letters"),
        gettext_lazy("Mira las cartas"),
    ),
    "files": Lamp(
        gettext_lazy("Archivos y claves"),
        ("storage", "keys"),
        gettext_lazy("Da permiso y espacio a la carpeta var, y recupera las claves de tu copia."),
    ),
    "disk": Lamp(
        gettext_lazy("Disco"),
        ("disk",),
        gettext_lazy("Libera espacio, o da más disco a la carpeta var."),
    ),
    "clock": Lamp(
        gettext_lazy("Hora"),
        ("clock",),
        gettext_lazy("Pon en hora la máquina: timedatectl set-ntp true."),
    ),
    "backup": Lamp(
        gettext_lazy("Copia de seguridad"),
        ("backup",),
        gettext_lazy("Haz una: manage.py backup ARCHIVO, cada noche."),
    ),
}


def measure_lights(now: datetime) -> None:
    """Measure every light now, and store what was seen."""
    found = findings([part for lamp in LAMPS.values() for part in lamp.parts], now)
    rows = []
    for name, lamp in LAMPS.items():
        of_lamp = worst([*lamp.look(now), *(found[part] for part in lamp.parts)])
        step = "" if of_lamp.light is Light.GOOD else of_lamp.step or str(lamp.step)
        rows.append(
            LightReading(
                name=name,
                state=of_lamp.light.name,
                seen=of_lamp.seen,
                step=step,
                measured_at=now,
            )
        )
    LightReading.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["state", "seen", "step", "measured_at"],
    )


def measure_due_lights(now: datetime) -> bool:
    """Measure the lights when the last time is some minutes ago; say whether they were."""
    if LightReading.objects.filter(measured_at__gt=now - MEASURED_EACH).count() == len(LAMPS):
        return False
    measure_lights(now)
    return True


def shown_lights(now: datetime) -> list[ShownLight]:
    """Return every light, without what was seen too long ago. One statement."""
    rows = {row.name: row for row in LightReading.objects.all()}
    shown = []
    for name, lamp in LAMPS.items():
        row = rows.get(name)
        # One that comes from a clock that jumped is believed no more than an old one.
        is_fresh = row is not None and abs(now - row.measured_at) <= BELIEVED_FOR
        shown.append(ShownLight(lamp, row if is_fresh else None, row.measured_at if row else None))
    return shown
