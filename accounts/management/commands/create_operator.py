"""Makes an operator and prints the link to choose a password."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import RoleGrant
from accounts.operators import create_operator
from accounts.permissions import holds_role, trust_on_server
from accounts.queries import people_with_email
from accounts.services import InvalidEmail, InvalidName, PersonExists
from accounts.tasks import password_link


class Command(BaseCommand):
    help = (
        "Crea el primer operador (u otro) e imprime un enlace de un solo uso para elegir "
        "contraseña. Con el mismo correo imprime un enlace "
        "nuevo, mientras no la haya elegido. Rechaza un correo que ya es de otra persona."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "email", metavar="CORREO", help=_("Con él ingresará; allí no se envía nada")
        )
        parser.add_argument(
            "--first-name",
            metavar="NOMBRES",
            default="Operador",
            help=_("Después lo corrige esa persona, en su cuenta"),
        )
        parser.add_argument(
            "--last-name",
            metavar="APELLIDOS",
            default="",
            help=_("Después los corrige esa persona, en su cuenta"),
        )

    def handle(self, *args, **options):
        email = options["email"].strip().lower()
        try:
            names = {"first_name": options["first_name"], "last_name": options["last_name"]}
            operator = create_operator(email=email, **names, now=timezone.now())
        except InvalidEmail as error:
            raise CommandError(
                _("«%(email)s» no es un correo: %(why)s") % {"email": email, "why": error}
            ) from error
        except InvalidName as error:
            raise CommandError(str(error)) from error
        except PersonExists as error:
            raise CommandError(whose(email)) from error
        days = settings.PASSWORD_RESET_TIMEOUT // 86400
        self.stdout.write(
            _("Operador: %(email)s. Al ingresar activa su segundo factor: ten tu teléfono a mano.")
            % {"email": email}
        )
        self.stdout.write(
            _("Abre este enlace una vez, en %(days)d días, para elegirla:") % {"days": days}
        )
        self.stdout.write(password_link(operator))


def whose(email: str) -> str:
    """Say whose an e-mail is, and the way that is left."""
    person = people_with_email(email).first()
    letter = {"email": email, "page": f"{settings.BASE_URL}/cuenta/recuperar/"}
    if person and not person.may_enter:
        return (
            _(
                "La cuenta de %(email)s está desactivada. Que otro operador la active, o usa "
                "otro correo."
            )
            % letter
        )
    if person:
        trust_on_server(person)
    if person and holds_role(person, RoleGrant.Role.OPERATOR):
        return (
            _(
                "%(email)s ya es operador. Si olvidó su contraseña: %(page)s. Si perdió su "
                "teléfono y sus códigos de reserva: manage.py remove_second_factor %(email)s."
            )
            % letter
        )
    words = _(
        "%(email)s ya es de otra persona, que hoy no es operador. Para darle el rol: manage.py "
        "grant_role %(email)s operator --as CORREO, "
        "con el correo de un operador. Si ya no hay ninguno, crea uno con otro correo."
    )
    return words % letter
