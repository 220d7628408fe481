"""Lets one submitted attempt go on, with its reason, in the name of an operator."""

from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.management.arguments import operator_named, reason_told
from quizzes.models import Attempt, Reopening
from quizzes.services import CannotBeReopened, reopen_attempt


class Command(BaseCommand):
    help = (
        "Abre otra vez un intento entregado, con sus respuestas, cuando lo cerró un reloj "
        "adelantado u otro error."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "attempt",
            metavar="IDENTIFICADOR",
            type=UUID,
            help=_("Como en la dirección de su resultado: /intentos/IDENTIFICADOR/resultado/"),
        )
        parser.add_argument("--reason", metavar="MOTIVO", required=True, help=_("Por qué"))
        parser.add_argument(
            "--as", dest="actor", metavar="CORREO", required=True, help=_("El operador que decide")
        )
        parser.add_argument(
            "--minutes",
            metavar="MINUTOS",
            type=int,
            default=60,
            help=_("Desde ahora hasta su cierre, si el cuestionario tiene tiempo límite"),
        )

    def handle(self, *args, **options):
        actor = operator_named(options["actor"])
        limit = Reopening._meta.get_field("reason").max_length
        reason = reason_told(options["reason"], limit)
        if not 1 <= options["minutes"] <= 60 * 24:
            raise CommandError(_("--minutes va de 1 a 1440."))
        facts = {
            "reason": reason,
            "minutes": options["minutes"],
            "actor_key": actor.learner_key,
            "now": timezone.now(),
        }
        try:
            attempt = reopen_attempt(attempt_uuid=options["attempt"], **facts)
        except Attempt.DoesNotExist:
            raise CommandError(
                _(
                    "Ningún intento tiene ese identificador. Cópialo de la dirección de su "
                    "resultado."
                )
            ) from None
        except CannotBeReopened:
            raise CommandError(
                _(
                    "Solo sigue un intento entregado que no se aprobó y conserva sus respuestas, "
                    "si esa persona no tiene otro abierto."
                )
            ) from None
        words = {"uuid": attempt.uuid}
        if attempt.deadline_at:
            words["when"] = timezone.localtime(attempt.deadline_at).strftime("%d/%m/%Y %H:%M")
            self.stdout.write(
                _("El intento %(uuid)s está abierto otra vez. Cierra el %(when)s, hora de Lima.")
                % words
            )
        else:
            self.stdout.write(
                _("El intento %(uuid)s está abierto otra vez, sin tiempo límite.") % words
            )
