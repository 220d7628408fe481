"""Prints the link that opens an empty site in the browser."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from accounts.opening import LinkIsDead, opening_link


class Command(BaseCommand):
    help = (
        "Imprime el enlace con el que se crea el primer operador en el navegador. Si ya hay un "
        "operador, lo dice y no imprime ninguno."
    )

    def handle(self, *args, **options):
        try:
            link = opening_link()
        except LinkIsDead:
            self.stderr.write(
                _("Este sitio ya tiene un operador. Para otro: manage.py create_operator CORREO")
            )
            return
        days = settings.PASSWORD_RESET_TIMEOUT // 86400
        self.stdout.write(
            _("Abre el sitio con este enlace: sirve una vez, en %(days)d días.") % {"days": days}
        )
        self.stdout.write(link)
