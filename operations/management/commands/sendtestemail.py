"""Sends one letter to try EMAIL_URL, and says why it did not leave."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.emails import email_refusal


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
        words = _("Si lees esto, los correos de %(address)s salen.") % {
            "address": settings.BASE_URL
        }
        try:
            send_mail(_("Carta de prueba de Puriq"), words, None, options["email"])
        except (OSError, SMTPException) as error:
            reason = {"told": str(error) or type(error).__name__}
            raise CommandError(
                _(
                    "La carta no salió: %(told)s. Revisa EMAIL_URL, y que desde aquí se llegue a "
                    "ese servidor."
                )
                % reason
            ) from error
        if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
            self.stdout.write(
                _("El servidor de correo aceptó la carta. Mira que llegue: %(emails)s.")
                % {"emails": ", ".join(options["email"])}
            )
        else:
            self.stdout.write(
                _("La carta no sale de esta máquina: EMAIL_URL no nombra un servidor de correo.")
            )
