"""Writes the declared roles into the database."""

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import GROUP_OF_ROLE, sync_roles


class Command(BaseCommand):
    help = (
        "Escribe en la base los grupos declarados, sus permisos y sus personas. Se puede repetir."
    )

    def handle(self, *args, **options):
        sync_roles(today=timezone.localdate())
        self.stdout.write(
            _("Roles al día: %(names)s") % {"names": ", ".join(GROUP_OF_ROLE.values())}
        )
