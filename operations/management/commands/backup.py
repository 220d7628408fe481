"""Writes database, media and keys into one file, while people write."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from operations.backups.archives import RefusedBackup
from operations.backups.backup import make_backup
from operations.backups.leftovers import cleaned_when_ended
from operations.failures import sentence_of, sentence_of_named
from operations.models import Pulse
from privacy.erasure_list import damaged_lines
from web.database_retry import is_full


class Command(BaseCommand):
    help = (
        "Guarda la base de datos, los archivos y las claves en un archivo nuevo. La gente "
        "puede seguir trabajando."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "file",
            metavar="ARCHIVO",
            type=Path,
            help=_("El archivo nuevo, como copias/puriq-2027-03-31.zip"),
        )

    def handle(self, *args, **options):
        target = options["file"].absolute()
        try:
            with cleaned_when_ended():
                manifest = make_backup(target=target, now=timezone.now(), say=self.stdout.write)
        except RefusedBackup as error:
            raise CommandError(error) from error
        except (DatabaseError, OSError) as error:
            words = _(
                "No queda espacio en %(name)s y la copia no se hizo. Libera espacio, o guárdala "
                "en otra carpeta."
            )
            if is_full(error):
                sentence: str | None = words % {"name": target.parent}
            elif isinstance(error, OSError):
                sentence = sentence_of_named(error)
            else:
                sentence = sentence_of(error)
            if sentence is None:
                raise
            raise CommandError(sentence) from error
        Pulse.beat(Pulse.Part.BACKUP, timezone.now(), str(target.parent)[:400])
        words = _(
            "Copia lista: %(name)s (%(size).1f MB, filas: %(rows)d, archivos: %(files)d). Guárdala "
            "fuera de esta máquina."
        )
        size, rows = target.stat().st_size / 1e6, sum(manifest.rows.values())
        self.stdout.write(
            words % {"name": target, "size": size, "rows": rows, "files": len(manifest.files)}
        )
        for sentence in damaged_lines():
            self.stderr.write(sentence)
