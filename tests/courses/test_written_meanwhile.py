"""Who saves over what somebody else wrote meanwhile is told so, and where the other version is."""

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts.roles import sync_roles
from tests.courses.deciding import newest, opened_now, save, told
from tests.courses.editor import form_of, lesson_of, signed_in, url
from tests.factories.courses import text_block

pytestmark = pytest.mark.django_db
MINE, OTHERS = "Distingues seis ideas.", "Distingues siete ideas."
TOLD = "guardó otra versión de “Lección l1”. Ahora vale lo que acabas de guardar"


@pytest.fixture
def lesson(published, ada):
    sync_roles(today=timezone.localdate())
    lesson = lesson_of(published)
    lesson.save_revision(user=ada)
    return lesson


def kept(client, person, lesson, **changes):
    """Send what the editor keeps by itself."""
    sent = form_of(newest(lesson), **changes)
    return signed_in(client, person).post(
        url("edit", lesson.pk), sent, headers={"accept": "application/json"}
    )


@pytest.mark.parametrize("more", [{}, {"action-submit": "action-submit"}], ids=["saved", "sent"])
def test_another_version_is_named_and_can_be_compared(lesson, client, ada, oscar, more):
    opened = opened_now(lesson)
    save(client, oscar, lesson, objective=OTHERS)
    other = lesson.revisions.order_by("pk").last()
    answer = save(client, ada, lesson, objective=MINE, **opened, **more)
    assert f"Mientras escribías, {oscar.get_full_name()} {TOLD}" in told(answer)
    mine = lesson.revisions.order_by("pk").last()
    address = url("revisions_compare", lesson.pk, other.pk, mine.pk)
    assert address in " ".join(str(message) for message in answer.context["messages"])
    body = client.get(address).content.decode()
    assert "siete" in body
    assert "seis" in body


def test_a_comparison_shows_the_mark_of_a_block_in_words(lesson, client, ada):
    first = lesson.get_latest_revision()
    lesson.body = lesson._meta.get_field("body").to_python(
        [text_block("Otra idea", substantive=True)]
    )
    last = lesson.save_revision(user=ada)
    address = url("revisions_compare", lesson.pk, first.pk, last.pk)
    body = signed_in(client, ada).get(address).content.decode()
    shown = BeautifulSoup(body, "html.parser").select_one("table.comparison, main").get_text(" ")
    assert "Cambio de fondo" in shown
    assert {"Sí", "No"} <= set(shown.split())
    assert not {"True", "False"} & set(shown.split())


def test_of_two_windows_of_one_person_it_names_the_window(lesson, client, ada):
    opened = opened_now(lesson)
    save(client, ada, lesson, objective=OTHERS)
    answer = save(client, ada, lesson, objective=MINE, **opened)
    assert "Mientras escribías, guardaste otra versión en otra ventana de “Lección l1”." in told(
        answer
    )


def test_who_saves_alone_is_told_nothing(lesson, client, ada):
    opened = opened_now(lesson)
    first = save(client, ada, lesson, objective=MINE, **opened)
    again = save(client, ada, lesson, objective=OTHERS, **opened_now(lesson))
    assert "Mientras escribías" not in told(first) + told(again)


def test_what_the_editor_kept_for_the_same_form_is_no_other_version(lesson, client, ada):
    opened = opened_now(lesson)
    answer = kept(client, ada, lesson, objective=MINE, **opened).json()
    own = {"overwrite_revision_id": answer["revision_id"]}
    answer = save(client, ada, lesson, objective=MINE, **opened, **own)
    assert "Mientras escribías" not in told(answer)
