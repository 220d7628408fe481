"""Who finished a course owes it nothing: what authors add to it later stands behind the courses
that go on.
"""

from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from courses.editions import outline_of
from courses.models import CourseHead, CoursePage
from learning.services import complete_activity, enrol_learner
from tests.factories.courses import add_lesson, add_module, publish_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(site, lina, django_capture_on_commit_callbacks):
    """Lina began another course before."""
    with django_capture_on_commit_callbacks(execute=True):
        page = publish_course(site, "otro")
    enrol_learner(
        user=lina,
        course=CourseHead.objects.get(key=page.translation_key),
        received_at=timezone.now(),
    )


@pytest.fixture
def finished(course, lina, django_capture_on_commit_callbacks):
    """Lina finished the course; then a module was added. The day of her last act is the newest."""
    enrolment = enrol_learner(user=lina, course=course, received_at=timezone.now())
    for activity in outline_of(course.latest_edition_id).required:
        act = {"activity_key": activity.key, "uuid": uuid4(), "received_at": timezone.now()}
        complete_activity(enrolment_id=enrolment.pk, learner=lina.learner_key, **act)
    with django_capture_on_commit_callbacks(execute=True):
        add_lesson(add_module(CoursePage.objects.get(slug="curso"), "m3"), "agregada")


def shown(client, address: str) -> str:
    return " ".join(strip_tags(client.get(address).content.decode()).split())


def test_a_course_in_progress_is_the_next_step(client, other, finished, lina):
    client.force_login(lina)
    page = shown(client, "/mi-aprendizaje/")
    assert "Tu próximo paso Lección l1 Curso otro" in page
    assert "agregada" not in page


def test_what_was_added_is_offered_and_not_asked(client, finished, lina):
    client.force_login(lina)
    page = shown(client, "/mi-aprendizaje/")
    assert "Terminaste este curso. Si quieres, mira lo nuevo Lección agregada" in page
    assert "Tu próximo paso" not in page


def test_nothing_is_told_to_be_missing(client, finished, lina):
    client.force_login(lina)
    page = shown(client, "/mi-aprendizaje/curso/requisitos/")
    assert (
        "No te falta nada: terminaste el curso. Cambió después: si quieres, mira lo nuevo. "
        "Lección agregada"
    ) in page
    assert "Falta 1 paso" not in page


def test_a_course_of_one_step_counts_one_step(
    client, lina, site, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = publish_course(site, "breve", modules=1, lessons=1)
    enrol_learner(
        user=lina,
        course=CourseHead.objects.get(key=page.translation_key),
        received_at=timezone.now(),
    )
    client.force_login(lina)
    assert "0 de 1 paso ¿" in shown(client, "/mi-aprendizaje/")
    for address in ("/cursos/", "/cursos/breve/", "/cursos/breve/m1/l1/"):
        assert "Llevas 0 de 1 paso" in shown(client, address), address
        assert "0 de 1 pasos" not in shown(client, address), address
