"""Runs all that time makes due, once."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from operations.backups.unfinished import refuse_unfinished
from operations.jobs import run_due_jobs
from operations.models import Pulse
from operations.releases import refusal_of_release


class Command(BaseCommand):
    help = (
        "Hace una vez lo que ya toca: publicar lo programado, ediciones, intentos vencidos, "
        "certificados, cifras y sellos. Se puede repetir."
    )

    def handle(self, *args, **options):
        refuse_unfinished()
        # without database or tables every job would fail by itself; the command line tells it once
        Pulse.objects.exists()
        if words := refusal_of_release():
            raise CommandError(words)
        failures = run_due_jobs(timezone.now())
        if failures:
            raise CommandError(
                _("Tareas que fallaron: %(names)s. Mira el registro del servidor.")
                % {"names": ", ".join(failures)}
            )
        self.stdout.write(
            _("Tareas hechas.")
            if failures is not None
            else _("Otro proceso ya está haciendo estas tareas.")
        )
