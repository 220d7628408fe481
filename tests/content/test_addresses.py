"""Every address of the site is made of plain letters, whatever an author calls a page; old
addresses lead to new ones.
"""

import re
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import get_resolver, reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Page

from accounts.roles import sync_roles
from content.addresses import LONGEST_SLUG, is_plain_slug, plain_slug
from content.models import FormerAddress, StandardPage
from courses.editions import (
    UnreachableAddress,
    freeze_edition,
    mark_dirty,
    outline_of,
    refuse_unreachable,
)
from courses.models import CourseHead, CoursePage, Edition, LessonPage, ModulePage
from learning.models import Enrolment, Statement
from learning.services import enrol_learner
from tests.factories.courses import add_lesson, publish

HAN = "明 김"
TITLES = (
    "Niñez, migración y educación: ¿qué hacer?",
    "Atención a la niñez migrante",
    "«¿Quién es “refugiado”?»",
    "Ñusta Q'orianka D’Angelo",
    "¿…?",
    HAN,
    "ñ" * 255,
    "Módulo 1: Recibir",
)


@given(
    title=st.text(max_size=255),
    taken=st.sets(st.sampled_from(["leccion", "leccion-2", "a", "a-2"])),
)
def test_every_title_gives_a_name_that_addresses_carry(title, taken):
    slug = plain_slug(title, "lección", taken)
    assert is_plain_slug(slug)
    assert slug not in taken


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Atención a la niñez: ¿qué haces?", "atencion-a-la-ninez-que-haces"),
        ("¿…?", "leccion"),
        ("Caso práctico", "caso-practico-2"),
        ("a" * 90, "a" * LONGEST_SLUG),
    ],
)
def test_a_name_is_the_title_in_plain_letters(title, slug):
    assert plain_slug(title, "lección", {"caso-practico"}) == slug


def test_a_second_long_name_stays_within_its_length():
    first = plain_slug("a" * 90, "lección")
    assert plain_slug("a" * 90, "lección", {first}) == "a" * 58 + "-2"


def all_patterns(patterns=None):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(pattern, "url_patterns"):
            yield from all_patterns(pattern.url_patterns)
        else:
            yield pattern


def test_every_converter_of_a_short_name_takes_what_is_made():
    slugs = [plain_slug(title, "lección") for title in TITLES]
    converters = {
        type(converter): converter
        for found in all_patterns()
        for converter in getattr(found.pattern, "converters", {}).values()
    }
    slug_converter = next(
        found for kind, found in converters.items() if kind.__name__ == "SlugConverter"
    )
    assert all(re.fullmatch(slug_converter.regex, slug) for slug in slugs)


def titled_course(site, title):
    """Publish a course whose course, module and lesson are all called so."""
    course = site.add_child(
        instance=CoursePage(title=title, summary="Resumen", outcome="decidir", live=False)
    )
    course.save_revision()
    module = course.add_child(instance=ModulePage(title=title, live=False))
    module.save_revision()
    lesson = add_lesson(module, "")
    lesson.title = title
    publish(lesson)
    return CoursePage.objects.get(pk=course.pk), lesson


@pytest.mark.django_db
@pytest.mark.parametrize(
    "title", [title for title in TITLES if title != HAN]
)  # no certificate can print it
def test_every_page_of_a_learner_opens_whatever_a_course_is_called(
    site, client, lina, title, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page, _lesson = titled_course(site, title)
    head = CourseHead.objects.get(key=page.translation_key)
    client.force_login(lina)
    enrolment = enrol_learner(user=lina, course=head, received_at=timezone.now())
    course = outline_of(head.latest_edition_id)
    step = course.activities[0]
    addresses = [
        reverse("learning:course", args=[course.slug]),
        reverse("learning:activity", args=[course.slug, step.module_slug, step.slug]),
        reverse("learning:requirements", args=[course.slug]),
        reverse("learning:home"),
        reverse("learning:catalogue"),
    ]
    states = (Enrolment.State.ACTIVE, Enrolment.State.COMPLETED)
    for state in states:
        done = (
            {"completed_at": timezone.now(), "completed_edition": head.latest_edition}
            if state == Enrolment.State.COMPLETED
            else {}
        )
        Enrolment.objects.filter(pk=enrolment.pk).update(state=state, **done)
        for address in addresses:
            assert (address, client.get(address).status_code) == (address, 200)


@pytest.mark.django_db
def test_two_pages_of_one_title_get_two_names(site):
    _page, lesson = titled_course(site, "Caso práctico")
    module = lesson.get_parent().specific
    twins = [
        module.add_child(instance=LessonPage(title=lesson.title, live=False))
        for _number in range(2)
    ]
    assert [twin.slug for twin in twins] == ["caso-practico", "caso-practico-2"]


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["módulo-1", "a" * 61, "a b", "ñ"])
def test_the_model_refuses_a_name_that_no_route_takes(site, slug):
    for live in (True, False):
        with pytest.raises((ValidationError, Exception), match="dirección"):
            site.get_parent().add_child(instance=StandardPage(title="Página", slug=slug, live=live))


@pytest.mark.django_db
def test_an_edition_that_no_address_reaches_is_not_published_and_says_why(course):
    before, page = Edition.objects.count(), CoursePage.objects.get(translation_key=course.key)
    Page.objects.filter(pk=page.pk).update(slug="niñez")
    mark_dirty(page)
    with pytest.raises(UnreachableAddress, match="la dirección de “Curso curso”"):
        freeze_edition(course.key)
    course.refresh_from_db()
    assert course.is_dirty
    assert Edition.objects.count() == before


@pytest.mark.django_db
def test_an_activity_without_an_address_is_shown_without_a_link_and_told_to_the_log(
    course, client, lina, caplog
):
    stored = course.latest_edition.outline
    stored["modules"][0]["slugs"]["es"] = "módulo-1"
    with pytest.raises(UnreachableAddress):
        refuse_unreachable(stored)
    Edition.objects.filter(pk=course.latest_edition_id).update(outline=stored)
    outline_of.cache_clear()
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    client.force_login(lina)
    for address in (
        "/mi-aprendizaje/",
        "/mi-aprendizaje/curso/requisitos/",
        "/cursos/curso/",
        "/cursos/curso/m2/l1/",
    ):
        answer = client.get(address)
        assert (address, answer.status_code) == (address, 200)
        assert "curso/módulo-1" not in answer.content.decode()
    assert client.get("/mi-aprendizaje/curso/continuar/")["Location"] == "/cursos/curso/"
    assert "No address: learning:activity" in caplog.text


# --- Old addresses
# --------------------------------------------------------------------------------------------------


def rename(page, slug):
    page = Page.objects.get(pk=page.pk).specific
    page.slug = slug
    publish(page)


@pytest.fixture
def reading(course, lina, client):
    enrolment = enrol_learner(user=lina, course=course, received_at=timezone.now())
    client.force_login(lina)
    return enrolment


def lesson_at(module, slug):
    return LessonPage.objects.child_of(ModulePage.objects.get(slug=module)).get(slug=slug)


@pytest.mark.django_db
def test_every_old_address_leads_to_where_a_page_is_now(
    course, reading, client, django_capture_on_commit_callbacks
):
    page = CoursePage.objects.get(translation_key=course.key)
    for renamed, slug in (
        (page, "curso-nuevo"),
        (ModulePage.objects.get(slug="m1"), "m-uno"),
        (lesson_at("m1", "l1"), "l-una"),
    ):
        with django_capture_on_commit_callbacks(execute=True):
            rename(renamed, slug)
    now = "/cursos/curso-nuevo/m-uno/l-una/"
    for old in (
        "/cursos/curso/m1/l1/",
        "/cursos/curso-nuevo/m1/l1/",
        "/cursos/curso-nuevo/m-uno/l1/",
    ):
        assert client.get(old)["Location"] == now
    assert client.get("/cursos/curso/")["Location"] == "/cursos/curso-nuevo/"
    assert client.get("/mi-aprendizaje/curso/requisitos/")["Location"].startswith(
        "/mi-aprendizaje/curso-nuevo/requisitos/"
    )
    assert (
        client.get("/mi-aprendizaje/curso/continuar/")["Location"]
        == "/mi-aprendizaje/curso-nuevo/continuar/"
    )
    assert client.get(now).status_code == 200
    assert client.get("/cursos/nunca/m1/l1/").status_code == 404


@pytest.mark.django_db
def test_an_act_from_a_page_that_was_open_before_the_rename_counts(
    course, reading, client, django_capture_on_commit_callbacks
):
    key = lesson_at("m1", "l1").translation_key
    with django_capture_on_commit_callbacks(execute=True):
        rename(CoursePage.objects.get(translation_key=course.key), "curso-nuevo")
    answer = client.post(f"/mi-aprendizaje/curso/leida/{key}/", {"uuid": uuid4()})
    assert answer["Location"] == "/cursos/curso-nuevo/m1/l2/"
    assert Statement.objects.filter(activity_key=key, verb="completed").count() == 1


@pytest.mark.django_db
def test_enrolling_from_a_page_that_was_open_before_the_rename_counts(
    course, lina, client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        rename(CoursePage.objects.get(translation_key=course.key), "curso-nuevo")
    client.force_login(lina)
    assert (
        client.post("/inscripcion/curso/", {"uuid": uuid4()})["Location"]
        == "/mi-aprendizaje/curso-nuevo/continuar/"
    )
    assert Enrolment.objects.filter(learner=lina.learner_key).count() == 1


@pytest.mark.django_db
def test_a_lesson_that_moved_is_found_and_its_act_counts(
    course, reading, client, django_capture_on_commit_callbacks
):
    lesson = lesson_at("m1", "l2")
    LessonPage.objects.filter(pk=lesson.pk).update(
        slug="viajera", url_path=lesson.url_path.replace("l2", "viajera")
    )
    with django_capture_on_commit_callbacks(execute=True):
        LessonPage.objects.get(pk=lesson.pk).move(
            ModulePage.objects.get(slug="m2"), pos="last-child"
        )
    assert client.get("/cursos/curso/m1/viajera/")["Location"] == "/cursos/curso/m2/viajera/"
    client.post(f"/mi-aprendizaje/curso/leida/{lesson.translation_key}/", {"uuid": uuid4()})
    assert Statement.objects.filter(activity_key=lesson.translation_key).count() == 1


@pytest.mark.django_db
def test_a_plain_page_is_found_by_its_old_address_until_another_takes_it(
    site, client, django_capture_on_commit_callbacks
):
    home = site.get_parent()
    page = publish(home.add_child(instance=StandardPage(title="Accesibilidad", live=False)))
    with django_capture_on_commit_callbacks(execute=True):
        rename(page, "para-todos")
    assert client.get("/accesibilidad/")["Location"] == "/para-todos/"
    with django_capture_on_commit_callbacks(execute=True):
        rename(page, "accesibilidad")
    assert client.get("/accesibilidad/").status_code == 200
    assert not FormerAddress.objects.filter(path="accesibilidad").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Panel", "panel-2"),
        ("Ayuda", "ayuda-2"),
        ("Verificar", "verificar-2"),
        ("Cursos", "cursos-2"),
    ],
)
def test_a_plain_page_never_hides_behind_a_screen_of_the_site(site, client, title, slug):
    page = publish(site.get_parent().add_child(instance=StandardPage(title=title, live=False)))
    assert page.slug == slug
    assert client.get(f"/{slug}/").status_code == 200


@pytest.mark.django_db
def test_a_draft_leaves_no_old_address(site, django_capture_on_commit_callbacks):
    page = site.get_parent().add_child(instance=StandardPage(title="Ni", live=False))
    with django_capture_on_commit_callbacks(execute=True):
        page.slug, page.title = "ninez", "Niñez"
        page.save()
    assert not FormerAddress.objects.exists()


@pytest.mark.django_db
def test_banks_are_named_by_the_site(client, ada):
    sync_roles(today=timezone.localdate())
    client.force_login(ada)
    addresses = [
        client.post("/gestion/preguntas/banco-nuevo/", {"title": title})["Location"]
        for title in ("Niñez: ¿qué hacer?", "¿Niñez, qué hacer?")
    ]
    assert addresses == [
        "/gestion/preguntas/banco/ninez-que-hacer/",
        "/gestion/preguntas/banco/ninez-que-hacer-2/",
    ]
    assert client.get(addresses[1]).status_code == 200
