"""Erases again whoever is on the erasure list."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.erasure import reapply_erasures


class Command(BaseCommand):
    help = "Erases again whoever is on the erasure list. For after an older copy of the database was put back by hand. Idempotent."

    def handle(self, *args, **options):
        self.stdout.write(f"Erased again: {reapply_erasures(now=timezone.now())}")
