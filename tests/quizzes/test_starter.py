"""The starter quizzes load once, refresh, and leave alone what an author changed."""

from pathlib import Path

import pytest
from django.conf import settings

from courses.loading import LoadReport, publish_written, read_toml
from courses.models import ModulePage
from questions.kinds import kind_of
from questions.models import Bank
from questions.question_rules import tidied
from questions.scoring import ItemScore
from questions.starter import content_from, lessons_beside
from quizzes.models import QuizPage
from quizzes.scoring import score_sheet
from quizzes.starter import drawn, place_quiz
from tests.factories.questions import make_bank
from tests.factories.review import sign_and_publish

FILES = sorted(Path(settings.BASE_DIR, "courses", "starter").glob("*/questions-*.toml"))
FACTS = {
    "key": "7df82baf-7958-4111-b631-6ead50d7421b",
    "slug": "cuestionario",
    "title": "Cuestionario",
    "pass_mark": 0.7,
    "attempts": 3,
    "draws": [{"bank": "banco", "count": 2}],
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("place", [0, -1])
def test_no_starter_bank_is_passed_by_one_answer_for_all(path, place):
    earned = []
    for content in (
        tidied(content_from(row, lessons_beside(path))) for row in read_toml(path)["questions"]
    ):
        earned.append(
            ItemScore(
                kind_of(content.kind).blind_score(content.content, place=place, is_shuffled=True)
            )
        )
    assert not score_sheet(earned, 0.7).is_pass


@pytest.mark.django_db
def test_quiz_is_placed_once_refreshed_and_kept(course, ada):
    make_bank()
    module, report = ModulePage.objects.get(slug="m2"), LoadReport()
    place_quiz(module, FACTS, report)
    publish_written(report)
    page = QuizPage.objects.get()
    assert (page.live, drawn(page), str(page.translation_key)) == (
        True,
        [("banco", "", 2)],
        FACTS["key"],
    )
    place_quiz(module, FACTS, report)
    place_quiz(module, {**FACTS, "draws": [{"bank": "banco", "count": 3}]}, report)
    publish_written(report)
    page = QuizPage.objects.get()
    assert drawn(page) == [("banco", "", 3)]
    page.title = "Título de Ada"
    sign_and_publish(page.save_revision(user=ada))
    place_quiz(module, FACTS, report)
    assert QuizPage.objects.get().title == "Título de Ada"
    assert (len(report.added), len(report.same), len(report.refreshed), len(report.kept)) == (
        1,
        1,
        1,
        1,
    )


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
