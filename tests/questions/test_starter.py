"""The starter banks load once, refresh, and leave alone what an author changed."""

from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.utils import timezone

from courses.loading import read_toml
from norms.services import import_norms, read_register
from questions.models import Question, QuestionVersion
from questions.question_rules import problems_of, tidied
from questions.services import save_question
from questions.starter import content_from, lessons_beside, load_bank
from tests.factories.questions import single

FILES = sorted(Path(settings.BASE_DIR, "courses", "starter").glob("*/questions-*.toml"))
LESSON = "8b8d57d3-47c0-4bb2-8f0a-6a3c7b34a1de"
QUESTION = """
bank = "prueba"
title = "Banco de prueba"
[[questions]]
key = "3ac16fd5-4b61-420b-b2d0-1ece127b3387"
kind = "single"
topic = "Cifras y años"
lesson = "l1"
stem = "{stem}"
feedback = "Por esto."
norm = ""
locator = ""
source = "notas de investigación 2.1"
[[questions.choices]]
text = "Sí"
is_correct = true
[[questions.choices]]
text = "No"
is_correct = false
"""


@pytest.fixture
def file(tmp_path):
    """Write the question file with a stem, and return its path."""

    def write(stem="¿Cuántos son?"):
        path = tmp_path / "questions-m1.toml"
        path.write_text(QUESTION.format(stem=stem), encoding="utf-8")
        lesson = tmp_path / "m1" / "01.toml"
        lesson.parent.mkdir(exist_ok=True)
        lesson.write_text(f'key = "{LESSON}"\nslug = "l1"\n', encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_starter_question_can_be_asked(path):
    for number, row in enumerate(read_toml(path)["questions"], start=1):
        assert (
            problems_of(tidied(content_from(row, lessons_beside(path))), f"Pregunta {number}") == []
        )


@pytest.mark.django_db
def test_starter_banks_load_and_a_second_time_change_nothing():
    import_norms(read_register())
    first = [load_bank(path) for path in FILES]
    versions = QuestionVersion.objects.count()
    second = [load_bank(path) for path in FILES]
    assert (
        sum(report.changes for report in first)
        == versions
        == Question.objects.filter(state="active").count()
        >= 20
    )
    assert all(report.changes == report.left_alone == 0 for report in second)
    assert QuestionVersion.objects.count() == versions


@pytest.mark.django_db
def test_lesson_of_a_question_is_known_by_its_key(file):
    load_bank(file())
    assert str(QuestionVersion.objects.get().lesson_key) == LESSON


@pytest.mark.django_db
def test_two_lessons_of_one_name_are_refused(file, tmp_path):
    path = file()
    (tmp_path / "m1" / "02.toml").write_text(
        'key = "b8f75a2b-7f1b-4b36-9d0c-7bd8f5b1f3f1"\nslug = "l1"\n', encoding="utf-8"
    )
    with pytest.raises(ValueError, match="two lessons are called l1"):
        load_bank(path)


@pytest.mark.django_db
def test_changed_file_makes_the_next_version(file):
    load_bank(file())
    report = load_bank(file("¿Cuántas son?"))
    question = Question.objects.select_related("current").get()
    assert (report.changes, question.current.number, question.current.stem, question.topic) == (
        1,
        2,
        "¿Cuántas son?",
        "cifras-y-anos",
    )


@pytest.mark.django_db
def test_question_that_an_author_changed_stays(file, ada):
    load_bank(file())
    question = Question.objects.get(key=UUID("3ac16fd5-4b61-420b-b2d0-1ece127b3387"))
    save_question(
        bank=question.bank,
        content=single("De Ada"),
        topic="",
        key=question.key,
        author_key=ada.learner_key,
        now=timezone.now(),
    )
    report = load_bank(file("Del archivo"))
    question.refresh_from_db()
    assert (report.left_alone, report.changes, question.current.stem) == (1, 0, "De Ada")


@pytest.mark.django_db
def test_retired_question_is_not_brought_back(file):
    load_bank(file())
    Question.objects.update(state="retired")
    load_bank(file("Otra redacción"))
    assert Question.objects.get().state == "retired"
