"""Loads or refreshes the starter courses with their questions."""

from functools import partial

from django.core.management import call_command
from django.core.management.base import BaseCommand

from courses.editions import freeze_dirty_courses
from courses.loading import FOLDER, LoadReport, ensure_site, load_course
from quizzes.starter import load_bank, place_quiz


class Command(BaseCommand):
    help = "Loads the starter courses and the register of norms; never overwrites what an author changed."

    def handle(self, *args, **options):
        call_command("import_norms", stdout=self.stdout)
        catalogue = ensure_site()
        for folder in sorted(path for path in FOLDER.iterdir() if path.is_dir()):
            for path in sorted(folder.glob("questions-*.toml")):
                loaded = load_bank(path)
                counts = f"{loaded.changed} questions added or changed, {loaded.kept} kept as edited, {loaded.same} unchanged"
                self.stdout.write(f"{path.name}: {counts}")
            report = LoadReport()
            course = load_course(folder, catalogue, partial(place_quiz, report=report), report)
            counts = f"{len(report.added)} pages added, {len(report.refreshed)} refreshed, {len(report.kept)} kept as edited, {len(report.same)} unchanged"
            self.stdout.write(f"{course.title if course else folder.name}: {counts}")
        freeze_dirty_courses()
