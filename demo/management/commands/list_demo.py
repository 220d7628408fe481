"""Lists the demonstration people who are loaded."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Role
from accounts.second_factor import DEMO_SECRET
from demo.cast import CAST, PASSWORD


class Command(BaseCommand):
    help = "Lista las personas de demostración cargadas, con su contraseña; nada si no hay ninguna."
    requires_system_checks = []

    def handle(self, *args, **options):
        emails = (
            set(User.objects.filter(is_demo=True, is_active=True).values_list("email", flat=True))
            if settings.DEMO
            else set()
        )
        cast = [person for person in CAST if person.email in emails]
        if cast:
            self.stdout.write(
                _("Personas de demostración (contraseña de todas: %(password)s)")
                % {"password": PASSWORD}
            )
        if any(person.role == Role.OPERATOR for person in cast):
            self.stdout.write(
                _("  Segundo factor de oscar@ e ines@: %(secret)s (clave TOTP)")
                % {"secret": DEMO_SECRET}
            )
        for person in cast:
            self.stdout.write(f"  {person.email:<22} {person.words}")
