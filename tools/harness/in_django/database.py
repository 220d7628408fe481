"""Fills an empty database of a run with what every site has."""

import os

from django.core.management import call_command
from django.db import connection

from tools.harness.stores import check_own


def prepare_database() -> None:
    """Migrate, and load territory, norms, institutions and roles.

    Raises NotOurs for a database that no run of ours made.
    """
    check_own(os.environ["DATABASE_URL"])
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
    call_command("migrate", verbosity=0)
    for name in ("import_territories", "import_norms", "import_organisations", "sync_roles"):
        with open(os.devnull, "w") as silence:
            call_command(name, stdout=silence)
