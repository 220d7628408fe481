"""Prints how each part of the site is, and the step to take."""

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from operations.doctor import Light, examine


class Command(BaseCommand):
    help = (
        "Revisa el sitio: correo, archivos, claves, proxy, hora, disco, tareas, copia, institución "
        "y operadores. Termina con 1 si algo falla."
    )
    # What is wrong with the set-up is a line of its answer, and no reason to give none.
    requires_system_checks: list[str] = []

    def handle(self, *args, **options):
        findings = examine(timezone.now())
        for name, found in findings:
            self.stdout.write(f"{found.light.value:<6} {name}: {found.seen}")
            if found.step and found.light is not Light.GOOD:
                self.stdout.write(f"       → {found.step}")
        bad = sum(found.light is Light.BAD for _name, found in findings)
        if bad:
            self.stdout.write(_("Fallan %(count)d. Empieza por la primera.") % {"count": bad})
            raise SystemExit(1)
        self.stdout.write(_("Nada falla."))
