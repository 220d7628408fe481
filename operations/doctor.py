"""Looks at everything that a site needs and says of each part how it is and what to do: the rules
of a start and the parts of readiness, and what only a look from outside can tell.
"""

import http.client
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.db import Error, connection
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from operations.checks import is_real
from operations.checks.rules import TAG
from operations.first_steps import has_second_operator, missing_of_provider
from operations.letters import is_ciphered, leaves_the_machine, mail_in_words, refusal_of_mail
from operations.models import ClockReading, Pulse, SiteOrigin
from privacy.erasure_list import damaged_lines
from web.readiness import (
    LITTLE_SPACE,
    NEEDED_OF_ROWS,
    NEEDS,
    TO_MEND,
    WORDS,
    free_space,
    holds,
    written_folders,
)

# Which line tells a rule of the start; what is not named stands under the settings.
LINE_OF_RULE = {
    "E003": "proxy", "E004": "proxy", "E015": "proxy", "E005": "demo", "E006": "database",
    "E007": "database", "E008": "database", "E009": "keys", "E010": "cache", "E011": "mail",
    "E012": "storage", "E014": "storage", "E020": "storage",
}  # fmt: skip
# Which line tells a part of readiness.
LINE_OF_PART = {
    "disk": "storage", "space": "disk", "editions": "courses", "second_operator": "operators",
}  # fmt: skip
# What stands in rows: while the database is away nobody knows it.
OF_ROWS = frozenset(
    {"keys", "clock", "worker", "mail", "backup", "demo", "courses", "provider", "operators"}
)
CLOCKS_APART = timedelta(seconds=30)
DRILL_OLD = timedelta(days=90)
SECONDS = 5
REDIRECTS = {301, 302, 307, 308}


class Light(Enum):
    """How a part is."""

    GOOD = "BIEN"
    LOOK = "MIRA"
    BAD = "FALLA"


@dataclass(frozen=True)
class Finding:
    """One part of the site: its light, what was seen, and the step to take."""

    light: Light
    seen: str
    step: str = ""


def examine(now: datetime) -> list[tuple[str, Finding]]:
    """Return name and worst finding of every part, in the order in which to mend them."""
    found = findings(PARTS, now)
    return [(str(words), found[name]) for name, (words, _look) in PARTS.items()]


def findings(names: Iterable[str], now: datetime) -> dict[str, Finding]:
    """Return the worst finding of some parts, by their names in `PARTS`."""
    told, wanted = told_by_rules(), list(names)
    unread = OF_ROWS if not holds("database", now) else frozenset()
    for name in (*NEEDS, *NEEDED_OF_ROWS, *TO_MEND):
        line = LINE_OF_PART.get(name, name)
        if line not in wanted or any(found.light is Light.BAD for found in told.get(line, ())):
            continue
        if line not in unread and not holds(name, now):
            told.setdefault(line, []).append(Finding(Light.BAD, str(WORDS[name])))
    return {
        name: not_measured()
        if name in unread
        else worst([*PARTS[name][1](now), *told.get(name, ())])
        for name in wanted
    }


def not_measured() -> Finding:
    """Say of a part that only the database knows that nobody can know it now."""
    seen = _("No se pudo medir: la base de datos no responde.")
    return Finding(Light.LOOK, seen, _("Mira la línea «Base de datos»."))


def worst(findings: Iterable[Finding]) -> Finding:
    """Return the first bad finding, else the first to look at, else the first good one."""
    order = [Light.BAD, Light.LOOK, Light.GOOD]
    ordered = sorted(findings, key=lambda found: order.index(found.light))
    return ordered[0] if ordered else Finding(Light.GOOD, _("En orden."))


def told_by_rules() -> dict[str, list[Finding]]:
    """Return by line what stops a start of this site."""
    told: dict[str, list[Finding]] = {}
    for message in checks.run_checks(tags=[TAG], include_deployment_checks=True):
        if message.is_silenced():
            continue
        line = LINE_OF_RULE.get(str(message.id).rpartition(".")[2], "settings")
        told.setdefault(line, []).append(Finding(Light.BAD, str(message.msg)))
    return told


def look_at_disk() -> Finding:
    """Tell the least space that is left."""
    left = min(free_space(folder) for folder in written_folders())
    return Finding(
        Light.GOOD if left >= LITTLE_SPACE else Light.BAD,
        _("Quedan %(space)d MB.") % {"space": left // 1_000_000},
        _("Libera espacio, o da más disco a la carpeta var."),
    )


def look_at_keys() -> list[Finding]:
    """Tell whether a copy of the keys lies on another disk than they do."""
    path = Path(settings.PERSONAL_DATA_KEYS)
    if not path.exists():
        return [Finding(Light.GOOD, _("Se crean con el primer documento."))]
    last = Pulse.objects.filter(part=Pulse.Part.BACKUP).first()
    copies = Path(last.place) if last and last.place else None
    if copies is None or not copies.exists():
        seen, light = _("Las claves se leen. No hay una copia de ellas a la vista."), Light.LOOK
    elif copies.stat().st_dev == path.stat().st_dev:
        seen, light = (
            _("Las claves se leen. Su copia está en el mismo disco: se perderían juntas."),
            Light.LOOK,
        )
    else:
        return [Finding(Light.GOOD, _("Las claves se leen y tienen copia en otro disco."))]
    step = _("Guarda en otra máquina la copia que hace manage.py backup.")
    return [Finding(light, seen, step)]


def look_at_erasures() -> list[Finding]:
    """Tell whether the list of who was erased can be read whole."""
    try:
        return [Finding(Light.BAD, damaged) for damaged in damaged_lines()]
    except OSError:  # the rules of a start tell who may not read it
        return []


def look_at_proxy() -> list[Finding]:
    """Ask the site at its own address, as a visitor does."""
    if not is_real():
        return [Finding(Light.GOOD, _("Solo se usa en esta máquina."))]
    return [look_at_address()]


def look_at_address() -> Finding:
    """Ask for BASE_URL, whether or not others come that way."""
    address = urlsplit(settings.BASE_URL)
    opened = (
        http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    )
    door = opened(address.netloc, timeout=SECONDS)
    try:
        door.request("GET", "/salud/vivo")
        answer = door.getresponse()
    except (OSError, http.client.HTTPException) as error:
        seen = _("Desde aquí no se llega a %(address)s (%(told)s).")
        told = {"address": settings.BASE_URL, "told": error}
        step = _("Revisa BASE_URL, el certificado y que el proxy esté en marcha.")
        return Finding(Light.LOOK, seen % told, step)
    finally:
        door.close()
    if answer.status in REDIRECTS:
        step = _("En el proxy, envía X-Forwarded-Proto (deploy/nginx.conf).")
        seen = _("%(address)s se envía a sí misma: el sitio cree que llega sin cifrar.")
        return Finding(Light.BAD, seen % {"address": settings.BASE_URL}, step)
    if answer.status != http.client.OK:
        seen = _("%(address)s responde %(status)d.")
        told = {"address": settings.BASE_URL, "status": answer.status}
        return Finding(Light.BAD, seen % told, _("Revisa el proxy y ALLOWED_HOSTS."))
    return Finding(Light.GOOD, _("%(address)s responde.") % {"address": settings.BASE_URL})


def look_at_clock(now: datetime) -> list[Finding]:
    """Compare the clock with that of the database and with what it said before."""
    step = _("Pon en hora la máquina: timedatectl set-ntp true.")
    try:
        newest = ClockReading.objects.order_by("-read_at").first()
        origin = SiteOrigin.objects.first()
        with connection.cursor() as cursor:
            cursor.execute("SELECT CURRENT_TIMESTAMP")
            there = cursor.fetchone()[0]
    except Error:
        return []
    if connection.vendor == "postgresql" and abs(there - now) > CLOCKS_APART:
        seen = _("La base de datos tiene otra hora: difieren %(seconds)d segundos.")
        return [Finding(Light.BAD, seen % {"seconds": abs(there - now).total_seconds()}, step)]
    earlier = [origin.made_at] if origin else []
    earlier += [newest.read_at] if newest else []
    if any(now < moment - CLOCKS_APART for moment in earlier):
        return [Finding(Light.BAD, _("La hora es anterior a la de antes: el reloj saltó."), step)]
    if newest and newest.doubted_at:
        return [Finding(Light.BAD, _("El reloj saltó hace poco y todavía no se le cree."), step)]
    return [Finding(Light.GOOD, _("La hora es la que debe ser."))]


def look_at_pulse(part: str, now: datetime) -> list[Finding]:
    """Tell when a part last showed that it lives."""
    try:
        seen = Pulse.objects.filter(part=part).first()
    except Error:
        return []
    if seen is None:
        step = _("Inicia el sitio con make run, o el servicio puriq-worker.")
        return [Finding(Light.LOOK, _("Todavía no dio señales."), step)]
    minutes = max(int((now - seen.at).total_seconds() // 60), 0)
    return [Finding(Light.GOOD, _("Última señal: hace %(minutes)d min.") % {"minutes": minutes})]


def look_at_backup(now: datetime) -> list[Finding]:
    """Tell how old the last copy is, and when it was tried last whether one comes back."""
    try:
        parts = Pulse.objects.filter(part__in=[Pulse.Part.BACKUP, Pulse.Part.DRILL])
        pulses = {row.part: row for row in parts}
    except Error:
        return []
    last, drill = pulses.get(Pulse.Part.BACKUP), pulses.get(Pulse.Part.DRILL)
    if last is None:
        step = _("Haz una: manage.py backup ARCHIVO, cada noche.")
        return [Finding(Light.LOOK, _("Todavía no hay ninguna."), step)]
    told = {"hours": int((now - last.at).total_seconds() // 3600), "place": last.place}
    age = _("Hace %(hours)d h, en %(place)s.") % told
    step = _("Prueba que se restaura: manage.py backup_drill.")
    if drill is None:
        return [
            Finding(Light.LOOK, _("%(age)s Nunca se probó restaurar una.") % {"age": age}, step)
        ]
    days = {"age": age, "days": max((now - drill.at).days, 0)}
    words = (
        ngettext(
            "%(age)s Se probó restaurar una hace %(days)d día.",
            "%(age)s Se probó restaurar una hace %(days)d días.",
            days["days"],
        )
        % days
    )
    if now - drill.at > DRILL_OLD:
        return [Finding(Light.LOOK, words, step)]
    return [Finding(Light.GOOD, words)]


def look_at_mail() -> list[Finding]:
    """Connect to the mail server, as a letter would."""
    if refusal := refusal_of_mail():
        return [Finding(Light.BAD, refusal)]
    if not leaves_the_machine():
        step = _("Pon EMAIL_URL=smtp+tls://usuario:clave@servidor:587.")
        return [Finding(Light.LOOK, mail_in_words(), step)]
    if is_real() and not is_ciphered():
        step = _("Usa smtp+tls o smtp+ssl en EMAIL_URL.")
        return [Finding(Light.LOOK, mail_in_words(), step)]
    return [Finding(Light.GOOD, mail_in_words())]


def look_at_provider() -> list[Finding]:
    """Tell what nobody wrote yet of the institution behind the site."""
    try:
        missing = missing_of_provider()
    except Error:
        return []
    if not missing:
        return [Finding(Light.GOOD, _("Está escrita."))]
    seen = _("Falta %(words)s.") % {"words": get_text_list(missing, _("y"))}
    step = _("Escríbelo en %(address)s/gestion/settings/provider/provider/")
    light = Light.BAD if is_real() else Light.LOOK
    return [Finding(light, seen, step % {"address": settings.BASE_URL})]


def look_at_operators(now: datetime) -> list[Finding]:
    """Tell whether two operators can decide about one another's acts."""
    try:
        are_enough = has_second_operator(now)
    except Error:
        return []
    if are_enough:
        return [Finding(Light.GOOD, _("Hay dos o más que pueden ingresar."))]
    seen = _("Hay menos de dos: si uno falta, nadie le devuelve el ingreso ni termina su rol.")
    step = _("manage.py create_operator CORREO, y entrégale su enlace.")
    return [Finding(Light.BAD if is_real() else Light.LOOK, seen, step)]


# In the order in which to mend them: what a part is called, and what looks at it besides the rules
# of the start and the parts of readiness.
Look = Callable[[datetime], list[Finding]]
PARTS: dict[str, tuple[Promise, Look]] = {
    "settings": (gettext_lazy("Ajustes"), lambda now: []),
    "database": (gettext_lazy("Base de datos"), lambda now: []),
    "cache": (gettext_lazy("Memoria compartida"), lambda now: []),
    "storage": (gettext_lazy("Archivos"), lambda now: look_at_erasures()),
    "disk": (gettext_lazy("Disco"), lambda now: [look_at_disk()]),
    "keys": (gettext_lazy("Claves"), lambda now: look_at_keys()),
    "proxy": (gettext_lazy("Dirección y proxy"), lambda now: look_at_proxy()),
    "clock": (gettext_lazy("Hora"), look_at_clock),
    "worker": (gettext_lazy("Tareas"), lambda now: look_at_pulse(Pulse.Part.WORKER, now)),
    "mail": (gettext_lazy("Correo"), lambda now: look_at_mail()),
    "backup": (gettext_lazy("Copia"), look_at_backup),
    "demo": (gettext_lazy("Demostración"), lambda now: []),
    "courses": (gettext_lazy("Cursos"), lambda now: []),
    "provider": (gettext_lazy("Institución"), lambda now: look_at_provider()),
    "operators": (gettext_lazy("Operadores"), look_at_operators),
}
