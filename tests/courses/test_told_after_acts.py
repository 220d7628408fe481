"""What the editor is told after an act is true, and where it leads answers."""

import html
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.roles import sync_roles
from courses.models import CoursePage, LessonPage, ModulePage
from learning.models import Enrolment
from tests.courses.deciding import approve_by_button, decision_link, opened_now, shown_now
from tests.courses.editor import bulk, form_of, lesson_of, module_of, signed_in, url
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz

pytestmark = pytest.mark.django_db
NEW = "Distingues tres ideas."
LATER = "Se verá cuando publiques el curso “Curso curso”."
CHOSEN = {"action-workflow-action": "true"}


@pytest.fixture
def published(course, raul):
    """A small published course, in a site where Raúl reviews."""
    sync_roles(today=timezone.localdate())
    return CoursePage.objects.get(translation_key=course.key)


@pytest.fixture
def act(client, django_capture_on_commit_callbacks):
    """Press a button as a person; return all that is told, and see that each link among it
    answers.
    """

    def press(person, address, sent=None) -> str:
        signed_in(client, person)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(address, sent or {}, follow=True)
        assert answer.status_code == 200
        told = [str(message) for message in answer.context["messages"]]
        for link in re.findall(r'href="([^"]+)"', " ".join(told)):
            assert (link, client.get(html.unescape(link), follow=True).status_code) == (link, 200)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", " ".join(told))).split())

    return press


def newest(lesson):
    """The page as its editor shows it."""
    return LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()


def sent_to_review(act, author, lesson, **changes):
    sent = form_of(lesson, objective=NEW, **{"action-submit": "action-submit"}, **changes)
    assert "Enviaste “Lección l1” a revisión." in act(author, url("edit", lesson.pk), sent)
    return LessonPage.objects.get(pk=lesson.pk)


def decided(act, reviewer, lesson, action, comment="", **changes) -> str:
    """Decide in the form of the page, as the menu of its button does."""
    more = CHOSEN | {
        "workflow-action-name": action,
        "workflow-action-extra-data": f'{{"comment": "{comment}"}}',
    }
    return act(
        reviewer,
        url("edit", lesson.pk),
        form_of(newest(lesson), objective=NEW, **more, **opened_now(lesson), **changes),
    )


def decided_by_link(act, reviewer, lesson, action, comment="") -> str:
    """Decide from the home of the editor."""
    return act(reviewer, decision_link(lesson, action), {"comment": comment})


@pytest.mark.parametrize("door", [decided, decided_by_link], ids=["in the form", "from home"])
def test_an_approval_says_that_it_published(published, act, ada, raul, door):
    told = door(act, raul, sent_to_review(act, ada, lesson_of(published)), "approve")
    assert "Aprobaste y publicaste “Lección l1”." in told
    assert LessonPage.objects.get(pk=lesson_of(published).pk).objective == NEW


@pytest.mark.parametrize("door", [decided, decided_by_link], ids=["in the form", "from home"])
def test_sending_back_says_so(published, act, ada, raul, door):
    told = door(
        act, raul, sent_to_review(act, ada, lesson_of(published)), "reject", "Cita el artículo 8."
    )
    assert "Devolviste “Lección l1” a quien la escribió, con tu comentario." in told


def test_sending_back_without_words_promises_none(published, act, ada, raul):
    told = decided(act, raul, sent_to_review(act, ada, lesson_of(published)), "reject")
    assert "Devolviste “Lección l1” a quien la escribió, sin comentario." in told


def in_two_days() -> dict[str, str]:
    moment = timezone.localtime() + timedelta(days=2)
    return {"go_live_at": f"{moment:%d/%m/%Y %H:%M}"}


@pytest.mark.parametrize("door", [decided, decided_by_link], ids=["in the form", "from home"])
def test_an_approval_for_later_says_when_and_not_that_it_published(published, act, ada, raul, door):
    when = in_two_days()
    lesson = sent_to_review(act, ada, lesson_of(published), **when)
    told = (
        decided(act, raul, lesson, "approve", **when)
        if door is decided
        else door(act, raul, lesson, "approve")
    )
    assert f"Aprobaste “Lección l1”. Se publica el {when['go_live_at'][:10]} a las " in told
    assert "publicaste" not in told


def test_what_lies_below_an_unpublished_course_is_told_to_wait_for_it(published, act, ada, raul):
    lesson = sent_to_review(act, ada, lesson_of(published))
    published.unpublish()
    assert f"Aprobaste y publicaste “Lección l1”. {LATER}" in decided(act, raul, lesson, "approve")


def test_all_that_is_not_published_above_is_named(published, act, ada, raul):
    lesson = sent_to_review(act, ada, lesson_of(published))
    published.unpublish()
    module_of(published).unpublish()
    told = decided_by_link(act, raul, lesson, "approve")
    assert "Se verá cuando publiques el curso “Curso curso” y el módulo “Módulo m1”." in told


def test_a_draft_of_what_is_published_is_not_told_to_have_changed_it(published, act, ada):
    told = act(
        ada, url("edit", lesson_of(published).pk), form_of(lesson_of(published), objective=NEW)
    )
    assert "Se guardó “Lección l1”." in told
    assert "Es un borrador: lo publicado sigue igual." in told


def test_a_draft_of_what_was_never_published_needs_no_word(published, act, ada):
    lesson_of(published).unpublish()
    told = act(
        ada, url("edit", lesson_of(published).pk), form_of(lesson_of(published), objective=NEW)
    )
    assert "Se guardó “Lección l1”." in told
    assert "lo publicado sigue igual" not in told


def test_an_old_version_that_is_taken_again_is_a_draft(published, act, ada, client):
    lesson = lesson_of(published)
    first = lesson.revisions.order_by("pk").first()
    signed_in(client, ada)
    shown = client.get(url("revisions_revert", lesson.pk, first.pk)).context["messages"]
    words = " ".join(re.sub(r"<[^>]+>", " ", " ".join(map(str, shown))).split())
    assert "Ves una versión anterior: la guardó el sitio el " in words
    told = act(ada, url("revisions_revert", lesson.pk, first.pk), form_of(lesson, objective=NEW))
    assert "Se guardó en “Lección l1” la versión del " in told
    assert "Es un borrador: lo publicado sigue igual." in told


@pytest.fixture
def alone(raul):
    """Nobody reviews today."""
    RoleGrant.objects.filter(user=raul).update(ends_on=timezone.localdate())


def test_publishing_alone_below_an_unpublished_course_says_that_it_waits(
    published, alone, act, oscar
):
    lesson = lesson_of(published)
    published.unpublish()
    told = act(
        oscar, reverse("review:publish_alone", args=[lesson.pk]), {"reason": "Cambió el plazo."}
    )
    assert f"Publicaste “Lección l1” sin revisión. El motivo queda en el registro. {LATER}" in told


def test_publishing_alone_for_later_says_when(published, alone, act, oscar, ada):
    lesson = lesson_of(published)
    lesson.go_live_at = timezone.now() + timedelta(days=2)
    lesson.save_revision(user=ada)
    told = act(
        oscar, reverse("review:publish_alone", args=[lesson.pk]), {"reason": "Cambió el plazo."}
    )
    assert (
        f"“Lección l1” se publica sin revisión el {timezone.localtime(lesson.go_live_at):%d/%m/%Y}"
        in told
    )
    assert "Publicaste" not in told


def test_many_at_once_below_an_unpublished_course_are_told_to_wait(published, act, ada, raul):
    lessons = [lesson_of(published, "m1", slug) for slug in ("l1", "l2")]
    for lesson in lessons:
        lesson.objective = NEW
        lesson.save_revision(user=ada)
    published.unpublish()
    assert "2 páginas enviadas a revisión." in act(
        ada, bulk("publish", lessons), {"include_descendants": ""}
    )
    told = act(raul, bulk("publish", lessons), {"include_descendants": ""} | shown_now(*lessons))
    assert f"2 páginas publicadas. {LATER}" in told


def test_what_is_for_later_is_not_counted_as_published(published, act, ada, raul):
    lessons = [lesson_of(published, "m1", slug) for slug in ("l1", "l2")]
    for lesson in lessons:
        lesson.objective = NEW
        lesson.go_live_at = timezone.now() + timedelta(days=2) if lesson.slug == "l2" else None
        lesson.save_revision(user=ada)
    act(ada, bulk("publish", lessons), {"include_descendants": ""})
    told = act(raul, bulk("publish", lessons), {"include_descendants": ""} | shown_now(*lessons))
    assert "1 página publicada. 1 página se publica en su fecha." in told


def test_who_writes_sees_what_is_published_without_enrolling(
    published, client, ada, raul, oscar, lina, django_capture_on_commit_callbacks
):
    lesson = lesson_of(published)
    lesson.objective = "Un borrador."
    lesson.save_revision(user=ada)
    with django_capture_on_commit_callbacks(execute=True):
        quiz = add_quiz(module_of(published, "m2"), [(make_bank(), 3)])
    for person in (ada, raul, oscar):
        signed_in(client, person)
        for page in (lesson, quiz, ModulePage.objects.get(pk=lesson.get_parent().pk), published):
            answer = client.get(page.url, follow=True)
            assert (page.title, answer.status_code) == (page.title, 200)
        body = client.get(lesson.url, follow=True).content.decode()
        assert "Distingues dos ideas." in body
        assert "Un borrador." not in body
    assert not Enrolment.objects.exists()
    client.force_login(lina)
    assert client.get(lesson.url)["Location"] == f"/cursos/curso/?{urlencode({'next': lesson.url})}"


def test_the_other_acts_say_what_they_did(published, act, ada, oscar):
    lesson, module = lesson_of(published), module_of(published)
    assert "Se creó “Nueva” como borrador." in act(
        ada, url("add", "courses", "lessonpage", module.pk), form_of(lesson, title="Nueva")
    )
    sent = form_of(lesson, title="Otra", **{"action-submit": "action-submit"})
    assert "Creaste “Otra” y la enviaste a revisión." in act(
        ada, url("add", "courses", "lessonpage", module.pk), sent
    )
    sent_to_review(act, ada, lesson)
    cancelled = form_of(newest(lesson), **{"action-cancel-workflow": "action-cancel-workflow"})
    assert "“Lección l1” ya no está en revisión." in act(ada, url("edit", lesson.pk), cancelled)
    other = module_of(published, "m2")
    assert "Moviste “Otra”." in act(
        ada, url("move_confirm", LessonPage.objects.get(title="Otra").pk, other.pk)
    )
    told = act(
        ada,
        url("copy", module.pk),
        {"new_title": "Copia", "new_parent_page": published.pk, "copy_subpages": "on"},
    )
    assert "Copiaste “Módulo m1” y lo que lleva dentro (páginas: 3)." in told
    told = act(ada, url("copy", lesson.pk), {"new_title": "Otra vez", "new_parent_page": module.pk})
    assert "Copiaste “Lección l1”." in told
    assert "Retiraste “Lección l2” de la publicación." in act(
        ada, url("unpublish", lesson_of(published, "m1", "l2").pk)
    )
    assert "Eliminaste “Otra vez”." in act(
        ada, url("delete", LessonPage.objects.get(title="Otra vez").pk)
    )


def test_a_date_that_is_taken_back_says_that_nothing_will_be_published(published, act, ada, raul):
    when = in_two_days()
    lesson = sent_to_review(act, ada, lesson_of(published), **when)
    decided(act, raul, lesson, "approve", **when)
    revision = LessonPage.objects.get(pk=lesson.pk).scheduled_revision
    told = act(ada, url("revisions_unschedule", lesson.pk, revision.pk))
    assert "“Lección l1” ya no se publica en la fecha que tenía." in told


def test_an_approval_that_was_refused_says_nothing_of_publishing(published, ada, raul, client):
    module = published.add_child(instance=ModulePage(title="Nuevo", live=False, owner=ada))
    module.save_revision(user=ada)
    module.get_workflow().start(module, ada)
    answer = approve_by_button(client, raul, module)
    assert "publicaste" not in " ".join(str(message) for message in answer.context["messages"])


def test_an_act_on_many_pages_is_in_the_history_of_each(act, client, published, ada, raul):
    lessons = [lesson_of(published, "m1", "l1"), lesson_of(published, "m1", "l2")]
    act(ada, bulk("unpublish", lessons))
    act(ada, bulk("publish", lessons))
    act(raul, bulk("publish", lessons), shown_now(*lessons))
    for lesson in lessons:
        rows = client.get(url("history", lesson.pk)).context["object_list"]
        assert {row.action for row in rows} >= {
            "wagtail.unpublish",
            "wagtail.workflow.start",
            "wagtail.workflow.approve",
            "wagtail.publish",
        }, lesson.slug


def test_what_the_editor_keeps_by_itself_is_one_line_of_the_history(client, published, ada):
    lesson = lesson_of(published)
    signed_in(client, ada)
    sent = form_of(lesson, objective=NEW)
    address, script = url("edit", lesson.pk), {"HTTP_ACCEPT": "application/json"}
    first = client.post(address, sent, **script).json()
    for words in ("Distingues cuatro ideas.", "Distingues cinco ideas."):
        again = {"objective": words, "overwrite_revision_id": first["revision_id"]}
        assert client.post(address, sent | again, **script).json()["success"]
    rows = client.get(url("history", lesson.pk)).context["object_list"]
    assert [row.action for row in rows if row.user == ada] == ["wagtail.edit"]


def test_an_act_on_many_that_changes_nothing_says_so(published, act, ada):
    sent_to_review(act, ada, lesson_of(published))
    told = act(ada, bulk("publish", [lesson_of(published)]), {"include_descendants": ""})
    assert told == "No cambió nada: lo elegido ya está en revisión o publicado."


def test_a_page_that_waits_for_review_says_where_to_read_why_and_keeps_what_was_typed(
    published, act, client, ada
):
    lesson = sent_to_review(act, ada, lesson_of(published))
    answer = client.post(url("edit", lesson.pk), form_of(lesson, objective="Distingues seis."))
    body = html.unescape(answer.content.decode())
    assert "está bloqueada, y «Estado» dice por qué. Lo que escribiste sigue aquí" in body
    assert "Bloqueada por la revisión" in body
    assert "Distingues seis." in body
