"""Takes enrolments in progress to where their learners serve today."""

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from learning.transfers import mend_places


class Command(BaseCommand):
    help = (
        "Lleva los cursos sin terminar de cada persona a la entidad donde trabaja hoy. Se puede "
        "repetir."
    )

    def handle(self, *args, **options):
        count = mend_places(now=timezone.now())
        self.stdout.write(_("Inscripciones corregidas: %(count)d") % {"count": count})
