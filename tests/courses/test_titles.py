"""Checks that titles hold what certificates can print, by whatever door they are saved."""

import html

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import sync_roles
from courses.models import CoursePage, LessonPage, ModulePage
from lib.text_fields import printing_refusal
from tests.certificates.test_drawing import CLASSES

pytestmark = pytest.mark.django_db
REFUSED = {name: text for name, text in CLASSES.items() if text}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("model", [CoursePage, ModulePage])
def test_titles_of_courses_and_modules_are_refused_in_words(course, model, text):
    page = model.objects.first()
    page.title = text
    for save in (page.full_clean, page.save, page.save_revision):
        with pytest.raises(ValidationError) as refused:
            save()
        assert refused.value.message_dict["title"] == [printing_refusal(text)]


def test_titles_are_composed_before_they_are_measured(course):
    page = CoursePage.objects.first()
    page.title = "n\u0303" * 255
    page.save()
    assert CoursePage.objects.get(pk=page.pk).title == "ñ" * 255
    page.title = "\u0958" * 200
    with pytest.raises(ValidationError):
        page.save()


def test_a_title_of_a_lesson_is_kept_without_what_nobody_sees(course):
    page = LessonPage.objects.first()
    page.title = " Niñez\u200b  y 👩‍👧 educación\u202e "
    page.save()
    assert LessonPage.objects.get(pk=page.pk).title == "Niñez y 👩‍👧 educación"


def test_the_editor_says_why_and_keeps_what_was_typed(client, ada, course):
    sync_roles(today=timezone.localdate())
    client.force_login(ada)
    page = ModulePage.objects.first()
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    answer = client.post(
        address,
        {
            "title": "🎓 Módulo",
            "slug": page.slug,
            "summary": "",
            "comments-TOTAL_FORMS": 0,
            "comments-INITIAL_FORMS": 0,
        },
    )
    shown = html.unescape(answer.content.decode())
    assert "El certificado no puede imprimir «🎓». Quítalo, o escríbelo con otras letras." in shown
    assert "🎓 Módulo" in shown
