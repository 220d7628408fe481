"""Ends a role at once."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.management.arguments import operator_named, person_with_role, role_named
from accounts.models import RoleGrant
from accounts.services import BeyondTheCeiling, LastOperator, end_role


class Command(BaseCommand):
    help = "Quita un rol a una persona desde ahora; en el historial queda el operador de --as."

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="CORREO", help=_("De la persona"))
        parser.add_argument("role", metavar="ROL", help=", ".join(RoleGrant.Role.values))
        parser.add_argument(
            "--as",
            dest="operator",
            metavar="CORREO",
            required=True,
            help=_("El operador que quita el rol"),
        )

    def handle(self, *args, **options):
        role, operator = role_named(options["role"]), operator_named(options["operator"])
        grant = person_with_role(options["email"], role)
        try:
            end_role(grant=grant, now=timezone.now(), ended_by=operator)
        except LastOperator as error:
            raise CommandError(
                _(
                    "Es el único operador sin fecha de fin: da antes ese rol a otra persona, sin "
                    "--until ni alcance."
                )
            ) from error
        except BeyondTheCeiling as error:
            raise CommandError(
                _("Nadie se quita un rol a sí mismo: que lo haga otro operador.")
            ) from error
        self.stdout.write(
            _("%(email)s ya no es %(role)s.")
            % {"email": options["email"], "role": grant.get_role_display()}
        )
