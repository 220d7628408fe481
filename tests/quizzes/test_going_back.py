"""A quiz that goes back to an earlier version draws what that version drew, and nothing besides."""

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts.roles import sync_roles
from courses.models import CoursePage
from courses.review import approve
from quizzes.models import QuizItemDraw, QuizPage
from tests.courses.editor import module_of, signed_in, url
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(course, raul):
    sync_roles(today=timezone.localdate())
    page = CoursePage.objects.get(translation_key=course.key)
    return add_quiz(module_of(page, "m2"), [(make_bank(), 3)])


def form_of_version(client, quiz, revision) -> dict[str, str]:
    """Return what the form of an earlier version holds of its draws, as a browser sends it."""
    body = client.get(url("revisions_revert", quiz.pk, revision.pk)).content.decode()
    inputs = BeautifulSoup(body, "html.parser").select('input[name^="draws-"]')
    fields = {field["name"]: field.get("value", "") for field in inputs}
    return {name: value for name, value in fields.items() if "__prefix__" not in name}


def go_back(client, quiz, revision, draws) -> QuizPage:
    """Save an earlier version as the newest draft."""
    fields = form_of_version(client, quiz, revision)
    for place, draw in enumerate(draws):
        fields |= {
            f"draws-{place}-bank": draw.bank_id,
            f"draws-{place}-topic": "",
            f"draws-{place}-count": draw.count,
        }
    sent = {
        "title": quiz.title, "is_required": "on", "pass_mark": f"{quiz.pass_mark * 20:g}",
        "attempts_allowed": "3", "wait_hours": "24", "review": quiz.review, "is_shuffled": "on",
        "revision": revision.pk, "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
    }  # fmt: skip
    answer = client.post(url("edit", quiz.pk), sent | fields)
    assert answer.status_code == 302
    return QuizPage.objects.get(pk=quiz.pk).get_latest_revision_as_object()


def drawn(page) -> list[tuple[str, int]]:
    return sorted((draw.bank.slug, draw.count) for draw in page.draws.all())


def test_what_was_added_later_is_not_drawn(quiz, client, ada):
    first = quiz.get_latest_revision()
    quiz.draws.add(QuizItemDraw(bank=make_bank("segundo"), count=2, sort_order=1))
    quiz.save_revision().publish()
    quiz = QuizPage.objects.get(pk=quiz.pk)
    before = first.as_object()
    page = go_back(signed_in(client, ada), quiz, first, before.draws.all())
    assert drawn(page) == drawn(before)


def test_what_was_taken_out_later_is_drawn_again(quiz, client, ada, raul):
    quiz.draws.add(QuizItemDraw(bank=make_bank("segundo"), count=2, sort_order=1))
    quiz.save_revision().publish()
    quiz = QuizPage.objects.get(pk=quiz.pk)
    both = quiz.save_revision()
    quiz.draws.remove(quiz.draws.get(bank__slug="segundo"))
    quiz.save_revision().publish()
    quiz = QuizPage.objects.get(pk=quiz.pk)
    before = both.as_object()
    assert len(drawn(before)) == 2
    page = go_back(signed_in(client, ada), quiz, both, before.draws.all())
    assert drawn(page) == drawn(before)
    approve(page.get_latest_revision(), approver=raul, now=timezone.now())
    page.get_latest_revision().publish()
    assert drawn(QuizPage.objects.get(pk=quiz.pk)) == drawn(before)
