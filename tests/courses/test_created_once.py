"""Checks that one form of a new page makes one page, whoever sends it again: a double press, or the
editor that saves by itself.
"""

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import sync_roles
from courses.models import LessonPage, ModulePage

pytestmark = pytest.mark.django_db
TITLE = "Niñez, migración y educación: ¿qué hacer?"
TEXT = (
    '{"blocks": [{"key": "a", "text": "Uno", "type": "unstyled", "depth": 0, '
    '"inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}'
)
BY_ITSELF = {"accept": "application/json"}


@pytest.fixture
def new(client, ada, course):
    """Send the form of one new lesson as often as one likes."""
    sync_roles(today=timezone.localdate())
    client.force_login(ada)
    address = reverse(
        "wagtailadmin_pages:add", args=["courses", "lessonpage", ModulePage.objects.first().pk]
    )
    key = re.search(
        r'name="page_key" value="([0-9a-f-]{36})"', client.get(address).content.decode()
    ).group(1)
    form = {
        "title": TITLE,
        "summary": "",
        "objective": "Inscribes.",
        "roles": "",
        "reviewed_on": "",
        "valid_until": "",
    }
    body = {
        "count": "1",
        "0-deleted": "",
        "0-order": "0",
        "0-type": "text",
        "0-id": "",
        "0-value-heading": "",
        "0-value-body": TEXT,
    }
    form |= {f"body-{name}": value for name, value in body.items()}
    comments = {
        f"comments-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS")
    } | {"comments-MAX_NUM_FORMS": ""}

    def send(headers=None, **changes):
        return client.post(address, form | comments | {"page_key": key} | changes, headers=headers)

    return send


def made() -> list[LessonPage]:
    return list(LessonPage.objects.filter(title__startswith="Niñez"))


def test_saving_twice_makes_one_page_with_what_was_sent_last(new):
    assert new().status_code == 302
    assert new(title=TITLE + " Otra vez").status_code == 302
    (page,) = made()
    assert page.title == TITLE + " Otra vez"


def test_what_the_editor_saved_on_its_way_is_the_page_that_is_sent_to_review(new):
    assert new(BY_ITSELF).json()["success"]
    assert new(**{"action-submit": "action-submit"}).status_code == 302
    (page,) = made()
    assert page.workflow_in_progress


def test_what_the_editor_saves_by_itself_after_the_author_saved_changes_nothing(new):
    new(title=TITLE + " Completo")
    late = new(BY_ITSELF)
    assert late.status_code == 400
    assert "ya se guardó" in late.json()["error_message"]
    (page,) = made()
    assert page.title == TITLE + " Completo"
    assert page.revisions.count() == 1


def test_another_form_makes_another_page(new):
    new()
    new(page_key=str(uuid4()))
    assert len(made()) == 2


def test_a_form_that_was_opened_without_a_key_still_saves(new):
    new(page_key="")
    assert len(made()) == 1


def test_the_key_of_a_page_elsewhere_is_not_taken(new):
    elsewhere = str(ModulePage.objects.first().translation_key)
    assert new(page_key=elsewhere).status_code == 302
    (page,) = made()
    assert str(page.translation_key) != elsewhere
