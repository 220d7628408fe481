"""What was published and did not reach the course is told at once, and on the home of the editor
until it is mended.
"""

import html

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from accounts.models import RoleGrant
from accounts.roles import sync_roles
from courses.editions import freeze_dirty_courses
from courses.models import CourseHead, LessonPage
from tests.courses.deciding import decision_link, shown_now
from tests.courses.editor import bulk, form_of, lesson_of, module_of, signed_in, url
from tests.factories.courses import build_site, publish_course

STUCK = (
    "pero el curso todavía no cambió: la dirección de “Lección l1” lleva letras que no "
    "sirven o es muy larga."
)


@pytest.fixture
def published(transactional_db, raul):
    """A small published course, in a site where Raúl reviews; every commit is real."""
    page = publish_course(build_site())
    sync_roles(today=timezone.localdate())
    return page


@pytest.fixture
def told(client):
    """Press a button as a person; return all that is told afterwards."""

    def press(person, address, sent=None) -> str:
        answer = signed_in(client, person).post(address, sent or {}, follow=True)
        assert answer.status_code == 200
        return html.unescape(" ".join(str(message) for message in answer.context["messages"]))

    return press


def home(client, person) -> str:
    return html.unescape(signed_in(client, person).get("/gestion/").content.decode())


@pytest.fixture
def broken(published):
    """An address in the course that nobody could open, so that it cannot be frozen."""
    Page.objects.filter(pk=lesson_of(published, "m2", "l1").pk).update(slug="lección-1")
    return lesson_of(published)


def sent_to_review(lesson, author) -> LessonPage:
    lesson.objective = "Distingues tres ideas."
    lesson.save_revision(user=author)
    lesson.get_workflow().start(lesson, author)
    return LessonPage.objects.get(pk=lesson.pk)


def test_what_is_stuck_is_told_at_once_and_until_it_is_mended(
    broken, told, client, ada, raul, oscar
):
    lesson = sent_to_review(broken, ada)
    words = told(raul, decision_link(lesson, "approve"))
    assert f"Publicada, {STUCK}" in words
    assert "Mira la página publicada" not in words
    for person in (ada, raul, oscar):
        assert f"“Curso curso” se publicó, {STUCK}" in home(client, person)
    Page.objects.filter(slug="lección-1").update(slug="l1")
    freeze_dirty_courses()
    assert not CourseHead.objects.filter(is_dirty=True).exists()
    for person in (ada, oscar):
        assert "Publicaciones que no se completaron" not in home(client, person)


def test_publishing_alone_and_many_at_once_tell_it_too(broken, told, oscar, ada, raul):
    broken.save_revision(user=ada)
    RoleGrant.objects.filter(user=raul).update(ends_on=timezone.localdate())
    words = told(
        oscar, reverse("review:publish_alone", args=[broken.pk]), {"reason": "Cambió el plazo."}
    )
    assert f"Publicada, {STUCK}" in words
    RoleGrant.objects.filter(user=raul).update(ends_on=None)
    lesson = sent_to_review(broken, ada)
    assert f"Publicada, {STUCK}" in told(
        raul, bulk("publish", [lesson]), {"include_descendants": ""} | shown_now(lesson)
    )


def test_what_withdraws_moves_or_deletes_does_not_say_that_it_published(
    broken, published, told, ada
):
    other = lesson_of(published, "m1", "l2")
    Page.objects.filter(pk=other.pk).update(slug="viajera")
    doors = [
        url("move_confirm", other.pk, module_of(published, "m2").pk),
        url("unpublish", other.pk),
        url("delete", other.pk),
    ]
    for address in [*doors, bulk("unpublish", [broken])]:
        words = told(ada, address)
        assert (address, f"Hecho, {STUCK}" in words, "Publicada" in words) == (address, True, False)


def test_a_draft_says_nothing_of_what_is_stuck(broken, told, client, ada, raul):
    lesson = sent_to_review(broken, ada)
    told(raul, decision_link(lesson, "approve"))
    signed_in(client, ada)
    kept = client.post(
        url("edit", lesson.pk),
        form_of(lesson, objective="D."),
        headers={"accept": "application/json"},
    )
    assert kept.json()["success"]
    words = told(ada, url("edit", lesson.pk), form_of(lesson, objective="E."))
    assert STUCK not in words
    assert STUCK not in told(
        ada,
        url("edit", lesson.pk),
        form_of(lesson, objective="E.", **{"action-submit": "action-submit"}),
    )


def test_a_fault_of_the_system_is_told_in_plain_words(
    published, told, client, ada, raul, monkeypatch
):
    def fail(key):
        raise RuntimeError("no disk")

    monkeypatch.setattr("courses.editions.freeze_edition", fail)
    lesson = sent_to_review(lesson_of(published), ada)
    words = told(raul, decision_link(lesson, "approve"))
    assert (
        "Publicada, pero el curso todavía no cambió: una falla del sistema. Lo intentamos de "
        "nuevo cada minuto"
    ) in words
    assert "no disk" not in words
    assert "una falla del sistema" in home(client, ada)
