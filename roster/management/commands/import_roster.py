"""Brings a list of people in from a file, as the screen does."""

from pathlib import Path
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.management.arguments import person_named
from accounts.permissions import STEWARDS, holds_role, trust_on_server
from learning.queries import courses_to_join
from lib.named_files import refusal_of_path
from roster.files.carrying_out import NothingToImport, confirm_file, counts_of, go_on_with
from roster.files.checks import TooManyRows
from roster.files.columns import refusal_of, unread_twins
from roster.files.enrolling import MOST_COURSES, choose_courses, counts_by_course, titles_of
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
        parser.add_argument(
            "--course",
            dest="courses",
            metavar="CURSO",
            action="append",
            default=[],
            help=_("Curso abierto en que se inscriben, por su dirección; se puede repetir"),
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
        keys = keys_of(options["courses"])
        file = staged(options["file"], options["codes"], steward)
        choose_courses(file=file, keys=keys)
        columns = columns_of(file)
        self.stdout.writelines(f"{told}\n" for told in unread_twins(columns))
        slips = refusal_of(columns) or "\n".join(slips_of(file))
        if slips or options["dry_run"]:
            counts = counts_of(file)
            file.refresh_from_db(fields=["courses"])
            titles = ", ".join(titles_of(file).values())
            file.delete()
            if slips:
                raise CommandError(slips)
            self.tell(counts)
            if keys:
                self.stdout.write(_("Se inscribirían en: %(titles)s") % {"titles": titles})
            return
        try:
            confirm_file(file=file, actor=steward, now=timezone.now())
        except NothingToImport as error:
            raise CommandError(_("El archivo no tiene personas.")) from error
        go_on_with(file, timezone.now())
        self.tell(counts_of(file))
        for title, counts in counts_by_course(file):
            told = ", ".join(f"{label}: {count}" for label, count in counts)
            self.stdout.write(f"{title}: {told}")
        if left_out := slips_of(file):
            raise CommandError("\n".join(left_out))

    def tell(self, counts: dict[str, int]) -> None:
        """Print how many rows had each outcome."""
        for outcome in Outcome:
            if counts.get(outcome):
                self.stdout.write(f"{outcome.label}: {counts[outcome]}")


def keys_of(slugs: list[str]) -> list[str]:
    """Return the keys of courses that may be joined, by what stands in their addresses. Raises
    CommandError.
    """
    if len(set(slugs)) > MOST_COURSES:
        raise CommandError(_("Una lista lleva hasta %(most)d cursos.") % {"most": MOST_COURSES})
    heads = {head.slug: head.key for head, _outline in courses_to_join()}
    for slug in slugs:
        if slug not in heads:
            raise CommandError(_("No hay un curso abierto en /cursos/%(slug)s/.") % {"slug": slug})
    return [str(heads[slug]) for slug in slugs]


def staged(path: Path, system: str, steward) -> RosterFile:
    """Return the file, kept and checked. Raises CommandError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CommandError(refusal_of_path(error) or error) from error
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
