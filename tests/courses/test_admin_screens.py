"""Checks the rules of editions through the screens of the editor, with people who may only do what
their role declares.
"""

import html
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page

from courses.models import CourseHead, CoursePage, Edition, LessonPage, ModulePage
from courses.review import approve
from learning.models import Enrolment
from learning.services import enrol_learner
from tests.courses.deciding import approve_by_button, shown_now
from tests.courses.editor import (
    bulk,
    form_of,
    head_of,
    lesson_of,
    module_of,
    outline,
    signed_in,
    told,
    url,
)
from tests.factories.courses import build_site, publish_course, text_block
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz


def test_editor_is_in_spanish_and_wears_the_name_of_the_site(client, ada, published):
    body = html.unescape(signed_in(client, ada).get("/gestion/").content.decode())
    assert "<title>Panel de control - Puriq</title>" in " ".join(body.split())
    assert "Busca en todas las páginas…" in body
    listing = client.get(reverse("wagtailadmin_explore", args=[published.pk]))
    assert "Contenido de" in listing.content.decode()
    assert "Exploring" not in listing.content.decode()


def test_author_is_offered_the_review_and_no_publishing(client, ada, published):
    body = signed_in(client, ada).get(url("edit", lesson_of(published).pk)).content.decode()
    assert "action-publish" not in body
    assert 'name="action-submit"' in body
    assert "Moderators" not in body


def test_editor_lists_lessons_as_learners_meet_them(client, ada, published):
    module = module_of(published)
    body = (
        signed_in(client, ada)
        .get(reverse("wagtailadmin_explore", args=[module.pk]))
        .content.decode()
    )
    pages = LessonPage.objects.child_of(module).order_by("path")
    places = [body.index(url("edit", page.pk)) for page in pages]
    assert len(places) == 2
    assert places == sorted(places)


def drafts(module: ModulePage, count: int, author) -> list[LessonPage]:
    """Add lessons that were written and not yet published."""
    pages = []
    for number in range(count):
        page = LessonPage(
            title=f"Borrador {number}",
            slug=f"b{number}",
            objective="Decides.",
            summary="Idea",
            live=False,
            owner=author,
        )
        page.body = page._meta.get_field("body").to_python([text_block(f"Texto {number}")])
        module.add_child(instance=page)
        page.save_revision(user=author)
        pages.append(page)
    return pages


# --- One act, one edition
# --------------------------------------------------------------------------------------------------


def test_thirty_pages_approved_in_bulk_make_one_edition(really_published, client, ada, raul):
    pages = drafts(module_of(really_published), 30, ada)
    before = Edition.objects.count()
    assert (
        signed_in(client, ada).post(bulk("publish", pages), {"include_descendants": ""}).status_code
        == 302
    )
    assert Edition.objects.count() == before
    assert (
        signed_in(client, raul)
        .post(bulk("publish", pages), {"include_descendants": ""} | shown_now(*pages))
        .status_code
        == 302
    )
    assert Edition.objects.count() == before + 1
    assert len(outline(really_published)["m1"]) == 32
    assert not head_of(really_published).is_dirty
    assert head_of(really_published).latest_edition.author_key == ada.learner_key


def test_a_module_approved_in_bulk_with_its_drafts_makes_one_edition(
    really_published, client, ada, raul
):
    module = really_published.add_child(
        instance=ModulePage(title="Nuevo", slug="nuevo", live=False, owner=ada)
    )
    module.save_revision(user=ada)
    drafts(module, 3, ada)
    before = Edition.objects.count()
    for person in (ada, raul):
        signed_in(client, person).post(
            bulk("publish", [module]), {"include_descendants": "on"} | shown_now(module)
        )
    assert Edition.objects.count() == before + 1
    assert outline(really_published)["nuevo"] == ["b0", "b1", "b2"]


def test_a_parent_unpublished_with_its_descendants_makes_one_edition(really_published, client, ada):
    before = Edition.objects.count()
    module = module_of(really_published)
    signed_in(client, ada).post(url("unpublish", module.pk), {"include_descendants": "on"})
    assert Edition.objects.count() == before + 1
    assert not LessonPage.objects.child_of(module).live().exists()
    assert list(outline(really_published)) == ["m2"]


def test_a_course_copied_with_its_pages_is_a_draft_and_gets_one_first_edition(
    really_published, client, ada, raul
):
    parent = really_published.get_parent().pk
    sent = {
        "new_title": "Copia: ¿qué hacer?",
        "new_parent_page": parent,
        "copy_subpages": "on",
        "publish_copies": "on",
    }
    form = signed_in(client, ada).get(url("copy", really_published.pk)).content.decode()
    assert "publish_copies" not in form
    assert "new_slug" not in form
    client.post(url("copy", really_published.pk), sent)
    copy = CoursePage.objects.get(slug="copia-que-hacer")
    assert not copy.get_descendants(inclusive=True).live().exists()
    for person in (ada, raul):
        signed_in(client, person).post(
            bulk("publish", [copy]), {"include_descendants": "on"} | shown_now(copy)
        )
    assert [edition.number for edition in head_of(copy).editions.all()] == ["1.0"]
    assert outline(copy) == outline(really_published) == {"m1": ["l1", "l2"], "m2": ["l1", "l2"]}
    assert copy.translation_key != really_published.translation_key


def test_a_lesson_sent_and_approved_makes_one_edition(really_published, client, ada, raul):
    lesson, before = lesson_of(really_published), Edition.objects.count()
    sent = form_of(lesson, objective="Distingues tres ideas.", **{"action-submit": "action-submit"})
    assert signed_in(client, ada).post(url("edit", lesson.pk), sent).status_code == 302
    assert Edition.objects.count() == before
    assert approve_by_button(client, raul, lesson).status_code == 200
    assert Edition.objects.count() == before + 1
    assert lesson_of(really_published).objective == "Distingues tres ideas."


def test_a_failing_act_in_the_editor_leaves_nothing_half_done(
    really_published, client, ada, monkeypatch
):
    withdraw = UnpublishPageAction._after_unpublish

    def fail_at_lessons(action, page):
        if isinstance(page.specific, LessonPage):
            raise RuntimeError("no disk")
        withdraw(action, page)

    monkeypatch.setattr(UnpublishPageAction, "_after_unpublish", fail_at_lessons)
    module, before = module_of(really_published), Edition.objects.count()
    signed_in(client, ada)
    with pytest.raises(RuntimeError, match="no disk"):
        client.post(url("unpublish", module.pk), {"include_descendants": "on"})
    assert module_of(really_published).live
    assert Edition.objects.count() == before
    assert not head_of(really_published).is_dirty


# --- Moves, order, withdrawal
# --------------------------------------------------------------------------------------------------


def test_a_lesson_moved_to_another_module_is_followed_by_one_edition(really_published, client, ada):
    lesson = lesson_of(really_published, "m1", "l2")
    LessonPage.objects.filter(pk=lesson.pk).update(slug="viajera")
    before = Edition.objects.count()
    answer = signed_in(client, ada).post(
        url("move_confirm", lesson.pk, module_of(really_published, "m2").pk)
    )
    assert answer.status_code == 302
    assert Edition.objects.count() == before + 1
    assert outline(really_published) == {"m1": ["l1"], "m2": ["l1", "l2", "viajera"]}


def test_a_lesson_moved_to_another_course_changes_both(really_published, client, ada):
    other = publish_course(build_site(), "otro", modules=1, lessons=1)
    lesson = lesson_of(really_published, "m1", "l2")
    signed_in(client, ada).post(url("move_confirm", lesson.pk, module_of(other).pk))
    assert outline(really_published)["m1"] == ["l1"]
    assert outline(other)["m1"] == ["l1", "l2"]
    assert not CourseHead.objects.filter(is_dirty=True).exists()


def test_an_order_changed_by_dragging_is_followed_by_one_edition(really_published, client, ada):
    lesson, before = lesson_of(really_published, "m1", "l2"), Edition.objects.count()
    signed_in(client, ada).post(url("set_page_position", lesson.pk) + "?position=0")
    assert Edition.objects.count() == before + 1
    assert outline(really_published)["m1"] == ["l2", "l1"]


def test_an_order_of_courses_changed_by_dragging_is_the_order_of_the_catalogue(
    really_published, client, ada
):
    other, before = (
        publish_course(build_site(), "otro", modules=1, lessons=1),
        Edition.objects.count(),
    )
    signed_in(client, ada).post(url("set_page_position", other.pk) + "?position=0")
    assert list(CourseHead.objects.filter(is_open=True).values_list("slug", flat=True)) == [
        "otro",
        "curso",
    ]
    assert Edition.objects.count() == before


@pytest.mark.django_db
def test_an_unpublished_module_takes_its_lessons_from_learners(
    published, course, client, ada, lina, django_capture_on_commit_callbacks
):
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    signed_in(client, ada)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("unpublish", module_of(published).pk))
    assert lesson_of(published).live
    assert list(outline(published)) == ["m2"]
    client.force_login(lina)
    assert client.get("/cursos/curso/m1/l1/").status_code == 404
    assert client.get("/cursos/curso/m2/l1/").status_code == 200


@pytest.mark.django_db
def test_an_unpublished_course_closes_and_keeps_its_records(
    published, course, client, ada, lina, django_capture_on_commit_callbacks
):
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    signed_in(client, ada)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("unpublish", published.pk))
    assert not head_of(published).is_open
    client.force_login(lina)
    assert client.get("/cursos/curso/").status_code == 404
    assert client.get("/mi-aprendizaje/").status_code == 200
    assert Enrolment.objects.count() == 1


@pytest.mark.django_db
def test_a_copy_is_told_from_what_it_was_made_of(published, client, ada):
    lesson, here = lesson_of(published), module_of(published)
    page = signed_in(client, ada).get(url("copy", lesson.pk)).content.decode()
    assert 'value="Lección l1 (copia)"' in page
    before = Page.objects.count()
    for title in ("Lección l1", " lección  L1 "):
        answer = client.post(
            url("copy", lesson.pk), {"new_title": title, "new_parent_page": here.pk}
        )
        assert "Ahí ya hay una página con ese título" in answer.content.decode()
        assert title.strip() in answer.content.decode()
    assert Page.objects.count() == before
    longest = Page._meta.get_field("title").max_length
    sent = {"new_title": "ñ" * (longest + 1), "new_parent_page": here.pk}
    answer = client.post(url("copy", lesson.pk), sent)
    assert answer.status_code == 200
    assert "new_title" in answer.context["form"].errors
    assert Page.objects.count() == before
    sent = {"new_title": "Lección l1 (copia)", "new_parent_page": here.pk}
    client.post(url("copy", lesson.pk), sent)
    copy = Page.objects.get(title="Lección l1 (copia)")
    assert not copy.live
    assert copy.get_parent().pk == here.pk


# --- Aliases
# --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_alias_is_refused_in_the_form_for_copies(published, client, ada):
    before = Page.objects.count()
    signed_in(client, ada)
    for page in (published, module_of(published), lesson_of(published)):
        sent = {
            "new_title": "Alias",
            "new_slug": "alias",
            "new_parent_page": page.get_parent().pk,
            "copy_subpages": "on",
            "alias": "on",
        }
        answer = client.post(url("copy", page.pk), sent, follow=True)
        assert "Dentro de un curso no se usan alias. Copia la página sin marcar “alias”." in told(
            answer
        )
        assert Page.objects.count() == before


@pytest.mark.django_db
def test_nobody_copies_the_whole_catalogue(published, client, oscar):
    before = Page.objects.count()
    for page in (published.get_parent(), published.get_parent().get_parent()):
        parent = page.get_parent().pk
        sent = {
            "new_title": "Otra",
            "new_slug": "otra",
            "new_parent_page": parent,
            "copy_subpages": "on",
            "publish_copies": "on",
        }
        for extra in ({}, {"alias": "on"}):
            signed_in(client, oscar).post(url("copy", page.pk), sent | extra)
    assert Page.objects.count() == before


# --- Time
# --------------------------------------------------------------------------------------------------


def test_due_jobs_publish_what_was_scheduled_in_one_edition(really_published, client, ada, raul):
    lessons = [lesson_of(really_published, "m1", slug) for slug in ("l1", "l2")]
    before, signed = Edition.objects.count(), signed_in(client, ada)
    for lesson in lessons:
        lesson.objective, lesson.go_live_at = (
            "Decides mañana.",
            timezone.now() - timedelta(minutes=1),
        )
        revision = lesson.save_revision(user=ada, approved_go_live_at=lesson.go_live_at)
        approve(revision, approver=raul, now=timezone.now())
        assert revision.approved_go_live_at
    assert signed.get("/salud/listo").status_code == 200
    assert Edition.objects.count() == before
    call_command("run_due_jobs", stdout=StringIO())
    assert Edition.objects.count() == before + 1
    assert {lesson_of(really_published, "m1", slug).objective for slug in ("l1", "l2")} == {
        "Decides mañana."
    }


def test_a_lesson_scheduled_in_its_form_waits_for_its_day(really_published, client, ada, raul):
    lesson, before = lesson_of(really_published), Edition.objects.count()
    tomorrow = timezone.localtime() + timedelta(days=1)
    sent = form_of(
        lesson,
        objective="Decides mañana.",
        go_live_at=f"{tomorrow:%Y-%m-%d %H:%M}",
        **{"action-submit": "action-submit"},
    )
    assert signed_in(client, ada).post(url("edit", lesson.pk), sent).status_code == 302
    assert approve_by_button(client, raul, lesson).status_code == 200
    call_command("run_due_jobs", stdout=StringIO())
    assert Edition.objects.count() == before
    assert lesson_of(really_published).objective == "Distingues dos ideas."
    assert lesson_of(really_published).get_latest_revision().approved_go_live_at


def test_due_jobs_take_out_what_expired(really_published, person, client):
    learner = person("Lina", organisation="tumbes")
    enrol_learner(user=learner, course=head_of(really_published), received_at=timezone.now())
    before, expired = Edition.objects.count(), timezone.now() - timedelta(minutes=1)
    for slug in ("l1", "l2"):
        Page.objects.filter(pk=lesson_of(really_published, "m1", slug).pk).update(expire_at=expired)
    call_command("run_due_jobs", stdout=StringIO())
    assert Edition.objects.count() == before + 1
    assert outline(really_published) == {"m1": [], "m2": ["l1", "l2"]}
    client.force_login(learner)
    assert client.get("/cursos/curso/m1/l1/").status_code == 404


# --- Preview, and who may enter
# --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_preview_shows_the_draft_and_makes_no_edition(
    published, client, ada, django_capture_on_commit_callbacks
):
    lesson, before = lesson_of(published), Edition.objects.count()
    sent = form_of(lesson, title="Título en borrador")
    signed_in(client, ada)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url("preview_on_edit", lesson.pk), sent).json()["is_valid"] is True
        shown = client.get(url("preview_on_edit", lesson.pk))
        client.post(url("edit", lesson.pk), sent)
        draft = client.get(url("view_draft", lesson.pk))
    for answer in (shown, draft):
        assert answer.status_code == 200
        assert "Título en borrador" in answer.content.decode()
        assert "Texto nuevo" in answer.content.decode()
    assert Edition.objects.count() == before
    assert not head_of(published).is_dirty
    assert lesson_of(published).title == "Lección l1"
    assert not Enrolment.objects.exists()


@pytest.mark.django_db
def test_every_kind_of_page_has_a_preview(
    published, client, ada, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        quiz = add_quiz(module_of(published, "m2"), [(make_bank(), 3)])
    before = Edition.objects.count()
    signed_in(client, ada)
    for asked in (published, module_of(published), quiz):
        answer = client.get(url("view_draft", asked.pk))
        assert answer.status_code == 200
        assert asked.title in answer.content.decode()
    assert Edition.objects.count() == before


@pytest.mark.django_db
def test_the_editor_does_not_exist_for_who_does_not_edit(published, client, lina, max_, lucia):
    lesson = lesson_of(published)
    addresses = [
        "/gestion/", url("edit", lesson.pk), url("view_draft", lesson.pk), url("delete", lesson.pk),
        url("unpublish", lesson.pk),
        url("copy", published.pk), bulk("publish", [lesson]), bulk("delete", [lesson]),
        "/gestion/users/", "/gestion/preguntas/",
    ]  # fmt: skip
    for user in (lina, max_, lucia):
        signed_in(client, user)
        for address in addresses:
            assert (address, client.get(address).status_code, client.post(address).status_code) == (
                address,
                404,
                404,
            )
    assert lesson_of(published).live


@pytest.mark.django_db
def test_a_visitor_of_the_editor_is_sent_to_sign_in(client, site):
    answer = client.get("/gestion/pages/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/cuenta/ingresar/?next=/gestion/")


@pytest.mark.django_db
def test_an_author_stays_below_the_catalogue(published, client, ada):
    home = published.get_parent().get_parent()
    signed_in(client, ada)
    assert client.post(url("edit", home.pk)).status_code == 302
    assert client.get("/gestion/users/").status_code in {302, 404}
    assert client.get(url("add", "content", "standardpage", home.pk)).status_code == 302


@pytest.mark.django_db
def test_a_reviewer_writes_and_does_not_publish(
    published, client, raul, django_capture_on_commit_callbacks
):
    lesson, before = lesson_of(published), Edition.objects.count()
    signed_in(client, raul)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            url("edit", lesson.pk),
            form_of(lesson, objective="Según Raúl.", **{"action-publish": "action-publish"}),
        )
        client.post(bulk("publish", [lesson]))
        client.post(url("unpublish", lesson.pk))
    assert Edition.objects.count() == before
    assert lesson_of(published).objective == "Distingues dos ideas."
    assert lesson_of(published).live


@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "closed"])
def test_lists_of_pages_lead_only_to_what_opens(really_published, client, ada, is_closed):
    enrol_learner(user=ada, course=head_of(really_published), received_at=timezone.now())
    signed_in(client, ada)
    lesson = lesson_of(really_published)
    client.post(url("edit", lesson.pk), form_of(lesson))
    if is_closed:
        really_published.unpublish()
    links = set()
    for address in (reverse("wagtailadmin_reports:aging_pages"), "/gestion/"):
        body = html.unescape(client.get(address).content.decode())
        links |= set(re.findall(r'href="([^"]*/cursos/[^"]*)"', body))
    assert is_closed or len(links) > 2
    for link in links:
        assert (link, client.get(link, follow=True).status_code) == (link, 200)
