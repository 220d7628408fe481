"""Loads starter courses: once, again, after a new release, and after authors changed what they
say.
"""

import shutil
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page, Revision

from accounts.roles import sync_roles
from courses.editions import outline_of
from courses.loading import FOLDER, LoadReport, load_course, read_toml
from courses.models import CourseHead, CoursePage, Edition, LessonPage, ModulePage
from norms.models import Norm
from questions.models import Question, QuestionVersion
from questions.starter import load_bank
from quizzes.models import QuizPage
from quizzes.starter import place_quiz
from tests.factories.courses import add_lesson
from tests.factories.review import sign_and_publish

pytestmark = pytest.mark.django_db

COURSE = """
key = "75bab63b-91bf-405d-b909-98d2188962d5"
slug = "prueba"
title = "Curso de prueba"
summary = "Resumen."
outcome = "Al terminar, decides."
audience = "Todas las personas."
topics = ["reglas"]
{modules}
[final_quiz]
module_key = "0a5c1f0e-2c5e-4d0f-9a57-8f6f3a1f7c11"
module = {{ title = "Cierre", slug = "cierre", summary = "Fin." }}
key = "01d4212d-5e6c-43f0-b9a7-dbaa8ea7a710"
slug = "final"
title = "Final"
pass_mark = 0.7
attempts = 3
draws = [{{ bank = "b1", count = 1 }}, {{ bank = "b2", count = 1 }}, {{ bank = "b3", count = 1 }}]
"""
MODULE = """
[[modules]]
key = "0000000{number}-91bf-405d-b909-98d2188962d5"
slug = "modulo-{number}"
title = "Módulo {number}"
summary = "Parte."
folder = "m{number}"
bank = "b{number}"
[modules.quiz]
key = "1000000{number}-91bf-405d-b909-98d2188962d5"
slug = "preguntas-{number}"
title = "Preguntas"
questions = 1
pass_mark = 0.7
attempts = 3
"""
LESSON = """
key = "2000000{module}-000{number}-405d-b909-98d2188962d5"
slug = "leccion-{module}-{number}"
title = "Lección {module}.{number}"
objective = "{objective}"
summary = "Idea."
roles = ["DEMUNA"]
reviewed_on = "2026-06-30"
[[blocks]]
type = "checklist"
id = "3000000{module}-000{number}-405d-b909-98d2188962d5"
title = "Lista"
items = ["Uno.", "Dos."]
[[sources]]
key = "F"
title = "Fuente"
url = ""
"""
BANK = """
bank = "b{number}"
title = "Banco {number}"
[[questions]]
key = "4000000{number}-91bf-405d-b909-98d2188962d5"
kind = "single"
topic = "reglas"
lesson = "leccion-{number}-1"
stem = "¿Qué conviene en el caso {number}?"
feedback = "Por esto."
norm = ""
locator = ""
source = "prueba"
choices = [{{ text = "Esto", is_correct = true }}, {{ text = "Aquello", is_correct = false }}]
"""


class Starter:
    """A small course in files: three modules are announced, each is written when its folder is
    there.
    """

    def __init__(self, folder: Path, catalogue):
        self.folder, self.catalogue = folder, catalogue
        modules = "".join(MODULE.format(number=number) for number in (1, 2, 3))
        self.write("course.toml", COURSE.format(modules=modules))

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_lesson(self, module: int, number: int, objective: str = "Decides.") -> None:
        self.write(
            f"m{module}/0{number}-leccion.toml",
            LESSON.format(module=module, number=number, objective=objective),
        )

    def write_module(self, number: int, lessons: tuple[int, ...] = (1, 2)) -> None:
        self.write(f"questions-m{number}.toml", BANK.format(number=number))
        for lesson in lessons:
            self.write_lesson(number, lesson)

    def load(self) -> LoadReport:
        report = LoadReport()
        for path in sorted(self.folder.glob("questions-*.toml")):
            load_bank(path)
        load_course(self.folder, self.catalogue, partial(place_quiz, report=report), report)
        return report


@pytest.fixture
def starter(tmp_path, site, ada, oscar):
    """A small starter course: modules 1 and 3 are written, module 2 is not.

    Ada and Óscar may work on it.
    """
    sync_roles(today=timezone.localdate())
    found = Starter(tmp_path, site)
    found.write_module(1)
    found.write_module(3, lessons=(1,))
    return found


def lesson(module: int = 1, number: int = 1) -> LessonPage:
    return LessonPage.objects.get(slug=f"leccion-{module}-{number}")


def tree() -> dict[str, list[str]]:
    """Return the slugs of the activities of every module, in order."""
    return {
        module.slug: [child.slug for child in module.get_children()]
        for module in ModulePage.objects.order_by("path")
    }


def edit(page: Page, author, *, is_published: bool = True, **fields) -> None:
    """Change a page as an author does in the editor."""
    page = page.specific
    for name, value in fields.items():
        setattr(page, name, value)
    revision = page.save_revision(user=author, log_action=True)
    if is_published:
        sign_and_publish(revision)


def test_starter_courses_load_whole_once_and_a_second_time_change_nothing(
    capsys, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_starter_courses")
    counted = (Page, Revision, Question, QuestionVersion, Edition)
    before = [model.objects.count() for model in counted]
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_starter_courses")
    assert [model.objects.count() for model in counted] == before
    assert (
        "páginas nuevas: 0, renovadas: 0, editadas y conservadas: 0"
        in capsys.readouterr().out.splitlines()[-1]
    )
    for head in CourseHead.objects.all():
        assert head.editions.count() == 1
        folder = next(
            path.parent
            for path in FOLDER.glob("*/course.toml")
            if read_toml(path)["key"] == str(head.key)
        )
        slugs = [read_toml(path)["slug"] for path in sorted(folder.glob("*/*.toml"))]
        activities = outline_of(head.latest_edition_id).activities
        assert sorted(item.slug for item in activities if item.kind == "lesson") == sorted(slugs)


def test_a_module_without_its_folder_is_left_out_and_a_folder_that_disappears_takes_nothing_away(
    starter,
):
    report = starter.load()
    assert tree() == {
        "modulo-1": ["leccion-1-1", "leccion-1-2", "preguntas-1"],
        "modulo-3": ["leccion-3-1", "preguntas-3"],
        "cierre": ["final"],
    }
    assert len(report.added) == 10
    final = QuizPage.objects.get(slug="final")
    assert [draw.bank.slug for draw in final.draws.all()] == ["b1", "b3"]
    shutil.rmtree(starter.folder / "m3")
    starter.load()
    assert tree()["modulo-3"] == ["leccion-3-1", "preguntas-3"]


def test_a_module_that_arrives_later_takes_its_place(starter):
    starter.load()
    starter.write_module(2)
    report = starter.load()
    assert list(tree()) == ["modulo-1", "modulo-2", "modulo-3", "cierre"]
    assert (sorted(report.added), report.refreshed, report.kept) == (
        ["leccion-2-1", "leccion-2-2", "modulo-2", "preguntas-2"],
        ["final"],
        [],
    )


def test_a_lesson_that_arrives_later_takes_its_place(starter):
    starter.write_lesson(1, 3)
    (starter.folder / "m1" / "02-leccion.toml").unlink()
    starter.load()
    starter.write_lesson(1, 2)
    starter.load()
    assert tree()["modulo-1"] == ["leccion-1-1", "leccion-1-2", "leccion-1-3", "preguntas-1"]


def test_what_nobody_edited_is_refreshed_and_items_of_lists_keep_their_identifiers(starter):
    starter.load()
    before = list(lesson().body.get_prep_value())
    assert len({item["id"] for item in before[0]["value"]["items"]}) == 2
    starter.write_lesson(1, 1, objective="Decides mejor.")
    report = starter.load()
    assert (report.added, report.refreshed, report.kept) == ([], ["leccion-1-1"], [])
    assert (
        lesson().objective == lesson().get_latest_revision_as_object().objective == "Decides mejor."
    )
    assert list(lesson().body.get_prep_value()) == before


def test_what_an_author_wrote_stays_published_or_not(starter, ada):
    starter.load()
    edit(lesson(1, 1), ada, objective="Decides con Ada.")
    edit(lesson(1, 2), ada, objective="Decides con Ada.", is_published=False)
    for number in (1, 2):
        starter.write_lesson(1, number, objective="Decides mejor.")
    report = starter.load()
    assert (report.refreshed, report.kept) == ([], ["leccion-1-1", "leccion-1-2"])
    assert [lesson(1, number).get_latest_revision_as_object().objective for number in (1, 2)] == [
        "Decides con Ada."
    ] * 2
    assert [lesson(1, number).objective for number in (1, 2)] == ["Decides con Ada.", "Decides."]


def test_what_an_author_wrote_stays_after_their_account_is_deleted(starter, ada):
    starter.load()
    edit(lesson(), ada, objective="Decides con Ada.")
    ada.delete()
    starter.write_lesson(1, 1, objective="Decides mejor.")
    starter.load()
    assert lesson().objective == "Decides con Ada."


def test_a_page_that_an_author_took_out_of_publication_stays_out(starter, ada):
    starter.load()
    lesson().unpublish(user=ada)
    QuizPage.objects.get(slug="preguntas-1").unpublish(user=ada)
    starter.write_lesson(1, 1, objective="Decides mejor.")
    starter.write(
        "course.toml",
        (starter.folder / "course.toml")
        .read_text()
        .replace('title = "Preguntas"', 'title = "Otras"'),
    )
    starter.load()
    assert not lesson().live
    assert not QuizPage.objects.get(slug="preguntas-1").live


def test_a_page_that_an_operator_deleted_does_not_come_back(
    starter, oscar, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        starter.load()
    with django_capture_on_commit_callbacks(execute=True):
        lesson().delete(user=oscar)
        QuizPage.objects.get(slug="preguntas-3").delete(user=oscar)
        ModulePage.objects.get(slug="modulo-1").delete(user=oscar)
    report = starter.load()
    assert report.added == []
    assert tree() == {"modulo-3": ["leccion-3-1"], "cierre": ["final"]}


def test_a_course_that_an_operator_deleted_does_not_come_back(
    starter, oscar, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        starter.load()
    with django_capture_on_commit_callbacks(execute=True):
        CoursePage.objects.get().delete(user=oscar)
    assert starter.load().added == []
    assert not CoursePage.objects.exists()


def test_the_order_that_an_author_chose_stays(starter, ada):
    starter.load()
    first, third = ModulePage.objects.get(slug="modulo-1"), ModulePage.objects.get(slug="modulo-3")
    third.move(first, pos="left", user=ada)
    starter.load()
    assert list(tree()) == ["modulo-3", "modulo-1", "cierre"]
    starter.write_module(2)
    starter.load()
    assert list(tree()) == ["modulo-3", "modulo-1", "modulo-2", "cierre"]


def test_a_lesson_that_an_author_moved_stays_there_and_is_still_refreshed(starter, ada):
    starter.load()
    lesson().move(ModulePage.objects.get(slug="modulo-3"), pos="first-child", user=ada)
    starter.write_lesson(1, 1, objective="Decides mejor.")
    report = starter.load()
    assert (report.added, report.refreshed) == ([], ["leccion-1-1"])
    assert tree()["modulo-3"] == ["leccion-1-1", "leccion-3-1", "preguntas-3"]


def test_a_module_that_an_author_moved_to_another_course_stays_there(starter, ada, site):
    starter.load()
    other = site.add_child(
        instance=CoursePage(
            title="De Ada", slug="de-ada", summary="Resumen", outcome="decidir", live=False
        )
    )
    ModulePage.objects.get(slug="modulo-1").move(other, pos="last-child", user=ada)
    report = starter.load()
    assert report.added == []
    assert ModulePage.objects.get(slug="modulo-1").get_parent().pk == other.pk


def test_pages_that_authors_added_stay_where_they_are(starter, ada):
    starter.load()
    extra = add_lesson(ModulePage.objects.get(slug="modulo-1"), "de-ada")
    starter.write_lesson(1, 3)
    starter.load()
    assert extra.slug in tree()["modulo-1"]
    assert tree()["modulo-1"].index("leccion-1-3") == tree()["modulo-1"].index("leccion-1-2") + 1


def test_a_broken_file_leaves_everything_as_it_was(starter):
    starter.load()
    before = Revision.objects.count()
    starter.write_lesson(1, 1, objective="Decides mejor.")
    starter.write("m3/01-leccion.toml", f'key = "{uuid4()}"\nslug = "sin-lo-demas"\n')
    with pytest.raises(KeyError):
        starter.load()
    assert lesson().objective == "Decides."
    assert Revision.objects.count() == before


def test_norms_that_a_lesson_only_names_are_frozen_with_it(
    starter, django_capture_on_commit_callbacks
):
    Norm.objects.create(
        code="LEY-1",
        type="Ley",
        number="1",
        title="Ley de prueba",
        date_text="2020",
        issuer="Congreso",
    )
    path = starter.folder / "m1" / "01-leccion.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            "reviewed_on =", 'norms = ["LEY-1"]\nreviewed_on ='
        ),
        encoding="utf-8",
    )
    with django_capture_on_commit_callbacks(execute=True):
        starter.load()
    outline = outline_of(CourseHead.objects.get().latest_edition_id)
    assert [activity.norms for activity in outline.activities][:2] == [("LEY-1",), ()]
