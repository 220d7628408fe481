"""Loads the register of norms from the file kept with the code."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from norms.services import import_norms, read_register


class Command(BaseCommand):
    help = "Carga el registro de normas; no cambia lo que ya se comparó con su texto."

    def handle(self, *args, **options):
        report = import_norms(read_register())
        counts = {"added": report.added, "changed": report.changed, "same": report.unchanged}
        self.stdout.write(
            _("Normas nuevas: %(added)d, cambiadas: %(changed)d, iguales: %(same)d.") % counts
        )
