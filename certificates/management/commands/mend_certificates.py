"""Gives certificates that cannot be printed texts that can, in the name of an operator."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.management.arguments import operator_named
from certificates.codes import grouped
from certificates.management.arguments import certificate_named
from certificates.mending import NeedsName, certificates_to_mend, mend_certificate
from lib.text_fields import name_refusal


class Command(BaseCommand):
    help = (
        "Corrige los certificados vigentes con un texto que no se puede imprimir; dice "
        "cuáles necesitan un nombre. Se puede repetir."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--as",
            dest="operator",
            metavar="CORREO",
            required=True,
            help=_("El operador que decide"),
        )
        parser.add_argument("--code", metavar="CODIGO", default="", help=_("Un solo certificado"))
        parser.add_argument(
            "--name",
            metavar="NOMBRE",
            default="",
            help=_("Cómo se escribe su titular, con letras que se pueden imprimir"),
        )

    def handle(self, *args, **options):
        operator, code, name = operator_named(options["operator"]), options["code"], options["name"]
        if name and not code:
            raise CommandError(
                _("--name es el nombre de una persona: indica también --code, su certificado.")
            )
        if refusal := name_refusal(name):
            raise CommandError(refusal)
        count, nameless = 0, []
        for certificate in [certificate_named(code)] if code else certificates_to_mend():
            try:
                fields = mend_certificate(
                    certificate=certificate, actor=operator, name=name, now=timezone.now()
                )
            except NeedsName:
                nameless.append(grouped(certificate.code))
            else:
                count += bool(fields)
        self.stdout.write(
            _("Certificados que ahora se imprimen completos: %(count)d.") % {"count": count}
        )
        if nameless:
            values = {"codes": ", ".join(nameless)}
            raise CommandError(
                _("Falta cómo se escribe el nombre, con --code y --name, en: %(codes)s.") % values
            )
