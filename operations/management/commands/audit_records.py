"""Checks the invariants of the records, one line each with its count, and below it the rows to
decide about.
"""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from operations.records import check_records


class Command(BaseCommand):
    help = (
        "Revisa todas las reglas de los registros. Termina con 0 si todas se cumplen y con 1 si no."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--full", action="store_true", help=_("Recorre todo el historial desde su inicio")
        )

    def handle(self, *args, **options):
        violations = 0
        for finding in check_records():
            violations += finding.violations
            self.stdout.write(
                f"{'ok ' if not finding.violations else 'BAD'} {finding.violations:>6}  "
                f"{finding.name}"
            )
            for line in finding.listed:
                self.stdout.write(f"    {line}")
        if violations:
            raise SystemExit(1)
