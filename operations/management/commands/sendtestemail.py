"""Sends one letter to try EMAIL_URL, and says why it did not leave."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.emails import email_refusal
from operations.letters import leaves_the_machine, send_test_letter


class Command(BaseCommand):
    help = "Envía una carta de prueba con EMAIL_URL, y dice si el servidor de correo la aceptó."

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="CORREO", nargs="+", help=_("A quién se envía"))

    def handle(self, *args, **options):
        for email in options["email"]:
            if refusal := email_refusal(email):
                raise CommandError(
                    _("«%(email)s» no es un correo: %(why)s") % {"email": email, "why": refusal}
                )
        for email in options["email"]:
            if refusal := send_test_letter(email):
                raise CommandError(_("La carta no salió: %(told)s") % {"told": refusal})
        if leaves_the_machine():
            self.stdout.write(
                _("El servidor de correo aceptó la carta. Mira que llegue: %(emails)s.")
                % {"emails": ", ".join(options["email"])}
            )
        else:
            self.stdout.write(
                _("La carta no sale de esta máquina: EMAIL_URL no nombra un servidor de correo.")
            )
