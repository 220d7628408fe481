"""Makes the institutions that follow from the territory."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.services import import_organisations


class Command(BaseCommand):
    help = (
        "Agrega las municipalidades, gobiernos regionales, UGEL, DIRESA y ministerios que faltan."
    )

    def handle(self, *args, **options):
        count = import_organisations()
        counts = {"added": count, "total": Organisation.objects.count()}
        self.stdout.write(_("Entidades agregadas: %(added)d. En total: %(total)d.") % counts)
