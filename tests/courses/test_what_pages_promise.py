"""What the page of a course and a preview say is so: how a certificate is earned, and where the
courses are.
"""

import html
import re

import pytest
from django.urls import reverse

from courses.models import CataloguePage, CoursePage, ModulePage
from tests.courses.editor import signed_in, url
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz

pytestmark = pytest.mark.django_db


def words(answer) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_a_course_without_a_quiz_asks_to_read(client, course):
    told = words(client.get("/cursos/curso/"))
    assert "Certificado Si lees todas las lecciones" in told
    assert "cuestionarios" not in told


@pytest.mark.parametrize(
    ("is_required", "told"),
    [(True, "apruebas todos los cuestionarios"), (False, "lees todas las lecciones")],
)
def test_a_quiz_counts_where_it_is_needed(
    client, course, django_capture_on_commit_callbacks, is_required, told
):
    with django_capture_on_commit_callbacks(execute=True):
        add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 2)], is_required=is_required)
    assert f"Certificado Si {told}" in words(client.get("/cursos/curso/"))


def test_preview_of_the_catalogue_denies_no_course(client, ada, course):
    page = CataloguePage.objects.get()
    page.introduction = "Elige por dónde empezar."
    page.save_revision()
    told = words(signed_in(client, ada).get(url("view_draft", page.pk)))
    assert "Elige por dónde empezar." in told
    assert "Aquí van los cursos publicados." in told
    assert "Todavía no hay cursos" not in told


def test_preview_of_a_course_speaks_of_no_quiz_it_may_not_have(client, ada, course):
    page = CoursePage.objects.get(slug="curso")
    page.save_revision()
    told = words(signed_in(client, ada).get(url("view_draft", page.pk)))
    assert "Certificado Si terminas el curso" in told


def test_a_list_below_a_draft_says_what_it_waits_for(client, ada, course):
    page = CoursePage.objects.get(slug="curso")
    page.unpublish()
    module = ModulePage.objects.child_of(page).first()
    told = words(signed_in(client, ada).get(reverse("wagtailadmin_explore", args=[module.pk])))
    assert "lo que está aquí se verá cuando se publique" in told
    assert "sitio registrado" not in told
