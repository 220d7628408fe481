"""Writes what an account did and saw in some days into one signed file."""

import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.management.arguments import operator_named, reason_told
from accounts.permissions import looks_after_everybody
from operations.evidence.bundle import WHY, Why
from operations.evidence.writing import Asked, count_acts, write_bundle
from operations.failures import sentence_of_named
from operations.management.arguments import account_named, day_named

LONGEST_REASON = 300


class Command(BaseCommand):
    help = (
        "Guarda en un archivo firmado lo que una cuenta hizo y vio en esos días, según el "
        "historial. Queda anotado en el historial, con el operador de --as."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "account", metavar="CUENTA", help=_("Su correo o su identificador, no su documento")
        )
        parser.add_argument("file", metavar="ARCHIVO", type=Path, help=_("El archivo nuevo"))
        parser.add_argument(
            "--since", metavar="DIA", required=True, help=_("El primer día, como 2026-11-28")
        )
        parser.add_argument(
            "--until", metavar="DIA", required=True, help=_("El último día, como 2026-11-30")
        )
        parser.add_argument(
            "--why",
            metavar="PARA",
            required=True,
            help="; ".join(f"{why.value}: {words}" for why, words in WHY.items()),
        )
        parser.add_argument(
            "--reason",
            metavar="MOTIVO",
            required=True,
            help=_("Por qué, con palabras; queda dentro del archivo"),
        )
        parser.add_argument(
            "--as",
            dest="operator",
            metavar="CORREO",
            required=True,
            help=_("El operador que la saca"),
        )

    def handle(self, *args, **options):
        operator, target = operator_named(options["operator"]), options["file"].absolute()
        if not looks_after_everybody(operator):
            raise CommandError(
                _("En --as va un operador de todo el país: el de una parte no lee el historial.")
            )
        asked = self.asked(options)
        total = count_acts(asked)

        def say(done: int) -> None:
            self.stdout.write(
                _("Actos: %(done)d de %(total)d…") % {"done": done, "total": max(total, done)}
            )

        try:
            with os.fdopen(
                os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:
                try:
                    written = write_bundle(file, asked, by=operator, now=timezone.now(), say=say)
                except BaseException:
                    target.unlink(missing_ok=True)
                    raise
        except FileExistsError as error:
            words = _("%(name)s ya existe. Elige otro nombre.") % {"name": target}
            raise CommandError(words) from error
        except OSError as error:
            raise CommandError(sentence_of_named(error) or error) from error
        self.stdout.write(
            _("Evidencia lista: %(name)s. Actos: %(acts)d. Huella del manifiesto: %(digest)s. "
              "Anota la huella aparte, y compruébala con check_evidence.")
            % {"name": target, "acts": written.acts, "digest": written.digest}
        )  # fmt: skip

    def asked(self, options) -> Asked:
        """Return what is wanted. Raises CommandError."""
        since, until = day_named(options["since"]), day_named(options["until"])
        if until < since:
            raise CommandError(_("--until es anterior a --since. Cambia uno de los dos."))
        if until > timezone.localdate():
            raise CommandError(_("--until todavía no pasó. Escribe hoy, o un día anterior."))
        if options["why"] not in {why.value for why in Why}:
            raise CommandError(
                _("--why es uno de: %(names)s.") % {"names": ", ".join(why.value for why in Why)}
            )
        words = reason_told(options["reason"], LONGEST_REASON)
        account = account_named(options["account"])
        return Asked(account, since, until, Why(options["why"]), words)
