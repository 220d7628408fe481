"""The front page tells of the courses what is computed from them."""

import pytest

from courses.editions import outline_of
from courses.models import CoursePage
from tests.factories.courses import add_lesson, text_block

pytestmark = pytest.mark.django_db


def test_it_says_how_long_the_longest_lesson_takes(
    course, client, django_capture_on_commit_callbacks
):
    module = CoursePage.objects.get(translation_key=course.key).get_children().first().specific
    with django_capture_on_commit_callbacks(execute=True):
        add_lesson(module, "larga", blocks=[text_block("palabra " * 1500)])
    course.refresh_from_db()
    longest = max(activity.minutes for activity in outline_of(course.latest_edition_id).activities)
    assert longest > 1
    assert f"La lección más larga toma {longest} minutos." in client.get("/").content.decode()


def test_without_a_course_it_promises_no_time(site, client):
    page = client.get("/").content.decode()
    assert "Cada lección pesa poco" in page
    assert "toma" not in page[page.index("Lee a tu ritmo") : page.index("Decide casos")]
