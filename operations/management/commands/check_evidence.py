"""Tells whether a file of evidence is as this site wrote it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from operations.evidence.checking import NotEvidence, check_bundle
from operations.failures import sentence_of_named


class Command(BaseCommand):
    help = (
        "Comprueba un archivo de evidencia: su firma, sus huellas, el sello de cada acto y su "
        "línea en el historial. Termina con 1 si algo cambió."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "file", metavar="ARCHIVO", type=Path, help=_("Sacado en Historial o con take_evidence")
        )

    def handle(self, *args, **options):
        try:
            checked = check_bundle(options["file"].absolute())
        except NotEvidence as error:
            raise CommandError(error) from error
        except OSError as error:
            raise CommandError(sentence_of_named(error) or error) from error
        for problem in checked.problems:
            self.stdout.write(problem)
        if checked.problems:
            raise CommandError(_("No es como se escribió: no la presentes como prueba."))
        counts, days = checked.manifest["counts"], checked.manifest["days"]
        self.stdout.write(
            _("Está como se escribió. Actos: %(acts)d, del %(since)s al %(until)s. Sin sello "
              "todavía: %(open)d.")
            % {"acts": counts["acts"], "open": counts["without_seal"], **days}
        )  # fmt: skip
