"""Brings a site from nothing, or from an older release, to ready: safe to run again."""

import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from operations.backups.unfinished import refuse_unfinished
from operations.checks import open_to_others
from operations.locks import SET_UP, site_lock
from operations.origin import may_hold_demo_people, remember_origin
from operations.releases import refusal_of_newer
from web.database_retry import is_passing


class Command(BaseCommand):
    help = (
        "Migra la base y carga territorio, normas, entidades, roles y cursos iniciales; con "
        "DEMO=1, la demostración. Se puede repetir."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--learners",
            metavar="CANTIDAD",
            type=int,
            default=2000,
            help=_("Cuántas personas lleva una demostración"),
        )

    def handle(self, *args, **options):
        refuse_unfinished()
        with site_lock(SET_UP) as is_ours:
            if not is_ours:
                raise CommandError(
                    _(
                        "Otro proceso está preparando este sitio. Espera a que termine y vuelve "
                        "a intentarlo."
                    )
                )
            self.set_up(options["learners"])

    def set_up(self, learners):
        """Do every step, alone."""
        start = time.monotonic()
        self.prepare_database()
        remember_origin(wants_demonstration=settings.DEMO, now=timezone.now())
        for name, words in (
            ("import_territories", _("Territorio")),
            ("import_norms", _("Registro de normas")),
            ("import_organisations", _("Entidades")),
            ("load_starter_courses", _("Cursos iniciales")),
            ("sync_roles", _("Roles")),
        ):
            self.stdout.write(f"{words}…")
            call_command(name, stdout=self.stdout)
        if settings.DEMO:
            self.load_demonstration(learners)
        elif not User.objects.exists():
            self.tell_how_to_enter()
        self.stdout.write(_("Listo en %(seconds).0f s.") % {"seconds": time.monotonic() - start})

    def prepare_database(self):
        """Migrate; SQLite gets its write-ahead journal here, once, and never per connection."""
        self.stdout.write(_("Base de datos…"))
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode=WAL")
        self.migrate()
        for path in open_to_others():  # from a time when files were made readable
            path.chmod(path.stat().st_mode & ~0o077)

    def migrate(self):
        """Make or renew the tables.

        Raises CommandError for those of a newer release, and where an earlier migration was killed.
        """
        if words := refusal_of_newer():
            raise CommandError(words)
        try:
            call_command("migrate", verbosity=0, stdout=self.stdout)
        except DatabaseError as error:
            if is_passing(error):
                raise
            words = _(
                "La base de datos no se pudo migrar, quizá porque una preparación anterior se "
                "interrumpió (%(told)s). "
                "Si el sitio es nuevo, empieza con otra base; si ya tenía datos, restaura tu "
                "última copia."
            )
            raise CommandError(words % {"told": str(error).splitlines()[0]}) from error

    def tell_how_to_enter(self):
        """Say that nobody can enter yet, and how the first people come."""
        self.stdout.write(
            _(
                "Todavía no hay personas. Crea el primer operador: en el navegador, con el enlace "
                "de manage.py first_link, o con manage.py create_operator CORREO"
            )
        )
        self.stdout.write(
            _("Si quieres probar con personas de demostración, repite con DEMO=1 y una base nueva.")
        )

    def load_demonstration(self, learners):
        """Load the demonstration people where they may be, or say that this site goes on without
        them.
        """
        if may_hold_demo_people() or User.objects.filter(is_demo=True).exists():
            call_command("load_demo", learners=learners, stdout=self.stdout)
        else:
            self.stdout.write(
                _(
                    "Esta base se hizo sin personas de demostración, o ya tiene personas reales: "
                    "no se cargan."
                )
            )
