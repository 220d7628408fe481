"""Loads or refreshes the starter courses with their questions."""

from functools import partial

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from courses.editions import freeze_dirty_courses
from courses.loading import FOLDER, LoadReport, ensure_site, load_course
from questions.starter import load_bank
from quizzes.starter import place_quiz


class Command(BaseCommand):
    help = "Carga los cursos iniciales y el registro de normas; no cambia lo que editó un formador."

    def handle(self, *args, **options):
        call_command("import_norms", stdout=self.stdout)
        catalogue = ensure_site()
        for folder in sorted(path for path in FOLDER.iterdir() if path.is_dir()):
            for path in sorted(folder.glob("questions-*.toml")):
                bank_report = load_bank(path)
                counts = {
                    "name": path.name,
                    "changed": bank_report.changes,
                    "kept": bank_report.left_alone,
                    "same": bank_report.same,
                }
                words = _(
                    "%(name)s: preguntas nuevas o cambiadas: %(changed)d, editadas y "
                    "conservadas: %(kept)d, iguales: %(same)d"
                )
                self.stdout.write(words % counts)
            report = LoadReport()
            course = load_course(folder, catalogue, partial(place_quiz, report=report), report)
            counts = {
                name: len(getattr(report, name)) for name in ("added", "refreshed", "kept", "same")
            }
            words = _(
                "%(name)s: páginas nuevas: %(added)d, renovadas: %(refreshed)d, editadas y "
                "conservadas: %(kept)d, iguales: %(same)d"
            )
            self.stdout.write(words % {"name": course.title if course else folder.name, **counts})
        freeze_dirty_courses()
