"""Runs all that time makes due, once."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from operations.jobs import run_due_jobs
from operations.unfinished import refuse_unfinished


class Command(BaseCommand):
    help = "Runs scheduled publishing, dirty editions, overdue attempts, repairs, numbering, folding and sealing. Safe to run again; one at a time."

    def handle(self, *args, **options):
        refuse_unfinished()
        failed = run_due_jobs(timezone.now())
        if failed:
            raise CommandError("Failed: " + ", ".join(failed))
        self.stdout.write("Due jobs done" if failed is not None else "Due jobs are already running")
