"""Takes the second factor of a person away who lost telephone and recovery codes."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.management.arguments import person_named
from accounts.second_factor import remove_second_factor


class Command(BaseCommand):
    help = (
        "Quita el segundo factor de quien perdió su teléfono y sus códigos de reserva, y cierra "
        "sus sesiones. Si otro operador puede hacerlo en la ficha de esa persona, mejor allí: "
        "queda su motivo."
    )

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="CORREO", help=_("De quien lo perdió"))

    def handle(self, *args, **options):
        person = person_named(options["email"])
        if not remove_second_factor(person=person, actor=None, now=timezone.now()):
            raise CommandError(_("%(email)s no tiene segundo factor.") % {"email": person.email})
        self.stdout.write(
            _(
                "Listo: %(email)s ingresa con su contraseña. Si es operador, activa otro al "
                "ingresar."
            )
            % {"email": person.email}
        )
