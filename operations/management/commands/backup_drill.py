"""Tries whether the newest backup comes back, apart from the site, and notes that it did."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from django.utils import timezone
from django.utils.translation import gettext as _

from operations.backups.archives import NotTheBackup, RefusedBackup
from operations.backups.drill import NOT_THE_BACKUP, check_restored, newest_backup, try_backup
from operations.backups.leftovers import cleaned_when_ended
from operations.backups.unfinished import refuse_unfinished
from operations.failures import sentence_of, sentence_of_named
from operations.models import Pulse


class Command(BaseCommand):
    help = (
        "Prueba que una copia se restaura: en una carpeta aparte, que después borra. El sitio "
        "sigue igual, y la luz de la copia dice cuándo se probó."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "file",
            metavar="ARCHIVO",
            type=Path,
            nargs="?",
            help=_("Una copia; sin decir cuál, la más nueva de esta máquina"),
        )
        parser.add_argument(
            "--restored",
            metavar="CARPETA",
            type=Path,
            help=_("Lo usa la misma prueba, en el proceso que revisa lo restaurado"),
        )

    def handle(self, *args, **options):
        if options["restored"]:
            self.check_folder(options["restored"])
            return
        try:
            refuse_unfinished()
            source = (options["file"] or newest_backup()).absolute()
            with cleaned_when_ended():
                count = try_backup(source=source, say=self.stdout.write)
        except RefusedBackup as error:
            raise CommandError(error) from error
        except OSError as error:
            raise CommandError(sentence_of_named(error) or error) from error
        Pulse.beat(Pulse.Part.DRILL, timezone.now(), str(source)[:400])
        self.stdout.write(
            _("%(name)s se restaura: %(count)d reglas revisadas, todas se cumplen. Borramos lo "
              "restaurado.") % {"name": source.name, "count": count}
        )  # fmt: skip

    def check_folder(self, folder: Path) -> None:
        """Write how many rules hold; the code of the end says whether the backup is to blame."""
        try:
            self.stdout.write(str(check_restored(folder)))
        except NotTheBackup as error:
            raise CommandError(error, returncode=NOT_THE_BACKUP) from error
        except RefusedBackup as error:
            raise CommandError(error) from error
        except (OSError, Error) as error:
            sentence = sentence_of(error)
            if sentence is None:
                raise
            raise CommandError(sentence, returncode=NOT_THE_BACKUP) from error
