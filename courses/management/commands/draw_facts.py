"""Draws facts of the starter lessons at random, for a person to check each against its source."""

import random

from django.core.management.base import BaseCommand, CommandParser

from courses.loading import FOLDER, read_toml

COLUMNS = ("No.", "Sentence", "Lesson", "Source", "Confidence", "Verdict")


class Command(BaseCommand):
    help = "Prints facts of the starter lessons as a Markdown table with an empty column for the verdict; one seed, one draw."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--count", type=int, default=20)

    def handle(self, *args, **options):
        facts = starter_facts()
        count = min(max(options["count"], 0), len(facts))
        drawn = random.Random(options["seed"]).sample(facts, count)  # noqa: S311 - a draw that others can repeat, not a secret
        self.stdout.write(f"{count} of {len(facts)} facts, seed {options['seed']}\n\n")
        self.stdout.write(row(COLUMNS))
        self.stdout.write(row(["---"] * len(COLUMNS)))
        for number, fact in enumerate(drawn, start=1):
            self.stdout.write(row([str(number), *fact, ""]))


def starter_facts() -> list[tuple[str, str, str, str]]:
    """Return sentence, lesson (`course/folder/file`), source and confidence of every fact, in the order of the files."""
    return [
        (fact["sentence"], str(path.relative_to(FOLDER).with_suffix("")), fact["source"], fact["confidence"])
        for path in sorted(FOLDER.glob("*/*/*.toml"))
        for fact in read_toml(path)["facts"]
    ]


def row(cells: list[str] | tuple[str, ...]) -> str:
    """Return one row of a Markdown table; a bar inside a cell must not end it."""
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
