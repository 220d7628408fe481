"""Refuses Django's way to choose a password for somebody else: it would let a terminal in as that
person, without a line.
"""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Aquí no se usa: nadie elige la contraseña de otra persona."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("anything", nargs="*")

    def run_from_argv(self, argv):
        super().run_from_argv(argv[:2])  # whatever Django's own takes is refused in the same words

    def handle(self, *args, **options):
        words = _(
            "Nadie elige la contraseña de otra persona. Que la cambie en %(page)s; sin correo, "
            "quien coordina le da un código. "
            "Para un operador que todavía no la eligió, repite manage.py create_operator CORREO."
        )
        raise CommandError(words % {"page": f"{settings.BASE_URL}/cuenta/recuperar/"})
