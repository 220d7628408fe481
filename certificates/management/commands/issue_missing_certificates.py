"""Repairs what a crash left open."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from certificates.services import issue_missing_certificates


class Command(BaseCommand):
    help = "Writes certificates that are missing and numbers those that wait. Idempotent."

    def handle(self, *args, **options):
        count = issue_missing_certificates(now=timezone.now())
        self.stdout.write(f"Certificates: {count} were missing")
