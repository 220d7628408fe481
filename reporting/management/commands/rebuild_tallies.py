"""Rebuilds every derived figure from the records."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from reporting.models import Tally
from reporting.services import rebuild_tallies


class Command(BaseCommand):
    help = (
        "Cuenta otra vez todas las cifras desde los registros. El resultado es igual a lo "
        "que había."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = rebuild_tallies(now=timezone.now())
        numbers = {"total": Tally.objects.count(), "changed": count}
        self.stdout.write(_("Cuentas: %(total)s. Corregidas: %(changed)s.") % numbers)
