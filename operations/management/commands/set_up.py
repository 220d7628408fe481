"""Brings a site from nothing, or from an older release, to ready: safe to run again."""

import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    help = "Migrates the database and loads territory, norms, institutions, roles and starter courses; with DEMO=1, the demonstration."

    def handle(self, *args, **options):
        started = time.monotonic()
        self.prepare_database()
        for name, words in (
            ("import_territories", "Territory"),
            ("import_norms", "Register of norms"),
            ("import_organisations", "Institutions"),
            ("load_starter_courses", "Starter courses"),
            ("sync_roles", "Roles"),
        ):
            self.stdout.write(f"{words}…")
            call_command(name, stdout=self.stdout)
        if settings.DEMO:
            call_command("load_demo", stdout=self.stdout)
        self.stdout.write(f"Ready after {time.monotonic() - started:.0f} s")

    def prepare_database(self):
        """Migrate; SQLite gets its write-ahead journal here, once, and never per connection."""
        self.stdout.write("Database…")
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode=WAL")
        call_command("migrate", verbosity=0, stdout=self.stdout)
