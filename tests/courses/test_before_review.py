"""Who sends a page to review, and who decides on it, reads what its readers would meet there."""

import pytest
from django.utils import timezone

from accounts.roles import sync_roles
from norms.models import Norm
from tests.courses.deciding import told
from tests.courses.editor import form_of, lesson_of, module_of, signed_in, url
from tests.factories.courses import add_lesson

pytestmark = pytest.mark.django_db
LINK = "Enlaza a “Lección l2”, que no está publicada: quien lea no podrá abrirla."
NORM = "Cita «Ley 1, De prueba», cuyo estado es «Derogada»: quien lea verá esa advertencia."


def raw(page) -> str:
    """What the editor sends of a text with a link to a page."""
    return (
        '{"blocks": [{"key": "a", "text": "Texto", "type": "unstyled", "depth": 0, '
        '"inlineStyleRanges": [], "entityRanges": [{"offset": 0, "length": 5, "key": 0}]}],'
        ' "entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"id": '
        f"{page.pk}" "}}}}"
    )  # fmt: skip


@pytest.fixture
def lesson(published, raul):
    sync_roles(today=timezone.localdate())
    return lesson_of(published)


def send(client, ada, lesson, other) -> str:
    sent = form_of(lesson, **{"body-0-value-body": raw(other), "action-submit": "action-submit"})
    return told(signed_in(client, ada).post(url("edit", lesson.pk), sent, follow=True))


def opened(client, person, lesson) -> str:
    return told(signed_in(client, person).get(url("edit", lesson.pk)))


@pytest.mark.parametrize("closed", ["lesson", "course"])
def test_a_link_to_what_nobody_can_open(published, lesson, client, ada, raul, closed):
    other = lesson_of(published, "m1", "l2")
    (other if closed == "lesson" else published).unpublish()
    assert LINK in send(client, ada, lesson, other)
    assert LINK in opened(client, raul, lesson)


def test_a_link_to_what_is_open_is_told_nothing(published, lesson, client, ada, raul):
    other = lesson_of(published, "m1", "l2")
    assert "Enlaza" not in send(client, ada, lesson, other)
    assert "Enlaza" not in opened(client, raul, lesson)


@pytest.mark.parametrize("state", [Norm.State.REPEALED, Norm.State.IN_FORCE])
def test_a_norm_that_ended(published, lesson, client, ada, raul, state):
    facts = {"date_text": "2026", "issuer": "Congreso", "state": state}
    norm = Norm.objects.create(code="LEY-1", type="Ley", number="1", title="De prueba", **facts)
    citation = {"norm": norm.pk, "locator": "", "says": "<p>Algo</p>", "is_substantive": False}
    page = add_lesson(
        module_of(published), "cita", blocks=[{"type": "citation", "value": citation}]
    )
    assert opened(client, raul, page) == ""
    page.get_workflow().start(page, ada)
    assert (NORM in opened(client, raul, page)) is (state == Norm.State.REPEALED)
