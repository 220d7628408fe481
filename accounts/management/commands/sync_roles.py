"""Writes the declared roles into the database."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.roles import GROUP_OF_ROLE, sync_roles


class Command(BaseCommand):
    help = "Writes the declared groups, their permissions and their people into the database. Idempotent."

    def handle(self, *args, **options):
        sync_roles(today=timezone.localdate())
        self.stdout.write(f"Roles: {', '.join(GROUP_OF_ROLE.values())}")
