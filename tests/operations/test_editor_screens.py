"""Checks the screens of the editor that are ours by a layer around Wagtail's: refusals, files."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import sync_roles
from courses.models import LessonPage, ModulePage
from tests.courses.editor import form_of

pytestmark = pytest.mark.django_db
NINES = "9" * 40


@pytest.fixture
def editor(client, ada, course):
    sync_roles(today=timezone.localdate())
    client.raise_request_exception = False
    client.force_login(ada)
    return client


@pytest.mark.parametrize(
    "address",
    [
        "/gestion/api/main/pages/?search=%00",
        f"/gestion/api/main/pages/?offset={NINES}",
        f"/gestion/reports/site-history/?user={NINES}",
        f"/gestion/pages/?p={NINES}",
        f"/gestion/images/?p={NINES}&q=%00",
    ],
)
def test_a_value_that_the_database_cannot_take_is_no_fault(editor, address):
    answer = editor.get(address)
    assert answer.status_code in {200, 302, 400}
    assert answer.status_code != 400 or "No pudimos leer lo que se envió" in answer.content.decode()


NO_PROSE = {
    "nested": "[" * 100_000,
    "a long number": "1" * 5000,
    "no text": '{"blocks":[{}],"entityMap":{}}',
    "no blocks": '{"blocks":5}',
    "nothing to point at": '{"blocks":[{"key":"a","text":"x","type":"unstyled","depth":0,'
    '"inlineStyleRanges":[],"entityRanges":[{"offset":0,"length":1,"key":7}]}],"entityMap":{}}',
    "words": "hola",
}


@pytest.mark.parametrize("sent", NO_PROSE.values(), ids=NO_PROSE)
@pytest.mark.parametrize("field", ["body-0-value-body", "workflow-action-extra-data"])
def test_a_text_that_no_editor_writes_is_no_fault(editor, field, sent):
    if field == "workflow-action-extra-data":
        sent = sent.replace('{"blocks"', '[{"blocks"')
    page = LessonPage.objects.first()
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    answer = editor.post(address, form_of(page, **{field: sent}))
    assert answer.status_code == 400
    assert "No pudimos leer lo que se envió" in answer.content.decode()


@pytest.mark.parametrize("name", ["edit", "copy", "move", "unpublish"])
def test_a_form_without_its_fields_is_no_fault(editor, name):
    page = LessonPage.objects.first()
    answer = editor.post(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]), {})
    assert answer.status_code < 500
    if name == "edit":
        assert answer.status_code == 400
        assert "No pudimos leer lo que se envió" in answer.content.decode()


@pytest.mark.parametrize("kind", ["images", "documents"])
def test_a_file_that_was_not_taken_is_told_with_a_way_that_helps(editor, kind):
    body = editor.get(f"/gestion/{kind}/multiple/add/").content.decode()
    assert "No se subió. Si no ves por qué, recarga la página: quizá terminó tu sesión." in body
    assert "Inténtalo otra vez" not in body


def test_what_is_not_there_is_told_in_our_words(editor):
    answer = editor.get("/gestion/pages/999999/edit/")
    assert answer.status_code == 404
    assert "Quizá se eliminó, cambió de lugar o no tienes acceso." in answer.content.decode()
    assert "Wagtail" not in answer.content.decode()


def test_the_history_as_a_file_tells_the_time_of_lima_without_empty_lines(editor):
    answer = editor.get("/gestion/reports/site-history/", {"export": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(rows) > 1
    assert all(any(row) for row in rows)
    assert "+00:00" not in answer.content.decode()


@pytest.mark.parametrize(
    "sentence", ["El sitio no pudo guardar.", "Quita la barra", "Busca opciones"]
)
def test_scripts_of_the_editor_speak_spanish(editor, sentence):
    assert sentence in editor.get(reverse("wagtailadmin_javascript_catalog")).content.decode()


def test_withdrawing_many_pages_is_asked_in_spanish(client, oscar, course):
    sync_roles(today=timezone.localdate())
    client.force_login(oscar)
    page = LessonPage.objects.first().get_parent()
    shown = client.get(
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"]), {"id": page.pk}
    ).content.decode()
    assert "Retira también lo que está dentro" in shown
    assert "Include descendants" not in shown


def test_moving_where_the_address_is_taken_is_refused_in_spanish(client, oscar, course):
    sync_roles(today=timezone.localdate())
    client.force_login(oscar)
    page = LessonPage.objects.first()
    module = page.get_parent()
    other = module.get_parent().add_child(
        instance=ModulePage(title="Otro módulo", slug="otro", live=False)
    )
    other.add_child(instance=LessonPage(title="Otra", slug=page.slug, objective="Sabe", live=False))
    address = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, other.pk])
    shown = client.get(address, follow=True).content.decode()
    assert f"En ese lugar ya hay una página con la dirección «{page.slug}»." in shown


@pytest.mark.parametrize(
    "rows", ["id=abc", "id=", "id=1.5", "id=all&childOf=abc"], ids=["words", "empty", "part", "up"]
)
@pytest.mark.parametrize(
    "act", ["wagtailcore/page/delete", "content/customimage/delete", "accounts/user/delete"]
)
def test_an_act_on_rows_that_no_number_names_is_answered_in_words(client, oscar, act, rows):
    sync_roles(today=timezone.localdate())
    client.force_login(oscar)
    for answer in (
        client.get(f"/gestion/bulk/{act}/?{rows}"),
        client.post(f"/gestion/bulk/{act}/?{rows}"),
    ):
        assert answer.status_code == 400
        assert "Vuelve a la gestión" in answer.content.decode()
