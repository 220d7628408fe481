"""Makes an operator and prints the link to choose a password."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.operators import create_operator
from accounts.services import InvalidName, PersonExists
from accounts.tasks import password_link


class Command(BaseCommand):
    help = (
        "Crea el primer operador (u otro) e imprime un enlace de un solo uso para elegir contraseña. Con el mismo correo imprime un enlace "
        "nuevo, mientras no la haya elegido. Rechaza un correo que ya es de otra persona."
    )

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="CORREO")
        parser.add_argument("--first-name", default="Operador", help=_("Después lo corrige esa persona, en su cuenta"))
        parser.add_argument("--last-name", default="")

    def handle(self, *args, **options):
        email = options["email"].strip().lower()
        try:
            validate_email(email)
            names = {"first_name": options["first_name"], "last_name": options["last_name"]}
            operator = create_operator(email=email, **names, now=timezone.now())
        except ValidationError as error:
            raise CommandError(_("«%(email)s» no es un correo. Escríbelo completo.") % {"email": email}) from error
        except InvalidName as error:
            raise CommandError(str(error)) from error
        except PersonExists as error:
            words = _(
                "%(email)s ya es de otra persona. Usa otro correo, o da el rol con grant_role; para una contraseña olvidada, %(page)s."
            )
            raise CommandError(words % {"email": email, "page": f"{settings.BASE_URL}/cuenta/recuperar/"}) from error
        days = settings.PASSWORD_RESET_TIMEOUT // 86400
        self.stdout.write(_("Operador: %(email)s. Todavía no hay segundo factor: elige una contraseña larga.") % {"email": email})
        self.stdout.write(_("Abre este enlace una vez, en %(days)d días, para elegirla:") % {"days": days})
        self.stdout.write(password_link(operator))
