"""Repairs best scores that are not those of the journal."""

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from learning.repair import mend_scores


class Command(BaseCommand):
    help = (
        "Repone en el avance de cada persona su mejor puntaje exacto, según lo que hizo. Se "
        "puede repetir."
    )

    def handle(self, *args, **options):
        self.stdout.write(
            _("Puntajes corregidos: %(count)d") % {"count": mend_scores(now=timezone.now())}
        )
