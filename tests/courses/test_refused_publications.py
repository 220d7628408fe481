"""A publication that does not take place names the page and what stops it, at each door."""

import html
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.roles import sync_roles
from content.publishing import CannotPublish
from courses.models import CoursePage, LessonPage, ModulePage
from courses.queries import missed_publications
from courses.review import approve
from courses.scheduling import publish_due_pages
from tests.courses.deciding import decision_link, opened_now, shown_now
from tests.courses.editor import bulk, form_of, lesson_of, signed_in, url
from tests.factories.courses import text_block

pytestmark = pytest.mark.django_db
OBJECTIVE = "Al terminar la lección…: "
LINK = "Bloque 1, Texto: quien lee no puede abrir el enlace «http://localhost/x»: "
LINKED = (
    '{"blocks": [{"key": "a", "text": "Texto", "type": "unstyled", "depth": 0, '
    '"inlineStyleRanges": [],'
    ' "entityRanges": [{"offset": 0, "length": 5, "key": 0}]}],'
    ' "entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": '
    '"http://localhost/x"}}}}'
)


@pytest.fixture
def published(course, raul):
    """A small published course, in a site where Raúl reviews."""
    sync_roles(today=timezone.localdate())
    return CoursePage.objects.get(translation_key=course.key)


def linked(lesson: LessonPage) -> LessonPage:
    lesson.body = lesson._meta.get_field("body").to_python(
        [text_block('<a href="http://localhost/x">Texto</a>')]
    )
    return lesson


@pytest.fixture
def unfinished(published, ada):
    """Two lessons whose drafts cannot be published: one lacks its objective, a block of the other
    leads nowhere.
    """
    first, second = lesson_of(published, "m1", "l1"), linked(lesson_of(published, "m1", "l2"))
    first.objective = ""
    for lesson in (first, second):
        lesson.save_revision(user=ada, clean=False)
    return first, second


@pytest.fixture
def alone(raul):
    """Nobody reviews today."""
    RoleGrant.objects.filter(user=raul).update(ends_on=timezone.localdate())


@pytest.fixture
def told(client, django_capture_on_commit_callbacks):
    """Press a button as a person; return all that is told afterwards."""

    def press(person, address, sent=None) -> str:
        signed_in(client, person)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(address, sent or {}, follow=True)
        assert answer.status_code == 200
        return html.unescape(" ".join(str(message) for message in answer.context["messages"]))

    return press


def home(client, person) -> str:
    return html.unescape(signed_in(client, person).get("/gestion/").content.decode())


def test_the_button_names_page_and_block(published, alone, told, oscar):
    lesson = lesson_of(published, "m1", "l2")
    sent = form_of(lesson, **{"body-0-value-body": LINKED, "action-publish": "action-publish"})
    assert f"“Lección l2” no se publicó. {LINK}" in told(oscar, url("edit", lesson.pk), sent)


def test_publishing_without_review_names_page_and_field(unfinished, alone, told, oscar, client):
    for lesson, problem in zip(unfinished, (OBJECTIVE, LINK), strict=True):
        address = reverse("review:publish_alone", args=[lesson.pk])
        assert problem in html.unescape(signed_in(client, oscar).get(address).content.decode())
        assert f"“{lesson.title}” no se publicó. {problem}" in told(
            oscar, address, {"reason": "Cambió el plazo."}
        )


def test_many_at_once_are_listed_page_by_page_and_none_is_published(
    unfinished, published, told, ada
):
    whole = lesson_of(published, "m2", "l1")
    whole.objective = "Decides."
    whole.save_revision(user=ada)
    words = told(ada, bulk("publish", [*unfinished, whole]), {"include_descendants": ""})
    assert f"No se publicó nada. En “Lección l1” falta corregir: {OBJECTIVE}" in words
    assert f"No se publicó nada. En “Lección l2” falta corregir: {LINK}" in words
    assert words.count("falta corregir") == 2
    assert not LessonPage.objects.get(pk=whole.pk).workflow_in_progress


@pytest.mark.parametrize("door", ["in the form", "from home", "with others"])
def test_an_approval_names_page_and_block(unfinished, told, ada, raul, door):
    lesson = LessonPage.objects.get(pk=unfinished[1].pk)
    lesson.get_workflow().start(lesson, ada)
    sent = form_of(
        lesson,
        **{
            "body-0-value-body": LINKED,
            "action-workflow-action": "true",
            "workflow-action-name": "approve",
        },
    ) | opened_now(lesson)
    if door == "in the form":
        words = told(raul, url("edit", lesson.pk), sent)
    elif door == "from home":
        words = told(raul, decision_link(lesson, "approve"))
    else:
        words = told(
            raul, bulk("publish", [lesson]), {"include_descendants": ""} | shown_now(lesson)
        )
    assert "“Lección l2”" in words
    assert LINK in words
    assert LessonPage.objects.get(pk=lesson.pk).workflow_in_progress


@pytest.fixture
def due(unfinished, raul):
    """The hour of the second lesson has come; its revision was approved before its block was looked
    at.
    """
    revision = LessonPage.objects.get(pk=unfinished[1].pk).get_latest_revision()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save(update_fields=["approved_go_live_at"])
    approve(revision, approver=raul, now=timezone.now())
    return revision


def test_a_publication_whose_hour_came_stands_on_the_home_of_who_wrote_and_who_operates(
    due, client, ada, oscar, caplog
):
    publish_due_pages(timezone.now())
    assert f"“Lección l2”: {LINK}" in caplog.text
    for person in (ada, oscar):
        assert f"“Lección l2” debía publicarse y no se publicó: {LINK}" in home(client, person)
    due.as_object().get_latest_revision().delete()
    assert "Publicaciones que no se completaron" not in home(client, ada)


def test_the_command_names_page_and_block(due):
    with pytest.raises(CannotPublish) as refused:
        call_command("publish_scheduled", verbosity=0)
    assert str(refused.value).startswith(f"“Lección l2”: {LINK}")


def test_a_publication_is_not_missed_while_the_jobs_come_round(published, ada, raul):
    lesson = lesson_of(published)
    revision = lesson.save_revision(
        user=ada, approved_go_live_at=timezone.now() - timedelta(minutes=1)
    )
    approve(revision, approver=raul, now=timezone.now())
    assert missed_publications(timezone.now()) == []
    late = timezone.now() + timedelta(minutes=10)
    assert missed_publications(late) == [
        (
            "“Lección l1” debía publicarse y no se publicó: el sitio no hace sus tareas. Escribe "
            "en "
            "«Ayuda»."
        )
    ]


def test_a_course_that_nobody_could_finish_is_not_published(published, oscar, client):
    """Neither one without a module, nor one in which nothing has to be done."""
    sync_roles(today=timezone.localdate())
    LessonPage.objects.update(is_required=False)
    published.refresh_from_db()
    told = [str(problem) for problem in published.publishing_problems()]
    assert told == [
        "Módulos: publica antes al menos una actividad necesaria para terminar el curso."
    ]
    with pytest.raises(CannotPublish):
        published.save_revision().publish()
    for module in ModulePage.objects.child_of(published):
        module.unpublish()
    told = [str(problem) for problem in published.publishing_problems()]
    assert told == ["Módulos: publica antes al menos un módulo."]


def test_the_editor_offers_no_tab_for_what_no_page_prints(client, ada, published):
    """Wagtail's own would hold five fields of which none is used; what is typed is sent after
    three seconds without typing, for a prepaid line sends the whole form each time.
    """
    page = signed_in(client, ada).get(url("edit", lesson_of(published).pk)).content.decode()
    assert "Promocionar" not in page
    assert 'href="#tab-promote"' not in page
    assert 'data-w-autosave-interval-value="3000"' in page
