"""Refuses Django's superusers: without a role they could open neither figures nor the bank."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Aquí no se usa: quien administra el sitio se crea con create_operator."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("anything", nargs="*")

    def run_from_argv(self, argv):
        super().run_from_argv(argv[:2])  # whatever Django's own takes is refused in the same words

    def handle(self, *args, **options):
        raise CommandError(
            _(
                "Aquí no hay superusuarios: nadie tiene poderes sin un rol y sin huella. Usa "
                "manage.py create_operator CORREO."
            )
        )
