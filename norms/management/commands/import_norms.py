"""Loads the register of norms from the file kept with the code."""

from django.core.management.base import BaseCommand

from norms.services import import_norms, read_register


class Command(BaseCommand):
    help = "Loads the register of norms; never overwrites what was compared with its text since."

    def handle(self, *args, **options):
        report = import_norms(read_register())
        self.stdout.write(f"Norms: {report.added} added, {report.changed} changed, {report.unchanged} unchanged")
