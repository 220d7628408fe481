"""Erases again whoever is on the erasure list."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.erasure import reapply_erasures
from privacy.erasure_list import DamagedList


class Command(BaseCommand):
    help = (
        "Borra otra vez a quien está en la lista de borrados, después de reponer a mano una "
        "base antigua. Se puede repetir."
    )

    def handle(self, *args, **options):
        try:
            count = reapply_erasures(now=timezone.now())
        except DamagedList as error:
            raise CommandError(error) from error
        self.stdout.write(_("Personas borradas otra vez: %(count)d") % {"count": count})
