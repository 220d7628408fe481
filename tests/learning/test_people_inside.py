"""Whoever withdraws, deletes or moves what people study reads before the act how many they are."""

import html

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import CourseHead, CoursePage, LessonPage
from learning.models import Enrolment, Statement
from learning.services import complete_activity, enrol_learner
from tests.courses.editor import bulk, lesson_of, module_of, signed_in, url
from tests.factories.courses import add_module, publish_course

pytestmark = pytest.mark.django_db
TOLD = "“Curso curso”: 2 personas lo estudian, 1 lo terminó."
OTHER = "“Curso otro”: 1 persona lo estudia."
LESS = "Sin esto el curso pide menos"
LESS_IF_AWAY = "Si las llevas a otro curso o a un módulo sin publicar: sin esto el curso pide menos"


@pytest.fixture
def published(course):
    return CoursePage.objects.get(translation_key=course.key)


@pytest.fixture
def studied(course, published, lina, omar, max_, ada):
    """Two people study the course, one finished it; its author tries it too."""
    for person in (lina, omar, max_, ada):
        enrolment = enrol_learner(user=person, course=course, received_at=timezone.now())
    keys = [
        lesson_of(published, module, slug).translation_key
        for module in ("m1", "m2")
        for slug in ("l1", "l2")
    ]
    enrolment = Enrolment.objects.get(learner=max_.learner_key)
    for place, key in enumerate(keys):
        act = {"enrolment_id": enrolment.pk, "learner": max_.learner_key, "activity_key": key}
        complete_activity(
            **act, uuid=f"00000000-0000-4000-8000-00000000000{place}", received_at=timezone.now()
        )
    return published


def screen(client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def pages_of(course) -> dict[str, object]:
    return {"course": course, "module": module_of(course), "lesson": lesson_of(course)}


@pytest.mark.parametrize("kind", ["course", "module", "lesson"])
def test_withdrawing_says_how_many_are_inside(studied, client, ada, kind):
    signed_in(client, ada)
    assert TOLD in screen(client, url("unpublish", pages_of(studied)[kind].pk))


@pytest.mark.parametrize("act", ["unpublish", "move", "delete"])
@pytest.mark.parametrize("kind", ["course", "module", "lesson"])
def test_an_act_on_many_says_how_many_are_inside(studied, client, oscar, act, kind):
    signed_in(client, oscar)
    assert screen(client, bulk(act, [pages_of(studied)[kind]])).count(TOLD) == 1


@pytest.mark.parametrize("kind", ["module", "lesson"])
def test_who_takes_away_what_is_asked_reads_that_others_finish_by_it(studied, client, oscar, kind):
    signed_in(client, oscar)
    page = pages_of(studied)[kind]
    fresh = lesson_of(studied, "m2", "l2")
    Statement.objects.filter(activity_key=fresh.translation_key).delete()
    for address in (
        url("unpublish", page.pk),
        bulk("unpublish", [page]),
        url("delete", fresh.pk),
        bulk("delete", [fresh]),
    ):
        assert screen(client, address).count(LESS) == 1, address


def test_nobody_finishes_by_what_is_not_asked_or_with_a_whole_course(studied, client, oscar):
    signed_in(client, oscar)
    page = lesson_of(studied)
    LessonPage.objects.filter(pk=page.pk).update(is_required=False)
    for address in (
        url("unpublish", page.pk),
        url("unpublish", studied.pk),
        bulk("unpublish", [page, studied]),
        bulk("move", [lesson_of(studied, "m2", "l1")]),
    ):
        assert LESS not in screen(client, address), address


@pytest.fixture
def other(studied, site, omar, django_capture_on_commit_callbacks):
    """A second course, which one of the two studies too."""
    with django_capture_on_commit_callbacks(execute=True):
        page = publish_course(site, "otro", modules=1, lessons=1)
    enrol_learner(
        user=omar,
        course=CourseHead.objects.get(key=page.translation_key),
        received_at=timezone.now(),
    )
    return page


def test_pages_of_one_course_are_told_once_and_each_course_by_its_name(studied, other, client, ada):
    signed_in(client, ada)
    body = screen(client, bulk("unpublish", [lesson_of(studied), module_of(studied), other]))
    assert body.count(TOLD) == 1
    assert body.count(OTHER) == 1


def test_moving_tells_the_course_it_leaves_and_the_one_it_reaches(studied, other, client, ada):
    signed_in(client, ada)
    lesson = lesson_of(studied, "m1", "l2")
    LessonPage.objects.filter(pk=lesson.pk).update(slug="viajera")
    within = screen(client, url("move_confirm", lesson.pk, module_of(studied, "m2").pk))
    away = screen(client, url("move_confirm", lesson.pk, module_of(other).pk))
    assert (within.count(TOLD), within.count(OTHER), within.count(LESS)) == (1, 0, 0)
    assert (away.count(TOLD), away.count(OTHER), away.count(LESS)) == (1, 1, 1)


def test_moving_into_what_is_not_published_tells_that_nobody_sees_it(studied, client, ada):
    signed_in(client, ada)
    closed = add_module(studied, "m3")
    lesson = lesson_of(studied, "m1", "l2")
    body = screen(client, url("move_confirm", lesson.pk, closed.pk))
    assert "“Módulo m3” no está publicada: mientras tanto nadie verá lo que muevas ahí." in body
    assert (body.count(TOLD), body.count(LESS)) == (1, 1)


def test_moving_many_tells_what_others_gain_if_they_leave(studied, client, oscar):
    signed_in(client, oscar)
    lesson = lesson_of(studied)
    assert screen(client, bulk("move", [lesson])).count(LESS_IF_AWAY) == 1
    LessonPage.objects.filter(pk=lesson.pk).update(is_required=False)
    assert LESS_IF_AWAY not in screen(client, bulk("move", [lesson]))


LAST = (
    "Es lo último publicado que “Curso curso” pide: sin esto nadie podrá terminarlo. Retira el "
    "curso, o publica antes otra parte."
)


def test_taking_away_the_last_that_is_asked_says_that_nobody_could_finish(studied, client, oscar):
    signed_in(client, oscar)
    module_of(studied, "m2").unpublish()
    first, second = lesson_of(studied, "m1", "l1"), lesson_of(studied, "m1", "l2")
    module, m2 = module_of(studied), module_of(studied, "m2")
    for address in (
        url("unpublish", module.pk),
        bulk("unpublish", [first, second]),
        url("move_confirm", module.pk, studied.get_parent().pk),
        bulk("delete", [add_module(studied, "m3"), m2]),
    ):
        body = screen(client, address)
        assert (body.count(LAST), LESS in body) == (int("delete" not in address), False), address
    assert LAST not in screen(client, url("unpublish", first.pk))
    LessonPage.objects.filter(pk=second.pk).update(is_required=False)
    assert LAST in screen(client, url("unpublish", first.pk))


def test_a_course_whose_last_part_was_withdrawn_takes_nobody_in(
    studied, client, nora, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        for module in ("m1", "m2"):
            module_of(studied, module).unpublish()
    client.force_login(nora)
    body = screen(client, "/cursos/curso/")
    assert "Este curso está en preparación" in body
    assert "En preparación" in body
    for wrong in ("Inscríbete", "No da", "no pide nada", "<h2>Contenido</h2>"):
        assert wrong not in body
    answer = client.post("/inscripcion/curso/", follow=True)
    assert "no te inscribimos" in answer.content.decode()
    assert not Enrolment.objects.filter(learner=nora.learner_key).exists()


def test_the_whole_catalogue_tells_each_course(studied, client, oscar):
    signed_in(client, oscar)
    assert TOLD in screen(client, url("unpublish", studied.get_parent().pk))


@pytest.mark.parametrize("act", ["unpublish", "move", "delete"])
def test_nothing_is_said_where_nobody_is_inside(published, client, oscar, ada, course, act):
    enrol_learner(user=ada, course=course, received_at=timezone.now())
    signed_in(client, oscar)
    lesson = lesson_of(published)
    one = (
        url("move_confirm", lesson.pk, lesson.get_parent().pk)
        if act == "move"
        else url(act, lesson.pk)
    )
    for address in (one, bulk(act, [lesson])):
        assert "lo estudia" not in screen(client, address)


def test_a_draft_touches_nobody(studied, client, oscar):
    lesson = lesson_of(studied)
    lesson.unpublish()
    signed_in(client, oscar)
    assert "lo estudia" not in screen(client, bulk("move", [lesson]))


def test_deleting_what_has_records_is_refused_before_the_question(studied, client, oscar):
    signed_in(client, oscar)
    refused = (
        "“Lección l1” tiene registros de personas que estudian. No se elimina: retírala de "
        "la publicación."
    )
    for address in (url("delete", lesson_of(studied).pk), bulk("delete", [lesson_of(studied)])):
        body = screen(client, address)
        assert refused in body
        assert TOLD in body
        assert reverse("wagtailadmin_pages:unpublish", args=[lesson_of(studied).pk]) in body
        assert "¿Seguro que quieres eliminar" not in body
