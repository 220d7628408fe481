"""Authors write the pass mark of 20; the page keeps it scaled."""

import html

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import sync_roles
from quizzes.page_form import GradeField


@pytest.mark.parametrize(
    ("typed", "kept"), [("14", 0.7), ("13", 0.65), ("10.5", 0.525), ("20", 1.0), ("1", 0.05)]
)
def test_grade_is_kept_scaled_and_shown_as_typed(typed, kept):
    field = GradeField()
    assert field.clean(typed) == kept
    assert field.prepare_value(kept) == typed
    assert field.prepare_value(typed) == typed
    assert not field.has_changed(kept, typed)


@pytest.mark.parametrize("typed", ["0", "0.7", "21", "-1", "catorce", "14.3", ""])
def test_what_is_no_grade_is_refused(typed):
    with pytest.raises(ValidationError):
        GradeField().clean(typed)
    assert GradeField().has_changed(0.7, typed)


@pytest.mark.django_db
def test_editor_shows_the_pass_mark_of_twenty(client, ada, quiz):
    sync_roles(today=timezone.localdate())
    client.force_login(ada)
    body = client.get(reverse("wagtailadmin_pages:edit", args=[quiz.pk])).content.decode()
    assert "Nota mínima, de 20" in body
    assert 'name="pass_mark" value="14"' in body


@pytest.mark.django_db
def test_a_quiz_without_questions_asks_for_a_row_in_plain_words(client, ada, quiz):
    sync_roles(today=timezone.localdate())
    client.force_login(ada)
    sent = {"title": quiz.title, "pass_mark": "14", "attempts_allowed": "3", "wait_hours": "24"}
    counts = {f"draws-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    comments = {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "action-submit": "1"}
    address = reverse("wagtailadmin_pages:edit", args=[quiz.pk])
    body = html.unescape(client.post(address, sent | counts | comments).content.decode())
    assert "Agrega al menos 1 fila." in body
    assert "formulario" not in body


def test_a_decimal_comma_is_read():
    assert GradeField().clean("14,5") == GradeField().clean("14.5") == 0.725


@pytest.mark.parametrize("typed", ["14.3", "0.7", "catorce", "21", "nan", "1,2,3"])
def test_a_grade_between_the_halves_is_told_once_in_words(typed):
    with pytest.raises(ValidationError) as refused:
        GradeField().clean(typed)
    assert refused.value.messages == [
        "Escribe la nota de medio en medio punto, de 1 a 20: 14, 14.5, 15."
    ]
