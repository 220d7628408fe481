"""Checks the rules by which publishing freezes a course into editions."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from courses import editions
from courses.editions import freeze_dirty_courses, freeze_edition, outline_of
from courses.models import CourseHead, CoursePage, Edition, LessonPage, ModulePage
from learning.services import enrol_learner
from tests.factories.courses import (
    add_lesson,
    add_module,
    build_site,
    publish,
    publish_course,
    text_block,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def published(db):
    """The page of a small published course; every commit is real here."""
    return publish_course(build_site())


def head_of(page: Page) -> CourseHead:
    return CourseHead.objects.select_related("latest_edition").get(key=page.translation_key)


def titles(page: Page) -> list[str]:
    return [activity.slug for activity in outline_of(head_of(page).latest_edition_id).activities]


def modules(page: Page) -> list[ModulePage]:
    return list(ModulePage.objects.child_of(page).order_by("path"))


def lesson_of(page: Page, module: int = 0, place: int = 0) -> LessonPage:
    return LessonPage.objects.child_of(modules(page)[module]).order_by("path")[place]


def url_of(lesson: LessonPage) -> str:
    module = lesson.get_parent()
    return f"/cursos/{module.get_parent().slug}/{module.slug}/{lesson.slug}/"


def test_publishing_again_without_a_change_makes_no_edition(published):
    before = Edition.objects.count()
    publish(lesson_of(published))
    assert Edition.objects.count() == before
    assert not head_of(published).is_dirty


def test_a_changed_text_makes_a_minor_edition(published):
    before = head_of(published).latest_edition
    lesson = lesson_of(published)
    lesson.objective = "Distingues tres ideas."
    publish(lesson)
    after = head_of(published).latest_edition
    assert (after.major, after.minor) == (before.major, before.minor + 1)


def test_a_new_required_lesson_makes_a_material_edition(published):
    before = head_of(published).latest_edition
    add_lesson(modules(published)[0], "nueva")
    after = head_of(published).latest_edition
    assert (after.major, after.minor) == (before.major + 1, 0)


def test_a_block_marked_as_a_change_of_substance_makes_a_material_edition(published):
    before = head_of(published).latest_edition
    lesson = lesson_of(published)
    lesson.body = lesson._meta.get_field("body").to_python(
        [text_block("Otra regla", substantive=True)]
    )
    publish(lesson)
    after = head_of(published).latest_edition
    assert (after.major, after.minor) == (before.major + 1, 0)


def test_an_alias_makes_no_edition_and_is_not_in_the_outline(published):
    before = Edition.objects.count()
    lesson = lesson_of(published)
    alias = lesson.create_alias(parent=modules(published)[1], update_slug="repetida")
    publish(lesson)
    alias.refresh_from_db()
    assert alias.live
    assert Edition.objects.count() == before
    assert "repetida" not in titles(published)


def test_an_unpublished_parent_takes_its_lessons_out(published, client, person):
    learner = person("Lina", organisation="tumbes")
    enrol_learner(user=learner, course=head_of(published), received_at=timezone.now())
    client.force_login(learner)
    lesson = lesson_of(published)
    assert client.get(url_of(lesson)).status_code == 200
    modules(published)[0].unpublish()
    lesson.refresh_from_db()
    assert lesson.live
    assert titles(published) == ["l1", "l2"]
    assert client.get(url_of(lesson)).status_code == 404


def test_an_expired_page_is_refused_though_it_is_still_live(published, client, person):
    learner = person("Lina", organisation="tumbes")
    enrol_learner(user=learner, course=head_of(published), received_at=timezone.now())
    client.force_login(learner)
    lesson = lesson_of(published)
    Page.objects.filter(pk=lesson.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    lesson.refresh_from_db()
    assert lesson.live
    assert client.get(url_of(lesson)).status_code == 404


def test_a_move_to_another_module_is_followed(published):
    first, second = modules(published)
    lesson = lesson_of(published)
    lesson.slug = "viajera"
    publish(lesson)
    Page.objects.get(pk=lesson.pk).move(Page.objects.get(pk=second.pk), pos="last-child")
    outline = outline_of(head_of(published).latest_edition_id)
    assert [activity.slug for activity in outline.modules[1].activities] == ["l1", "l2", "viajera"]
    assert first.slug not in {activity.module_slug for activity in outline.modules[1].activities}


def test_a_new_slug_is_followed(published):
    published.slug = "otro-nombre"
    publish(published)
    assert head_of(published).slug == "otro-nombre"


def test_thirty_pages_published_together_make_one_edition(published):
    before = Edition.objects.count()
    with transaction.atomic():
        module = add_module(published, "m9")
        for number in range(29):
            add_lesson(module, f"n{number}")
    assert Edition.objects.count() == before + 1
    assert len(titles(published)) == 33


def test_a_failing_freeze_leaves_the_page_live_and_the_course_dirty_until_it_is_repeated(
    published, monkeypatch, client
):
    def fail(*arguments):
        raise RuntimeError("no disk")

    lesson = lesson_of(published)
    lesson.objective = "Distingues cuatro ideas."
    with monkeypatch.context() as broken:
        broken.setattr(editions, "_Builder", fail)
        publish(lesson)
        assert head_of(published).is_dirty
        assert client.get("/salud/listo").status_code == 503
    lesson.refresh_from_db()
    assert lesson.live
    before = Edition.objects.count()
    freeze_dirty_courses()
    assert Edition.objects.count() == before + 1
    assert client.get("/salud/listo").status_code == 200


def test_a_deleted_page_with_records_is_refused(published, client, person):
    learner = person("Lina", organisation="tumbes")
    enrol_learner(user=learner, course=head_of(published), received_at=timezone.now())
    operator = person("Oscar", role="operator", national=True)
    operator.is_superuser = True
    operator.save(update_fields=["is_superuser"])
    client.force_login(operator)
    client.post(f"/gestion/pages/{published.pk}/delete/")
    assert CoursePage.objects.filter(pk=published.pk).exists()


def test_records_outlive_a_page_that_is_deleted_all_the_same(published, person):
    learner = person("Lina", organisation="tumbes")
    enrolment = enrol_learner(user=learner, course=head_of(published), received_at=timezone.now())
    Page.objects.get(pk=published.pk).delete()
    enrolment.refresh_from_db()
    head = head_of(published)
    assert not head.is_open
    assert outline_of(head.latest_edition_id).title == "Curso curso"


def test_an_edition_never_changes(published):
    edition = head_of(published).latest_edition
    with pytest.raises(TypeError):
        edition.save()
    with pytest.raises(TypeError):
        edition.delete()


def test_a_clean_course_is_not_frozen_again(published):
    assert freeze_edition(published.translation_key) is None
