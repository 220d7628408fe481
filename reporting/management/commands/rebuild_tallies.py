"""Rebuilds every derived figure from the records."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from reporting.models import Tally
from reporting.services import rebuild_tallies


class Command(BaseCommand):
    help = "Counts every figure again from the records. The result is equal to what there was."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = rebuild_tallies(now=timezone.now())
        numbers = {"total": Tally.objects.count(), "changed": changed}
        self.stdout.write(_("Cuentas: %(total)s. Corregidas: %(changed)s.") % numbers)
