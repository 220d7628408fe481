"""A decision that is sent twice, by a second press or a lost answer, is made once and told as what
it was.
"""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.deciding import KEPT_COMMENTS
from courses.models import Approval
from tests.courses.deciding import RETURN, decision_link, now, opened_now, save, shown_now, told
from tests.courses.editor import bulk, form_of, signed_in, url

pytestmark = pytest.mark.django_db
COMMENT = "Cita el artículo 8."


def with_comment(words: str) -> dict[str, str]:
    return {**RETURN, "workflow-action-extra-data": json.dumps({"comment": words})}


def test_a_return_from_a_dialog_is_told_as_made(lesson, client, raul):
    address = decision_link(lesson, "reject")
    signed_in(client, raul).post(address, {"comment": COMMENT})
    answer = client.post(address, {"comment": COMMENT}, follow=True)
    assert told(answer) == "Devolviste “Lección l1” a quien la escribió, con tu comentario."
    assert KEPT_COMMENTS not in client.session


def test_a_return_from_the_form_is_told_as_made(lesson, client, raul):
    sent = form_of(
        now(lesson).get_latest_revision_as_object(), **with_comment(COMMENT), **opened_now(lesson)
    )
    signed_in(client, raul).post(url("edit", lesson.pk), sent)
    answer = client.post(url("edit", lesson.pk), sent, follow=True)
    assert told(answer) == "Devolviste “Lección l1” a quien la escribió, con tu comentario."
    assert KEPT_COMMENTS not in client.session


def test_an_approval_is_told_as_made_and_made_once(lesson, client, raul):
    address = decision_link(lesson, "approve")
    signed_in(client, raul).post(address)
    answer = client.post(address, follow=True)
    assert told(answer).startswith("Aprobaste y publicaste “Lección l1”.")
    assert Approval.objects.count() == 1


def test_another_comment_is_no_second_press(lesson, client, raul):
    address = decision_link(lesson, "reject")
    signed_in(client, raul).post(address, {"comment": COMMENT}, follow=True)
    answer = client.post(address, {"comment": "Y el artículo 9."}, follow=True)
    assert "ya no espera una decisión: no cambió nada." in told(answer)
    assert client.session[KEPT_COMMENTS] == {str(lesson.pk): "Y el artículo 9."}


def test_a_decision_of_another_person_is_no_second_press(lesson, client, raul, person):
    eva = person("Eva", role="reviewer", national=True)
    address = decision_link(lesson, "approve")
    signed_in(client, raul).post(address)
    assert "ya no espera una decisión: no cambió nada." in told(
        signed_in(client, eva).post(address, follow=True)
    )


def test_a_text_changed_after_the_decision_is_kept_in_the_form(lesson, client, raul):
    opened = opened_now(lesson)
    save(client, raul, lesson, **RETURN, **opened)
    answer = save(client, raul, lesson, objective="Otra idea.", **RETURN, **opened)
    assert "ya no espera una decisión: no cambió nada." in told(answer)
    assert answer.context["form"]["objective"].value() == "Otra idea."


def test_what_many_pages_were_approved_by_is_not_sent_to_review_by_a_second_press(
    lesson, client, raul
):
    signed_in(client, raul)
    shown = shown_now(lesson)
    client.post(bulk("publish", [lesson]), shown)
    client.post(bulk("publish", [lesson]), shown)
    page = now(lesson)
    assert (page.live, page.workflow_in_progress) == (True, False)


@pytest.mark.skipif(
    not connection.features.has_select_for_update, reason="SQLite has one lock for all writers"
)
def test_two_decisions_at_one_moment_wait_for_each_other(lesson, client, raul):
    signed_in(client, raul)
    with CaptureQueriesContext(connection) as asked:
        client.post(decision_link(lesson, "approve"))
    locks = [
        query["sql"]
        for query in asked
        if "FOR UPDATE" in query["sql"] and '"wagtailcore_page"' in query["sql"]
    ]
    decided = next(
        place
        for place, query in enumerate(asked)
        if query["sql"].startswith('UPDATE "wagtailcore_taskstate"')
    )
    assert any(query["sql"] in locks for query in list(asked)[:decided])
