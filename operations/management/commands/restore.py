"""Brings an empty site back from a backup."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from operations.backups.archives import RefusedBackup
from operations.backups.leftovers import cleaned_when_ended
from operations.backups.restore import restore_backup
from operations.failures import sentence_of_named


class Command(BaseCommand):
    help = "Restaura una copia en un sitio vacío, la migra y revisa sus registros. Todo o nada."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "file", metavar="ARCHIVO", type=Path, help=_("Una copia hecha con manage.py backup")
        )

    def handle(self, *args, **options):
        try:
            with cleaned_when_ended():
                findings = restore_backup(
                    source=options["file"].absolute(), now=timezone.now(), say=self.stdout.write
                )
        except RefusedBackup as error:
            raise CommandError(error) from error
        except OSError as error:
            raise CommandError(sentence_of_named(error) or error) from error
        broken = [finding for finding in findings if finding.violations]
        for finding in broken:
            self.stdout.write(f"BAD {finding.violations:>6}  {finding.name}")
        if broken:
            raise CommandError(
                _(
                    "El sitio quedó restaurado tal como estaba en la copia, pero sus registros "
                    "tienen errores: mira la lista."
                )
            )
        self.stdout.write(
            _("Sitio restaurado: %(count)d reglas revisadas, todas se cumplen.")
            % {"count": len(findings)}
        )
