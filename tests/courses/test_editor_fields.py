"""Checks what authors type in the editor: nothing is cut or replaced, and what cannot be taken is
said in words.
"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import sync_roles
from courses.models import LessonPage
from tests.courses.editor import form_of, signed_in, url

pytestmark = pytest.mark.django_db


def lesson_form(data=None):
    """Return the form of a lesson as the editor makes it."""
    form = LessonPage.get_edit_handler().get_form_class()
    return form({"body-count": "0", **data} if data else None, instance=LessonPage())


def test_no_field_cuts_what_is_pasted(client, ada, course):
    sync_roles(today=timezone.localdate())
    client.force_login(ada)
    page = LessonPage.objects.first()
    html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'name="objective"' in html
    assert "maxlength" not in html.lower()


def test_too_long_a_text_stays_and_is_refused_with_both_numbers():
    form = lesson_form({"objective": "a" * 516})
    (told,) = form.errors["objective"]
    assert "516" in told
    assert "300" in told
    assert "a" * 516 in str(form["objective"])


@pytest.mark.parametrize("written", ["5 de noviembre", "31/02/2026", "ayer"])
def test_a_date_that_cannot_be_read_stays_and_is_refused(written):
    form = lesson_form({"reviewed_on": written})
    assert form.errors["reviewed_on"] == ["No entendimos la fecha. Escríbela así: 25/11/2026."]
    assert f'value="{written}"' in str(form["reviewed_on"])


def test_a_date_is_read_as_peru_writes_it_and_the_calendar_replaces_nothing():
    form = lesson_form({"reviewed_on": "5/11/2026"})
    assert "reviewed_on" not in form.errors
    assert '"validateOnBlur": false' in str(lesson_form()["reviewed_on"])


def test_the_editor_says_who_sees_a_page(client, ada, course):
    sync_roles(today=timezone.localdate())
    client.force_login(ada)
    page = LessonPage.objects.first()
    html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "La ven las personas inscritas en el curso." in html
    assert "set-privacy" not in html
    assert "Día, mes y año: 25/11/2026." in html
    assert "hora de Lima: 25/11/2026 08:00" in html


@pytest.mark.parametrize("name", ["go_live_at", "expire_at"])
@pytest.mark.parametrize("written", ["31/12/9999 23:59", "01/01/0001 00:00", "01/01/2101 00:00"])
def test_a_moment_of_no_calendar_is_refused_where_it_stands(client, ada, course, name, written):
    page = LessonPage.objects.first()
    sent = form_of(page, objective="Distingues.", **{name: written})
    answer = signed_in(client, ada).post(url("edit", page.pk), sent)
    assert answer.status_code == 200
    assert answer.context["form"].errors[name] == ["Escribe una fecha entre los años 2000 y 2100."]
    assert 'value="Distingues."' in answer.content.decode()


@pytest.mark.parametrize(("days", "told"), [(1, True), (0, False), (-100_000, True)])
def test_a_day_of_sources_that_nobody_means_is_not_published(course, days, told):
    page = LessonPage.objects.first()
    page.reviewed_on = timezone.localdate() + timedelta(days=days)
    problems = [str(problem) for problem in page.publishing_problems()]
    sentence = "Fecha de las fuentes más recientes: escribe un día entre el 01/01/1990 y hoy."
    assert (sentence in problems) == told
