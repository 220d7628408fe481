"""Gives certificates that cannot be printed texts that can, in the name of an operator."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.management.arguments import operator_named, told_plainly
from certificates.codes import grouped
from certificates.management.arguments import certificate_named
from certificates.mending import NeedsName, certificates_to_mend, mend_certificate
from lib.text_fields import name_refusal


class Command(BaseCommand):
    help = "Mends the certificates in force with a text that cannot be printed; says which need a name. Idempotent."

    def add_arguments(self, parser):
        parser.add_argument("--as", dest="operator", metavar="E-MAIL", required=True, help="The operator who decides")
        parser.add_argument("--code", default="", help="One certificate alone")
        parser.add_argument("--name", default="", help="How its holder is written, in letters that can be printed")

    @told_plainly
    def handle(self, *args, **options):
        operator, code, name = operator_named(options["operator"]), options["code"], options["name"]
        if name and not code:
            raise CommandError(_("--name es el nombre de una persona: indica también --code, su certificado."))
        if refusal := name_refusal(name):
            raise CommandError(refusal)
        mended, nameless = 0, []
        for certificate in [certificate_named(code)] if code else certificates_to_mend():
            try:
                fields = mend_certificate(certificate=certificate, actor=operator, name=name, now=timezone.now())
            except NeedsName:
                nameless.append(grouped(certificate.code))
            else:
                mended += bool(fields)
        self.stdout.write(_("Certificados que ahora se imprimen completos: %(count)d.") % {"count": mended})
        if nameless:
            told = {"codes": ", ".join(nameless)}
            raise CommandError(_("Falta cómo se escribe el nombre, con --code y --name, en: %(codes)s.") % told)
