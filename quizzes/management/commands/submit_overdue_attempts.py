"""Submits attempts whose time ended."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from quizzes.overdue import submit_overdue_attempts


class Command(BaseCommand):
    help = "Submits attempts whose time limit and grace have passed. Idempotent; run_due_jobs does it every minute."

    def handle(self, *args, **options):
        count = submit_overdue_attempts(now=timezone.now())
        self.stdout.write(f"Attempts: {count} were overdue")
