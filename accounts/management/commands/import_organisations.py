"""Makes the institutions that follow from the territory."""

from django.core.management.base import BaseCommand

from accounts.models import Organisation
from accounts.services import import_organisations


class Command(BaseCommand):
    help = "Adds municipalities, regional governments, UGEL, DIRESA and ministries that are missing."

    def handle(self, *args, **options):
        added = import_organisations()
        self.stdout.write(f"Institutions: {added} added, {Organisation.objects.count()} in all")
