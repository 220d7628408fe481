"""Revokes one certificate, with its reason, in the name of an operator."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.management.arguments import operator_named, reason_told
from certificates.codes import grouped
from certificates.management.arguments import certificate_named
from certificates.models import Certificate
from certificates.services import CannotBeRevoked, revoke_certificate


class Command(BaseCommand):
    help = (
        "Declara que un certificado ya no vale; su página lo dice al instante. No se deshace: si "
        "fue un error, se emite otra vez "
        "(replace_certificate)."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "code", metavar="CODIGO", help=_("El del certificado, con o sin guiones")
        )
        parser.add_argument(
            "--reason",
            metavar="MOTIVO",
            required=True,
            help=_("Por qué, con palabras que leerá su titular"),
        )
        parser.add_argument(
            "--as",
            dest="operator",
            metavar="CORREO",
            required=True,
            help=_("El operador que decide"),
        )

    def handle(self, *args, **options):
        operator = operator_named(options["operator"])
        limit = Certificate._meta.get_field("revocation_reason").max_length
        reason = reason_told(options["reason"], limit)
        certificate = certificate_named(options["code"])
        was_revoked = certificate.state == Certificate.State.REVOKED
        try:
            result = revoke_certificate(
                certificate=certificate, reason=reason, actor=operator, now=timezone.now()
            )
        except CannotBeRevoked:
            raise CommandError(_("Otro lo reemplazó: revoca ese.")) from None
        values = {
            "code": grouped(result.code),
            "when": timezone.localtime(result.revoked_at).strftime("%d/%m/%Y %H:%M"),
        }
        if was_revoked:
            told = _(
                "El certificado %(code)s ya estaba revocado desde el %(when)s, con el motivo "
                "«%(why)s». No se cambió nada."
            )
            self.stdout.write(told % {**values, "why": result.revocation_reason})
            return
        self.stdout.write(
            _("El certificado %(code)s está revocado desde el %(when)s, hora de Lima.") % values
        )
