"""Checks the learner's addresses: whom they let in, and how many statements they cost."""

import re
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.editions import outline_of
from courses.models import CourseHead, LessonPage
from learning.models import ActivityProgress, Statement
from learning.services import enrol_learner
from tests.factories.courses import build_site, publish_course

LESSON = "/cursos/curso/m1/l1/"


def act_on(address: str) -> str:
    """Return where the form of a lesson is sent."""
    module, lesson = address.split("/")[3:5]
    outline = outline_of(CourseHead.objects.get(slug="curso").latest_edition_id)
    return f"/mi-aprendizaje/curso/leida/{outline.by_path[module, lesson].key}/"


@pytest.fixture
def studying(course, lina, client):
    """Lina, enrolled and signed in."""
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    client.force_login(lina)
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/cursos/", "/cursos/curso/"])
def test_everybody_may_look_at_courses(course, client, address):
    assert client.get(address).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [LESSON, "/mi-aprendizaje/", "/mi-aprendizaje/curso/requisitos/", "/certificados/", "/panel/"],
)
def test_a_visitor_is_sent_to_sign_in_and_comes_back(course, client, address):
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"] == f"/cuenta/ingresar/?next={address}"


@pytest.mark.django_db
def test_who_is_not_enrolled_is_led_to_the_course(course, client, omar):
    client.force_login(omar)
    assert client.get(LESSON)["Location"] == f"/cursos/curso/?{urlencode({'next': LESSON})}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/cursos/otro/", "/cursos/curso/m1/otra/", "/cursos/curso/m9/l1/", "/inscripcion/otro/"],
)
def test_what_does_not_exist_is_not_found(studying, address):
    assert studying.post(address).status_code in {404, 405}


@pytest.mark.django_db
def test_marking_as_read_goes_on_to_the_next_lesson(studying):
    answer = studying.post(act_on(LESSON), {"uuid": uuid4()})
    assert answer["Location"] == "/cursos/curso/m1/l2/"
    assert ActivityProgress.objects.count() == 1


@pytest.mark.django_db
def test_an_identifier_used_for_another_lesson_shows_the_form_again(studying):
    uuid = uuid4()
    studying.post(act_on(LESSON), {"uuid": uuid})
    answer = studying.post(act_on("/cursos/curso/m1/l2/"), {"uuid": uuid})
    assert answer.status_code == 409
    assert str(uuid) not in answer.content.decode()


@pytest.mark.django_db
def test_reading_writes_nothing(studying):
    before = Statement.objects.count()
    studying.get(LESSON)
    assert Statement.objects.count() == before


@pytest.mark.django_db
def test_a_coordinator_sees_conditions_of_her_people_only(course, lina, max_, nora, client):
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    address = f"/mi-aprendizaje/curso/requisitos/?persona={lina.learner_key}"
    client.force_login(max_)
    assert client.get(address).status_code == 200
    client.force_login(nora)
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_what_is_missing_comes_first_and_what_is_done_is_folded(studying):
    studying.post(act_on(LESSON), {"uuid": uuid4()})
    body = studying.get("/mi-aprendizaje/curso/requisitos/").content.decode()
    missing, done = body.index("Por hacer"), body.index("Hecho")
    assert missing < body.index('<details class="fold"') < done
    assert "1 paso hecho" in body
    assert re.search(r"Faltan \d+ pasos: cerca de \d+ (?:minutos|hora)", body)


def statements(client, method: str, address: str, **data) -> int:
    with CaptureQueriesContext(connection) as captured:
        getattr(client, method)(address, data)
    return len(captured)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lessons", [2, 30])
def test_pages_cost_few_statements_whatever_the_length_of_the_course(client, person, lessons):
    published = publish_course(build_site(), lessons=lessons)
    learner = person("Lina", organisation="tumbes")
    enrol_learner(
        user=learner,
        course=CourseHead.objects.get(key=published.translation_key),
        received_at=timezone.now(),
    )
    client.force_login(learner)
    limits = {LESSON: 6, "/cursos/curso/": 7, "/cursos/": 6, "/mi-aprendizaje/": 8}
    for address in limits:
        client.get(address)
    counted = {address: statements(client, "get", address) for address in limits}
    assert {address: count for address, count in counted.items() if count > limits[address]} == {}


@pytest.mark.django_db(transaction=True)
def test_an_act_costs_at_most_eight_statements_and_completion_sixteen(
    client, person, waiting_tasks
):
    published = publish_course(build_site())
    learner = person("Lina", organisation="tumbes")
    enrol_learner(
        user=learner,
        course=CourseHead.objects.get(key=published.translation_key),
        received_at=timezone.now(),
    )
    client.force_login(learner)
    addresses = [f"/cursos/curso/m{module}/l{lesson}/" for module in (1, 2) for lesson in (1, 2)]
    client.get(addresses[0])
    counted = [statements(client, "post", act_on(address), uuid=uuid4()) for address in addresses]
    assert max(counted[:-1]) <= 8, counted
    assert counted[-1] <= 16, counted


@pytest.mark.django_db
def test_a_lesson_travels_compressed(studying):
    answer = studying.get(LESSON, headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < len(studying.get(LESSON).content) / 2


@pytest.fixture
def lesson_seen_before(studying):
    """The first lesson, whose text every process of the site has kept by now."""
    assert studying.get(LESSON).status_code == 200
    assert studying.get(LESSON).status_code == 200
    return LessonPage.objects.get(url_path__endswith="/m1/l1/")


@pytest.mark.django_db
def test_a_withdrawn_lesson_is_refused_even_before_the_course_is_frozen_again(
    studying, lesson_seen_before
):
    lesson_seen_before.unpublish()
    assert CourseHead.objects.get(slug="curso").is_dirty
    assert studying.get(LESSON).status_code == 404


@pytest.mark.django_db
def test_a_new_text_is_shown_even_before_the_course_is_frozen_again(studying, lesson_seen_before):
    lesson_seen_before.objective = "Reconoces una tercera idea."
    lesson_seen_before.save_revision().publish()
    assert CourseHead.objects.get(slug="curso").is_dirty
    assert "Reconoces una tercera idea." in studying.get(LESSON).content.decode()
    assert "Reconoces una tercera idea." in studying.get(LESSON).content.decode()


@pytest.mark.django_db
def test_a_lesson_seen_before_costs_two_statements(studying, lesson_seen_before):
    with CaptureQueriesContext(connection) as asked:
        assert studying.get(LESSON).status_code == 200
    assert len(asked) == 2, [query["sql"][:80] for query in asked]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "place"),
    [("omar", "/cursos/"), ("max_", "/panel/"), ("lucia", "/panel/"), ("ada", "/gestion/")],
)
def test_home_without_a_course_leads_each_to_their_work(request, client, name, place):
    client.force_login(request.getfixturevalue(name))
    page = client.get("/mi-aprendizaje/").content.decode()
    assert f'<a class="button" href="{place}">' in page


@pytest.mark.django_db
def test_one_button_marks_a_lesson_and_goes_on(studying):
    body = studying.get("/cursos/curso/m1/l2/").content.decode()
    assert body.count("Terminé, continuar") == 1
    assert "Siguiente" not in body
    assert body.count('class="button"') == 1
    assert "Sigue sin marcar" in body
    studying.post(act_on("/cursos/curso/m1/l2/"), {"uuid": uuid4()})
    done = studying.get("/cursos/curso/m1/l2/").content.decode()
    assert "Terminé, continuar" not in done
    assert done.count('class="button"') == 1


def test_enrolling_leads_to_the_lesson_that_one_came_for(client, course, nora):
    """As from a link in a chat; an address of elsewhere leads where it always does."""
    client.force_login(nora)
    page = client.get("/cursos/curso/m1/l2/", follow=True)
    assert "Inscríbete para abrir «Lección l2»." in page.content.decode()
    assert 'name="next" value="/cursos/curso/m1/l2/"' in page.content.decode()
    answer = client.post("/inscripcion/curso/", {"next": "/cursos/curso/m1/l2/"})
    assert answer["Location"] == "/cursos/curso/m1/l2/"
    elsewhere = client.post("/inscripcion/curso/", {"next": "https://x.example/"})
    assert elsewhere["Location"] == "/mi-aprendizaje/curso/continuar/"
