"""Moves a site from an SQLite file into an empty PostgreSQL database."""

import time
from pathlib import Path
from urllib.parse import unquote

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from operations.records import check_records
from operations.sqlite_to_postgres import RefusedMove, move_database

SCHEME = "sqlite:///"


class Command(BaseCommand):
    help = (
        "Pasa todas las filas de un sitio SQLite (sqlite:///ruta) a la base PostgreSQL vacía "
        "de DATABASE_URL, y compara ambas."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "source_url",
            metavar="ORIGEN",
            help=_("sqlite:///ruta/del/archivo.sqlite3, el sitio que se pasa"),
        )

    def handle(self, *args, **options):
        if not options["source_url"].startswith(SCHEME):
            raise CommandError(_("El origen se escribe sqlite:///ruta/del/archivo.sqlite3"))
        start = time.monotonic()
        try:
            row_count = move_database(
                source_path=Path(unquote(options["source_url"].removeprefix(SCHEME))),
                say=self.stdout.write,
            )
        except IntegrityError as error:
            raise CommandError(
                _("Los datos de origen no cumplen una regla: %(told)s")
                % {"told": str(error).splitlines()[0]}
            ) from error
        except RefusedMove as error:
            raise CommandError(error) from error
        broken = [finding.name for finding in check_records() if finding.violations]
        if broken:
            raise CommandError(
                _("Los datos pasaron, pero sus registros tienen errores: %(names)s")
                % {"names": "; ".join(broken)}
            )
        seconds = time.monotonic() - start
        self.stdout.write(
            _("%(rows)d filas copiadas y comparadas en %(seconds).0f s.")
            % {"rows": row_count, "seconds": seconds}
        )
