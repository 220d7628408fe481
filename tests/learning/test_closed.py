"""Checks what a learner reads and may follow when a course closed, asks for nothing, or is not
theirs yet.
"""

import re
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.editions import outline_of
from courses.models import CourseHead, CoursePage, LessonPage, ModulePage
from learning.services import complete_activity, enrol_learner
from quizzes.services import start_attempt
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz, answer_all, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def publishing(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def enrolment(course, lina, client):
    """Lina, enrolled and signed in."""
    client.force_login(lina)
    return enrol_learner(user=lina, course=course, received_at=timezone.now())


def read_everything(enrolment):
    for activity in outline_of(
        CourseHead.objects.get(pk=enrolment.course_id).latest_edition_id
    ).activities:
        if activity.kind == "lesson":
            facts = {
                "enrolment_id": enrolment.pk,
                "learner": enrolment.learner,
                "activity_key": activity.key,
            }
            complete_activity(**facts, uuid=uuid4(), received_at=timezone.now())


def close(publishing):
    with publishing():
        CoursePage.objects.get(slug="curso").unpublish()


def links_that_lead_nowhere(client, page):
    """Follow every link of a page to our own site; return those that answer 404."""
    main = page[page.index("<main") : page.index("</main>")]
    addresses = set(re.findall(r'href="(/[^"#]*)"', main))
    assert addresses
    return [address for address in sorted(addresses) if client.get(address).status_code == 404]


@pytest.mark.parametrize("is_over", [False, True])
def test_home_links_nothing_that_closed_and_says_what_stays(client, enrolment, publishing, is_over):
    if is_over:
        read_everything(enrolment)
    close(publishing)
    page = client.get("/mi-aprendizaje/").content.decode()
    assert links_that_lead_nowhere(client, page) == []
    assert ("Cerrado. Lo que terminaste queda guardado." in page) == is_over
    assert ("Cerrado por ahora. Tu avance queda guardado." in page) == (not is_over)
    assert ("Terminaste todo lo que empezaste" in page) == is_over


def test_result_of_a_closed_course_links_nothing_that_closed(client, course, enrolment, publishing):
    with publishing():
        quiz = add_quiz(
            ModulePage.objects.get(slug="m2"), [(make_bank(), 2)], review="after_submission"
        )
    enrolment.course.refresh_from_db()
    attempt = start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())
    answer_all(attempt, right=0)
    submit(attempt)
    close(publishing)
    page = client.get(f"/intentos/{attempt.uuid}/resultado/").content.decode()
    assert links_that_lead_nowhere(client, page) == []
    assert "Tu nota queda guardada." in page


def test_a_course_that_asks_for_nothing_promises_no_certificate(client, enrolment, publishing):
    with publishing():
        for page in LessonPage.objects.all():
            page.is_required = False
            page.save_revision().publish()
    addresses = (
        "/cursos/curso/",
        "/cursos/",
        "/mi-aprendizaje/",
        "/mi-aprendizaje/curso/requisitos/",
        "/cursos/curso/m1/l1/",
    )
    for address in addresses:
        page = client.get(address).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert not re.search(r'max="0"|0 de 0|Con certificado|Si apruebas', main), address
    assert "No da certificado." in client.get("/cursos/curso/").content.decode()
    assert "No da certificado." in client.get("/mi-aprendizaje/curso/requisitos/").content.decode()


def test_who_is_not_enrolled_reads_why_the_course_opens_instead(client, course, omar):
    client.force_login(omar)
    answer = client.get("/cursos/curso/m1/l1/", follow=True)
    assert answer.redirect_chain == [("/cursos/curso/?next=%2Fcursos%2Fcurso%2Fm1%2Fl1%2F", 302)]
    assert "Inscríbete para abrir «Lección l1»." in answer.content.decode()
    answer = client.get("/mi-aprendizaje/curso/continuar/", follow=True)
    assert "Inscríbete para empezar este curso." in answer.content.decode()


PAGES = (
    "/cursos/curso/",
    "/cursos/curso/m1/l1/",
    "/mi-aprendizaje/curso/continuar/",
    "/mi-aprendizaje/curso/requisitos/",
)


def mark(client, key):
    return client.post(f"/mi-aprendizaje/curso/leida/{key}/", {"uuid": uuid4()})


def first_lesson():
    return LessonPage.objects.get(url_path__endswith="/m1/l1/")


@pytest.mark.parametrize("address", PAGES)
def test_a_learner_reads_that_their_course_closed_and_what_they_did_stays(
    client, enrolment, publishing, address
):
    close(publishing)
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "Este curso está cerrado por ahora" in page
    assert "Tu avance queda guardado." in page
    assert links_that_lead_nowhere(client, page) == []
    assert "no-store" in answer["Cache-Control"]


def test_who_finished_is_led_to_the_certificate_when_the_course_closed(
    client, enrolment, publishing
):
    assert "Ya lo terminaste" not in client.get("/cursos/curso/nada/nada/").content.decode()
    read_everything(enrolment)
    close(publishing)
    page = client.get("/cursos/curso/").content.decode()
    assert "Ya lo terminaste" in page
    assert 'href="/certificados/"' in page[page.index("<main") :]


def test_what_is_sent_to_a_closed_course_is_told_not_to_count(client, enrolment, publishing):
    key = first_lesson().translation_key
    close(publishing)
    for answer in (mark(client, key), client.post("/inscripcion/curso/", {"uuid": uuid4()})):
        page = answer.content.decode()
        assert answer.status_code == 404
        assert "Este curso está cerrado por ahora" in page
        assert "Lo que acabas de enviar no se guardó." in page


def test_a_lesson_withdrawn_while_it_was_read_leads_on_in_the_course(client, enrolment, publishing):
    key = first_lesson().translation_key
    with publishing():
        first_lesson().unpublish()
    for answer in (mark(client, key), client.get("/cursos/curso/m1/l1/")):
        page = answer.content.decode()
        assert answer.status_code == 404
        assert "Esta parte ya no está en tu curso" in page
        assert 'href="/cursos/curso/"' in page
        assert links_that_lead_nowhere(client, page) == []


@pytest.mark.parametrize("address", PAGES)
def test_nobody_else_is_told_of_a_closed_course(client, enrolment, publishing, omar, address):
    close(publishing)
    client.force_login(omar)
    assert "cerrado" not in client.get(address).content.decode()
