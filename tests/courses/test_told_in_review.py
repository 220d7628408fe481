"""What those who wait for a review read: who asked for what, how to take a page out, which date is
left.
"""

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import WorkflowTask

from accounts.models import RoleGrant
from courses.models import LessonPage, ReviewTask
from tests.courses.deciding import RETURN, decision_link, newest, now, opened_now, save, told
from tests.courses.editor import bulk, form_of, signed_in, url

pytestmark = pytest.mark.django_db
ASKED = "Cita el artículo 8."


def returned(client, raul, page):
    signed_in(client, raul).post(decision_link(page, "reject"), {"comment": ASKED})


def words(client, person, address) -> str:
    body = signed_in(client, person).get(address).content.decode()
    return " ".join(html.unescape(body).split())


def test_who_asked_for_changes_is_named_with_the_comment(lesson, client, ada, raul):
    returned(client, raul, lesson)
    screen = words(client, ada, url("edit", lesson.pk))
    assert f"Raul Quispe pidió cambios. Su comentario: «{ASKED}»" in screen
    assert "por Raul Quispe" in screen
    home = words(client, ada, "/gestion/")
    assert f"Raul Quispe pidió cambios: «{ASKED}»" in home
    assert "Cambios solicitados el" not in home


def test_an_author_reads_how_to_take_a_page_out_of_review(lesson, client, ada):
    screen = words(client, ada, url("edit", lesson.pk))
    assert "quien la envió elige «Saca de revisión» en el menú de abajo." in screen
    assert screen.count("Saca de revisión") > 1
    assert "Cancelar flujo de trabajo" not in screen


def test_a_date_that_was_taken_back_leaves_the_draft_too(lesson, client, ada, raul):
    when = {"go_live_at": f"{timezone.localtime() + timedelta(days=2):%d/%m/%Y %H:%M}"}
    save(client, ada, lesson, **{"action-cancel-workflow": "action-cancel-workflow"})
    save(client, ada, lesson, objective="Con fecha.", **{"action-submit": "action-submit"}, **when)
    signed_in(client, raul).post(decision_link(lesson, "approve"))
    scheduled = now(lesson).scheduled_revision
    answer = signed_in(client, ada).post(
        url("revisions_unschedule", lesson.pk, scheduled.pk), follow=True
    )
    assert "El borrador quedó sin fecha" in told(answer)
    assert newest(lesson).go_live_at is None
    save(client, ada, lesson, **{"action-submit": "action-submit"})
    signed_in(client, raul).post(decision_link(lesson, "approve"))
    assert now(lesson).objective == "Con fecha."


def test_a_page_renamed_and_sent_back_is_called_by_its_new_name(lesson, client, raul):
    form = form_of(newest(lesson), title="Otro nombre", **RETURN, **opened_now(lesson))
    answer = signed_in(client, raul).post(url("edit", lesson.pk), form, follow=True)
    assert "Devolviste “Otro nombre”" in told(answer)
    assert "Lección l1" not in told(answer)


def test_a_renamed_page_published_alone_for_later_is_called_by_its_new_name(
    course, client, ada, raul, oscar
):
    RoleGrant.objects.filter(user=raul).update(ends_on=timezone.localdate())
    page = LessonPage.objects.filter(slug="l1").order_by("path").first()
    page.title, page.go_live_at = "Otro nombre", timezone.now() + timedelta(days=2)
    page.save_revision(user=ada)
    address = reverse("review:publish_alone", args=[page.pk])
    answer = signed_in(client, oscar).post(address, {"reason": "Cambió el plazo."}, follow=True)
    assert "“Otro nombre” se publica sin revisión el " in told(answer)


def test_the_buttons_of_a_review_speak_as_all_buttons_do(lesson, client, raul):
    screen = words(client, raul, url("edit", lesson.pk))
    for button in ("Pide cambios", "Aprueba y publica", "Aprueba con comentario y publica"):
        assert button in screen
    assert "Aprobar" not in screen


def test_the_act_on_many_asks_in_words(lesson, client, ada):
    now(lesson).unpublish()
    screen = words(client, ada, bulk("publish", [lesson.get_parent()]))
    assert "Incluye los borradores que están dentro" in screen
    assert "Include descendants" not in screen


def test_what_came_back_is_sent_again_in_one_way(lesson, client, ada, raul):
    returned(client, raul, lesson)
    screen = words(client, ada, url("edit", lesson.pk))
    assert "Envía otra vez a Revisión legal" in screen
    assert "action-restart-workflow" not in screen
    step = ReviewTask.objects.create(name="Otro paso")
    WorkflowTask.objects.create(workflow=lesson.get_workflow(), task=step, sort_order=1)
    assert "Empieza la revisión de nuevo" in words(client, ada, url("edit", lesson.pk))
