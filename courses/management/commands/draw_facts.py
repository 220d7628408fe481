"""Draws facts of the starter lessons at random, for a person to check each against its source."""

import random

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from courses.loading import FOLDER, read_toml


class Command(BaseCommand):
    help = (
        "Imprime datos de las lecciones iniciales, al azar, en una tabla Markdown con una "
        "columna vacía para el veredicto. La misma semilla da los mismos."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seed",
            metavar="SEMILLA",
            type=int,
            required=True,
            help=_("Un número entero: el mismo da los mismos datos"),
        )
        parser.add_argument(
            "--count",
            metavar="CANTIDAD",
            type=int,
            default=20,
            help=_("Cuántos datos; sin esto, 20"),
        )

    def handle(self, *args, **options):
        facts = starter_facts()
        count = min(max(options["count"], 0), len(facts))
        # A draw that others can repeat, not a secret.
        sample = random.Random(options["seed"]).sample(facts, count)  # noqa: S311
        counts = {"count": count, "total": len(facts), "seed": options["seed"]}
        self.stdout.write(_("%(count)d de %(total)d datos, semilla %(seed)d") % counts + "\n\n")
        columns = [
            _("N.º"),
            _("Oración"),
            _("Lección"),
            _("Fuente"),
            _("Confianza"),
            _("Veredicto"),
        ]
        self.stdout.write(row(columns))
        self.stdout.write(row(["---"] * len(columns)))
        for number, fact in enumerate(sample, start=1):
            self.stdout.write(row([str(number), *fact, ""]))


def starter_facts() -> list[tuple[str, str, str, str]]:
    """Return sentence, lesson (`course/folder/file`), source and confidence of every fact, in the
    order of the files.
    """
    return [
        (
            fact["sentence"],
            str(path.relative_to(FOLDER).with_suffix("")),
            fact["source"],
            fact["confidence"],
        )
        for path in sorted(FOLDER.glob("*/*/*.toml"))
        for fact in read_toml(path)["facts"]
    ]


def row(cells: list[str] | tuple[str, ...]) -> str:
    """Return one row of a Markdown table; a bar inside a cell must not end it."""
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
