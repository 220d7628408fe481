"""The starter banks and quizzes load once, refresh, and leave alone what an author changed."""

from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.utils import timezone

from courses.loading import LoadReport, publish_written, read_toml
from courses.models import ModulePage
from norms.services import import_norms, read_register
from quizzes.models import Bank, Question, QuestionVersion, QuizPage
from quizzes.question_rules import problems_of, tidied
from quizzes.scoring import ItemScore, blind_score, score_sheet
from quizzes.services import save_question
from quizzes.starter import content_from, drawn, lessons_beside, load_bank, place_quiz
from tests.factories.quizzes import make_bank, single
from tests.factories.review import sign_and_publish

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
FACTS = {
    "key": "7df82baf-7958-4111-b631-6ead50d7421b",
    "slug": "cuestionario",
    "title": "Cuestionario",
    "pass_mark": 0.7,
    "attempts": 3,
    "draws": [{"bank": "banco", "count": 2}],
}


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
        assert problems_of(tidied(content_from(row, lessons_beside(path))), f"Pregunta {number}") == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("place", [0, -1])
def test_no_starter_bank_is_passed_by_one_answer_for_all(path, place):
    earned = []
    for content in (tidied(content_from(row, lessons_beside(path))) for row in read_toml(path)["questions"]):
        correct, count = frozenset(n for n, choice in enumerate(content.choices) if choice.is_correct), len(content.choices)
        facts = {"choices": count, "place": place % count, "is_shuffled": content.kind != "true_false"}
        earned.append(ItemScore(blind_score(content.kind, correct, **facts)))
    assert not score_sheet(earned, 0.7).passed


@pytest.mark.django_db
def test_starter_banks_load_and_a_second_time_change_nothing():
    import_norms(read_register())
    first = [load_bank(path) for path in FILES]
    versions = QuestionVersion.objects.count()
    second = [load_bank(path) for path in FILES]
    assert sum(report.changed for report in first) == versions == Question.objects.filter(state="active").count() >= 20
    assert all(report.changed == report.kept == 0 for report in second)
    assert QuestionVersion.objects.count() == versions


@pytest.mark.django_db
def test_lesson_of_a_question_is_known_by_its_key(file):
    load_bank(file())
    assert str(QuestionVersion.objects.get().lesson_key) == LESSON


@pytest.mark.django_db
def test_two_lessons_of_one_name_are_refused(file, tmp_path):
    path = file()
    (tmp_path / "m1" / "02.toml").write_text('key = "b8f75a2b-7f1b-4b36-9d0c-7bd8f5b1f3f1"\nslug = "l1"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="two lessons are called l1"):
        load_bank(path)


@pytest.mark.django_db
def test_changed_file_makes_the_next_version(file):
    load_bank(file())
    report = load_bank(file("¿Cuántas son?"))
    question = Question.objects.select_related("current").get()
    assert (report.changed, question.current.number, question.current.stem, question.topic) == (1, 2, "¿Cuántas son?", "cifras-y-anos")


@pytest.mark.django_db
def test_question_that_an_author_changed_stays(file, ada):
    load_bank(file())
    question = Question.objects.get(key=UUID("3ac16fd5-4b61-420b-b2d0-1ece127b3387"))
    save_question(bank=question.bank, content=single("De Ada"), topic="", key=question.key, author_key=ada.learner_key, now=timezone.now())
    report = load_bank(file("Del archivo"))
    question.refresh_from_db()
    assert (report.kept, report.changed, question.current.stem) == (1, 0, "De Ada")


@pytest.mark.django_db
def test_retired_question_is_not_brought_back(file):
    load_bank(file())
    Question.objects.update(state="retired")
    load_bank(file("Otra redacción"))
    assert Question.objects.get().state == "retired"


@pytest.mark.django_db
def test_quiz_is_placed_once_refreshed_and_kept(course, ada):
    make_bank()
    module, report = ModulePage.objects.get(slug="m2"), LoadReport()
    place_quiz(module, FACTS, report)
    publish_written(report)
    page = QuizPage.objects.get()
    assert (page.live, drawn(page), str(page.translation_key)) == (True, [("banco", "", 2)], FACTS["key"])
    place_quiz(module, FACTS, report)
    place_quiz(module, {**FACTS, "draws": [{"bank": "banco", "count": 3}]}, report)
    publish_written(report)
    page = QuizPage.objects.get()
    assert drawn(page) == [("banco", "", 3)]
    page.title = "Título de Ada"
    sign_and_publish(page.save_revision(user=ada))
    place_quiz(module, FACTS, report)
    assert QuizPage.objects.get().title == "Título de Ada"
    assert (len(report.added), len(report.same), len(report.refreshed), len(report.kept)) == (1, 1, 1, 1)


@pytest.mark.django_db
def test_quiz_of_an_edition_knows_its_rules(course, django_capture_on_commit_callbacks):
    make_bank()
    with django_capture_on_commit_callbacks(execute=True):
        report = LoadReport()
        place_quiz(ModulePage.objects.get(slug="m2"), FACTS, report)
        publish_written(report)
    course.refresh_from_db()
    quiz = course.latest_edition.outline["modules"][1]["activities"][-1]
    assert quiz["kind"] == "quiz"
    assert quiz["facts"] == {"pass_mark": 0.7, "attempts_allowed": 3, "question_count": 2}
    assert Bank.objects.count() == 1
