"""Checks the minutes of lessons and quizzes: counted from what they say, frozen with it, and never
typed.
"""

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import sync_roles
from courses.editions import outline_of
from courses.loading import FOLDER, read_toml, stored_blocks
from courses.models import CourseHead, LessonPage, ModulePage
from courses.reading_time import lesson_minutes, words_in
from tests.courses.prose import labels, paragraphs
from tests.factories.courses import add_lesson, publish, publish_course, text_block
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz

LESSONS = sorted(FOLDER.glob("*/*/*.toml"))
CASE = {"title": "Caso", "situation": "<p>Uno dos.</p>", "question": "¿Qué haces?", "choices": []}


def text(words: int) -> dict:
    return {
        "type": "text",
        "value": {"heading": "", "body": f"<p>{'palabra ' * words}</p>", "is_substantive": False},
    }


@pytest.mark.parametrize(
    ("words", "minutes"), [(0, 1), (1, 1), (209, 1), (210, 2), (280, 2), (700, 5), (1400, 10)]
)
def test_a_minute_is_140_words_and_halves_are_rounded_up(words, minutes):
    assert lesson_minutes([text(words)]) == minutes


def test_a_case_and_a_checklist_take_time_of_their_own():
    checklist = {
        "type": "checklist",
        "value": {"title": "Lista", "items": [{"type": "item", "id": "a", "value": "Uno."}]},
    }
    assert lesson_minutes([text(276), {"type": "case", "value": CASE}]) == 4  # 282 words and a case
    assert (
        lesson_minutes([text(278), {"type": "case", "value": CASE}, checklist]) == 4
    )  # 286 words, a case, a list
    assert lesson_minutes([text(278), checklist, checklist]) == 3


def test_only_what_is_read_is_counted():
    said = {
        "type": "callout",
        "value": {
            "kind": "info",
            "title": "Dos palabras",
            "body": "<p>una&nbsp;<strong>más</strong></p>",
        },
    }
    cited = {
        "type": "citation",
        "value": {"norm": "LEY-27891", "locator": "art. 3", "says": "<p>Dice algo.</p>"},
    }
    sources = {
        "type": "sources",
        "value": {
            "sources": [
                {"type": "item", "id": "a", "value": {"title": "Un título", "url": "https://x"}}
            ]
        },
    }
    assert words_in([said, cited, sources]) == 4 + 2


@given(st.lists(st.integers(0, 400), max_size=6), st.integers(0, 400))
def test_a_longer_lesson_never_takes_less(lengths, more):
    blocks = [text(length) for length in lengths]
    assert 1 <= lesson_minutes(blocks) <= lesson_minutes([*blocks, text(more)])


@pytest.mark.parametrize(
    "path", LESSONS, ids=lambda path: str(path.relative_to(FOLDER).with_suffix(""))
)
def test_a_starter_lesson_takes_six_to_ten_minutes(path):
    lesson = read_toml(path)
    said = " ".join(
        text for block in lesson["blocks"] for text in (*paragraphs(block), *labels(block))
    )
    assert words_in(stored_blocks(lesson)) == len(said.split())
    assert 6 <= lesson_minutes(stored_blocks(lesson)) <= 10
    assert "minutes" not in lesson


@pytest.mark.django_db
def test_an_edition_freezes_the_minutes_and_publishing_counts_them_again(
    site, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        publish_course(site, modules=1, lessons=1)
        add_lesson(
            ModulePage.objects.get(slug="m1"), "larga", blocks=[text_block("palabra " * 700)]
        )
        add_quiz(ModulePage.objects.get(slug="m1"), [(make_bank(count=6), 4)], slug="preguntas")
    first = outline_of(CourseHead.objects.get().latest_edition_id)
    assert [activity.minutes for activity in first.activities] == [1, 5, 4]
    assert first.minutes == 10
    page = LessonPage.objects.get(slug="larga")
    page.body = page._meta.get_field("body").to_python([text_block("palabra " * 1400)])
    with django_capture_on_commit_callbacks(execute=True):
        publish(page)
    second = outline_of(CourseHead.objects.get().latest_edition_id)
    assert [activity.minutes for activity in second.activities] == [1, 10, 4]
    assert second.minutes == sum(activity.minutes for activity in second.activities)
    assert first.minutes == 10


@pytest.mark.django_db
def test_the_editor_reads_the_minutes_and_cannot_type_them(client, site, ada):
    publish_course(site, modules=1, lessons=1)
    page = add_lesson(
        ModulePage.objects.get(slug="m1"), "larga", blocks=[text_block("palabra " * 700)]
    )
    sync_roles(today=timezone.localdate())
    client.force_login(ada)
    html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "5 minutos" in html
    assert 'name="minutes"' not in html
