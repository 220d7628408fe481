"""Checks that what is searched in Python forgives accents as the databases do."""

import pytest

from courses.editions import outline_of
from courses.models import CourseHead
from learning.catalogue import matching_courses
from questions.models import Question
from questions.queries import found_questions
from tests.factories.courses import publish_course
from tests.factories.questions import add_question, make_bank, single

pytestmark = pytest.mark.django_db
SPELLINGS = ["migracion", "MIGRACIÓN", "migración nino", "niño", "NIN"]


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_course_is_found(site, typed, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = publish_course(site, modules=1, lessons=1)
        page.title = "Migración y derechos del niño"
        page.save_revision().publish()
    outline = outline_of(CourseHead.objects.get().latest_edition_id)
    assert matching_courses([outline], typed, "") == [outline]


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_question_is_found(typed):
    meant = add_question(make_bank(), single("¿Qué derechos tiene un niño en la migración?"))
    assert found_questions(Question.objects.all(), typed, "") == [meant]
