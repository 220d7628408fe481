"""Brings a list of people in from a file, as the screen does."""

from pathlib import Path
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.management.arguments import person_named
from accounts.permissions import STEWARDS, holds_role, trust_on_server
from roster.files.carrying_out import NothingToImport, confirm_file, counts_of, go_on_with
from roster.files.checks import TooManyRows
from roster.files.columns import refusal_of
from roster.files.sheets import UnreadableSheet
from roster.files.staging import columns_of, opened, stage_file
from roster.models import RosterFile, RosterRow

Outcome = RosterRow.Outcome


class Command(BaseCommand):
    help = (
        "Importa una lista de personas (CSV o Excel) en nombre de quien coordina u opera. Si una "
        "fila tiene un error, no importa ninguna y termina con 1, con una línea por error."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="ARCHIVO", type=Path, help=_("CSV o Excel"))
        parser.add_argument(
            "--as",
            dest="steward",
            metavar="CORREO",
            required=True,
            help=_("Quien coordina u opera: solo importa en su ámbito"),
        )
        parser.add_argument(
            "--codes",
            metavar="SISTEMA",
            choices=RosterFile.System.values,
            default=RosterFile.System.INEI,
            help=_("De quién son los ubigeos: inei o reniec"),
        )
        parser.add_argument("--dry-run", action="store_true", help=_("Solo revisa"))

    def handle(self, *args, **options):
        steward = person_named(options["steward"])
        trust_on_server(steward)
        if not holds_role(steward, *STEWARDS):
            raise CommandError(
                _("%(email)s no coordina ni opera hoy: en --as va quien importa la lista.")
                % {"email": steward.email}
            )
        file = staged(options["file"], options["codes"], steward)
        slips = refusal_of(columns_of(file)) or "\n".join(slips_of(file))
        if slips or options["dry_run"]:
            counts = counts_of(file)
            file.delete()
            if slips:
                raise CommandError(slips)
            self.tell(counts)
            return
        try:
            confirm_file(file=file, actor=steward, now=timezone.now())
        except NothingToImport as error:
            raise CommandError(_("El archivo no tiene personas.")) from error
        go_on_with(file, timezone.now())
        self.tell(counts_of(file))
        if left_out := slips_of(file):
            raise CommandError("\n".join(left_out))

    def tell(self, counts: dict[str, int]) -> None:
        """Print how many rows had each outcome."""
        for outcome in Outcome:
            if counts.get(outcome):
                self.stdout.write(f"{outcome.label}: {counts[outcome]}")


def staged(path: Path, system: str, steward) -> RosterFile:
    """Return the file, kept and checked. Raises CommandError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CommandError(
            _("No se puede leer %(name)s: %(told)s") % {"name": path, "told": error.strerror}
        ) from error
    try:
        return stage_file(
            data=data,
            name=path.name,
            system=system,
            uuid=uuid4(),
            actor=steward,
            now=timezone.now(),
        )
    except (UnreadableSheet, TooManyRows) as refusal:
        raise CommandError(str(refusal)) from refusal


def slips_of(file: RosterFile) -> list[str]:
    """Return what stands in the way of its rows, each text once."""
    rows = file.rows.filter(outcome=Outcome.WRONG).order_by("number")
    return list(dict.fromkeys(text for row in rows for text in opened(row)["slips"]))
