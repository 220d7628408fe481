"""Checks the invariants of the records, one line each with its count, and below it the rows to decide about."""

from django.core.management.base import BaseCommand

from operations.records import check_records


class Command(BaseCommand):
    help = "Checks every invariant of the records. Exit status 0 when all hold, 1 otherwise."

    def add_arguments(self, parser):
        parser.add_argument("--full", action="store_true", help="Replay the whole journal from its start")

    def handle(self, *args, **options):
        violations = 0
        for finding in check_records():
            violations += finding.violations
            self.stdout.write(f"{'ok ' if not finding.violations else 'BAD'} {finding.violations:>6}  {finding.name}")
            for line in finding.listed:
                self.stdout.write(f"    {line}")
        if violations:
            raise SystemExit(1)
