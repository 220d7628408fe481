"""Checks every limited text of a page: at its limit it is published and opens, beyond it a draft
keeps it and says so.
"""

import html

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.blocks import ListBlock, StreamBlock, StructBlock

from accounts.roles import sync_roles
from content.models import HomePage, StandardPage
from content.publishing import CannotPublish
from courses.blocks import LessonBlocks
from courses.models import CataloguePage, CourseHead, CoursePage, LessonPage, ModulePage
from learning.services import enrol_learner
from lib.drafts import DraftText, LineBlock
from quizzes.models import QuizPage
from tests.factories.courses import publish
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz

pytestmark = pytest.mark.django_db
MODELS = [HomePage, StandardPage, CataloguePage, CoursePage, ModulePage, LessonPage, QuizPage]


def limited(model):
    """Return the names of the limited texts of a page."""
    return [field.name for field in model._meta.concrete_fields if isinstance(field, DraftText)]


FIELDS = [(model, name) for model in MODELS for name in limited(model)]
IDS = [f"{model.__name__}-{name}" for model, name in FIELDS]


@pytest.fixture
def pages(course, django_capture_on_commit_callbacks):
    """One published page of each kind."""
    with django_capture_on_commit_callbacks(execute=True):
        add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 3)])
        plain = HomePage.objects.get().add_child(
            instance=StandardPage(title="Simple", slug="simple", live=False)
        )
        publish(plain)
    return {model: model.objects.first() for model in MODELS}


def test_no_page_of_ours_has_a_limited_column_besides_those_of_wagtail():
    names = {
        f"{model.__name__}.{field.name}"
        for model in MODELS
        for field in model._meta.local_concrete_fields
        if field.max_length and not field.choices and not isinstance(field, DraftText)
    }
    assert names == set()


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=IDS)
def test_at_its_limit_a_text_is_published(pages, model, name):
    page = pages[model]
    text = "ñ" * model._meta.get_field(name).max_length
    setattr(page, name, text)
    publish(page)
    assert getattr(model.objects.get(pk=page.pk), name) == text


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=IDS)
def test_beyond_its_limit_a_text_waits_in_the_draft_and_is_named(pages, model, name):
    page, field = pages[model], model._meta.get_field(name)
    text = "ñ" * (field.max_length + 1)
    setattr(page, name, text)
    revision = page.save_revision()
    assert getattr(revision.as_object(), name) == text
    with pytest.raises(CannotPublish) as refused:
        revision.publish()
    (problem,) = refused.value.problems
    assert problem.where.lower() == str(field.verbose_name).lower()
    assert str(field.max_length) in problem.message
    assert str(field.max_length + 1) in problem.message
    model.objects.filter(pk=page.pk).update(
        **{name: text}
    )  # the column of a page that was never live holds it too
    assert getattr(model.objects.get(pk=page.pk), name) == text


def forms_of(model, data, *, is_draft):
    """Return the errors of the editor's form by field, as «Guardar borrador» or «Enviar a revisión»
    meet them.
    """
    form = model.get_edit_handler().get_form_class()(data, instance=model())
    if is_draft:
        form.defer_required_fields()
    return form.errors


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=IDS)
def test_a_form_takes_a_long_text_for_a_draft_only(model, name):
    data = {"body-count": "0", name: "a" * (model._meta.get_field(name).max_length + 1)}
    assert name not in forms_of(model, data, is_draft=True)
    (told,) = forms_of(model, data, is_draft=False)[name]
    assert str(model._meta.get_field(name).max_length) in told


def test_a_draft_takes_no_sign_that_a_database_refuses():
    assert "summary" in forms_of(CoursePage, {"summary": "a" * 300 + "\0"}, is_draft=True)


def test_titles_of_255_letters_are_published_and_open(
    course, client, lina, ada, django_capture_on_commit_callbacks
):
    titles = {}
    with django_capture_on_commit_callbacks(execute=True):
        for number, model in enumerate((CoursePage, ModulePage, LessonPage)):
            page = model.objects.order_by("path").first()
            page.title = titles[model] = str(number) + "Ñ" * 254
            publish(page)
    head = CourseHead.objects.get(key=course.key)
    assert not head.is_dirty
    enrol_learner(user=lina, course=head, received_at=timezone.now())
    client.force_login(lina)
    shown = client.get("/cursos/curso/")
    assert shown.status_code == 200
    assert titles[CoursePage] in shown.content.decode()
    assert titles[ModulePage] in shown.content.decode()
    lesson = client.get("/cursos/curso/m1/l1/")
    assert lesson.status_code == 200
    assert titles[LessonPage] in lesson.content.decode()


@pytest.mark.parametrize("model", [CoursePage, ModulePage, LessonPage])
def test_a_title_beyond_its_column_is_refused_in_words_and_kept(client, oscar, course, model):
    sync_roles(today=timezone.localdate())
    client.force_login(oscar)
    page = model.objects.first()
    sent = {
        "title": "a" * 256, "summary": "Otro resumen", "body-count": "0", "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
    }  # fmt: skip
    shown = html.unescape(
        client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), sent).content.decode()
    )
    assert "a" * 256 in shown
    assert "Otro resumen" in shown
    assert "256" in shown
    assert model.objects.get(pk=page.pk).title == page.title


def test_a_lesson_of_sixty_blocks_is_saved(client, oscar, course):
    sync_roles(today=timezone.localdate())
    client.force_login(oscar)
    lesson = LessonPage.objects.first()
    sent = {
        "title": lesson.title, "objective": "Decide.", "is_required": "on", "slug": lesson.slug,
        "body-count": "60", "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0,
    }  # fmt: skip
    for place in range(60):
        block = f"body-{place}"
        sent |= {
            f"{block}-deleted": "",
            f"{block}-order": place,
            f"{block}-type": "checklist",
            f"{block}-id": "",
        }
        sent |= {f"{block}-value-title": f"Lista {place}", f"{block}-value-items-count": "4"}
        for item in range(4):
            part = f"{block}-value-items-{item}"
            sent |= {
                f"{part}-deleted": "",
                f"{part}-order": item,
                f"{part}-id": "",
                f"{part}-type": "item",
                f"{part}-value": "Punto",
            }
    assert len(sent) > 1_221
    assert (
        client.post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), sent).status_code == 302
    )
    lesson.refresh_from_db()
    assert len(lesson.get_latest_revision_as_object().body) == 60


def lines_of(block, path=()):
    """Yield every limited line inside a block with the names that lead to it."""
    if isinstance(block, StructBlock | StreamBlock):
        for name, child in block.child_blocks.items():
            yield from lines_of(child, (*path, name))
    elif isinstance(block, ListBlock):
        yield from lines_of(block.child_block, (*path, "*"))
    elif getattr(block, "field", None) and getattr(block.field, "max_length", None):
        yield path, block


LINES = list(lines_of(LessonBlocks()))


@pytest.mark.parametrize(("path", "block"), LINES, ids=["-".join(path) for path, _block in LINES])
def test_a_line_of_a_block_is_kept_in_drafts_and_refused_beyond_its_limit(path, block):
    assert isinstance(block, LineBlock), path
    limit = block.field.max_length
    assert block.clean("ñ" * limit) == "ñ" * limit
    assert block.clean_deferred("ñ" * (limit + 1)) == "ñ" * (limit + 1)
    with pytest.raises(ValidationError) as refused:
        block.clean("ñ" * (limit + 1))
    assert str(limit + 1) in refused.value.messages[0]
    with pytest.raises(ValidationError):
        block.clean_deferred("ñ" * (limit + 1) + "\0")
