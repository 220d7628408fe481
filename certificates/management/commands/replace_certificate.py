"""Issues one certificate anew with its holder's data of today, in the name of an operator."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.management.arguments import operator_named
from certificates.codes import grouped
from certificates.management.arguments import certificate_named
from certificates.replacing import NoHolder, NothingToReplace, replace_certificate


class Command(BaseCommand):
    help = (
        "Emite otra vez un certificado con los datos de hoy de su titular, también uno "
        "revocado por error; el anterior lleva a él."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "code", metavar="CODIGO", help=_("El del certificado, con o sin guiones")
        )
        parser.add_argument(
            "--as",
            dest="operator",
            metavar="CORREO",
            required=True,
            help=_("El operador que decide"),
        )

    def handle(self, *args, **options):
        operator, certificate = (
            operator_named(options["operator"]),
            certificate_named(options["code"]),
        )
        try:
            new = replace_certificate(certificate=certificate, actor=operator, now=timezone.now())
        except NothingToReplace:
            raise CommandError(
                _("Ese certificado vale y ya tiene los datos de hoy de su titular.")
            ) from None
        except NoHolder:
            raise CommandError(
                _("Los datos de su titular se borraron: no hay a quién emitirlo.")
            ) from None
        values = {"old": grouped(certificate.code), "new": grouped(new.code)}
        self.stdout.write(_("El certificado %(new)s reemplaza al %(old)s.") % values)
