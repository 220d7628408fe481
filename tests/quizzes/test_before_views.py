"""Before a quiz: its rules, its start, and who may open an attempt."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from learning.models import Enrolment, Statement
from learning.services import complete_activity
from questions.models import Question
from quizzes.models import Attempt, ResponseEvent
from quizzes.services import start_attempt
from tests.factories.quizzes import answer_all, submit
from tests.quizzes.screens import opening, page, sent, text_of, use_up

pytestmark = pytest.mark.django_db


def test_before_tells_the_rules(as_lina, enrolment, quiz_url):
    words = text_of(as_lina.get(quiz_url))
    for part in (
        "Preguntas 4",
        "Sin límite de tiempo",
        "Nota mínima 14 de 20",
        "Te quedan 3 de 3",
        "Cuenta tu mejor nota",
        "Empieza",
    ):
        assert part in words


def test_reading_the_rules_starts_nothing(as_lina, enrolment, quiz_url):
    as_lina.get(quiz_url)
    assert not Attempt.objects.exists()


def test_start_leads_to_the_first_question(as_lina, enrolment, quiz_url):
    uuid = uuid4()
    response = as_lina.post(quiz_url, {"uuid": uuid}, follow=True)
    assert response.redirect_chain == [(f"/intentos/{uuid}/1/", 302)]
    assert "Pregunta 1 de 4" in text_of(response)


def test_start_twice_leads_to_one_attempt(as_lina, enrolment, quiz_url):
    first = as_lina.post(quiz_url, {"uuid": uuid4()})
    second = as_lina.post(quiz_url, {"uuid": uuid4()})
    assert first.url == second.url
    assert Attempt.objects.count() == 1


def test_open_attempt_is_offered_to_continue(as_lina, attempt, quiz_url):
    words = text_of(as_lina.get(quiz_url))
    assert "Continúa tu intento" in words
    assert "Empieza" not in words


def test_earlier_attempts_are_listed_with_their_grades(as_lina, attempt, quiz_url):
    answer_all(attempt, right=1)
    done = submit(attempt)
    response = as_lina.get(quiz_url)
    words = text_of(response)
    assert "Intento 1" in words
    assert "Todavía no" in words
    assert "Te quedan 2 de 3" in words
    answer_all(
        second := start_attempt(
            enrolment=attempt.enrolment, quiz_key=attempt.quiz_key, now=timezone.now()
        ),
        right=1,
    )
    submit(second)
    assert "Te queda 1 de 3" in text_of(as_lina.get(quiz_url))
    assert page(done, "resultado") in response.content.decode()


@pytest.mark.parametrize(("right", "is_offered"), [(3, True), (4, False)])
def test_a_better_grade_is_offered_where_there_is_one(
    as_lina, attempt, quiz_url, right, is_offered
):
    answer_all(attempt, right=right)
    submit(attempt)
    words = text_of(as_lina.get(quiz_url))
    assert "Ya aprobaste este cuestionario." in words
    assert ("Mejora tu nota" in words) is is_offered


@pytest.mark.parametrize("right", [0, 4])
def test_the_way_on_is_the_step_that_home_names(as_lina, enrolment, quiz, quiz_url, right):
    use_up(enrolment, quiz, right=right, attempts=1 if right else 3)
    lead = "Continúa" if right else "Sigue con"
    assert f"{lead}: Lección l1" in text_of(as_lina.get(quiz_url))
    assert "Lección l1" in text_of(as_lina.get("/mi-aprendizaje/"))


def test_the_way_on_is_no_quiz_that_has_to_wait(as_lina, enrolment, quiz, quiz_url):
    Enrolment.objects.update(bookmark=quiz.translation_key)
    use_up(enrolment, quiz)
    assert "Sigue con: Lección l1" in text_of(as_lina.get(quiz_url))
    assert "Lección l1" in text_of(as_lina.get("/mi-aprendizaje/"))
    assert "Empieza: Lección l1" in text_of(as_lina.get("/cursos/curso/"))
    resumed = as_lina.get(reverse("learning:resume", args=["curso"]))
    assert "/l1/" in resumed.url


def test_where_all_that_is_left_waits_nobody_is_told_to_go_on(as_lina, enrolment, quiz):
    head = enrolment.course
    head.refresh_from_db()
    keys = [
        UUID(item["key"])
        for module in head.latest_edition.outline["modules"]
        for item in module["activities"]
        if item["kind"] == "lesson"
    ]
    for key in keys:
        complete_activity(
            enrolment_id=enrolment.pk,
            learner=enrolment.learner,
            activity_key=key,
            uuid=uuid4(),
            received_at=timezone.now(),
        )
    told = f"Sin intentos hasta el {opening(use_up(enrolment, quiz))}"
    for address in ("/mi-aprendizaje/", "/cursos/curso/"):
        words = text_of(as_lina.get(address))
        assert told in words
        assert "Mira qué puedes hacer" in words
        assert "Continúa" not in words


def test_who_passed_with_the_last_attempt_reads_that_alone(as_lina, enrolment, quiz, quiz_url):
    use_up(enrolment, quiz, attempts=2)
    use_up(enrolment, quiz, right=3, attempts=1)
    words = text_of(as_lina.get(quiz_url))
    assert "Ya aprobaste este cuestionario. Tu mejor nota es 15 de 20." in words
    assert "Usaste tus" not in words


def test_without_attempts_left_the_hour_of_the_next_one_is_told(as_lina, enrolment, quiz, quiz_url):
    attempt = use_up(enrolment, quiz, right=1)
    expected = (
        "Usaste tus 3 intentos. Tu mejor nota es 5 de 20. Puedes intentarlo otra vez el "
        f"{opening(attempt)} Mientras tanto, repasa las lecciones."
    )
    words = text_of(as_lina.get(quiz_url))
    assert expected in words
    assert "Ninguno por ahora" in words
    assert "Intenta otra vez" not in words
    response = as_lina.post(quiz_url, {"uuid": uuid4()})
    assert response.status_code == 409
    assert expected in text_of(response)
    assert Attempt.objects.count() == 3


def test_after_the_wait_another_attempt_is_offered_and_starts(as_lina, enrolment, quiz, quiz_url):
    use_up(enrolment, quiz, ago=timedelta(hours=25))
    words = text_of(as_lina.get(quiz_url))
    assert "Tienes un intento más" in words
    assert "Intenta otra vez" in words
    assert as_lina.post(quiz_url, {"uuid": uuid4()}).status_code == 302
    assert Attempt.objects.get(state="open").number == 4


def test_course_and_conditions_say_since_when_a_quiz_can_be_tried(as_lina, enrolment, quiz):
    attempt = use_up(enrolment, quiz)
    told = f"Sin intentos hasta el {opening(attempt)}"
    for address in ("/cursos/curso/", reverse("learning:requirements", args=["curso"])):
        assert told in text_of(as_lina.get(address))
    Attempt.objects.update(submitted_at=timezone.now() - timedelta(hours=25))
    for address in ("/cursos/curso/", reverse("learning:requirements", args=["curso"])):
        assert "Sin intentos" not in text_of(as_lina.get(address))


def test_after_the_maximum_nothing_is_promised(as_lina, enrolment, publish_quiz, course):
    quiz = publish_quiz(slug="contado", attempts_allowed=1, attempts_maximum=1)
    enrolment.course.refresh_from_db()
    use_up(enrolment, quiz, attempts=1)
    words = text_of(as_lina.get(reverse("learning:activity", args=["curso", "m2", "contado"])))
    assert (
        "Usaste tu único intento. Tu mejor nota es 0 de 20. Este cuestionario no da más intentos."
        in words
    )
    assert "Hay un solo intento." in words
    assert "Sin más intentos" in text_of(as_lina.get("/cursos/curso/"))


def test_bank_that_is_too_small_is_told_in_plain_words(as_lina, enrolment, quiz_url):
    Question.objects.update(state="retired")
    response = as_lina.post(quiz_url, {"uuid": uuid4()}, headers={"accept": "application/json"})
    assert response.status_code == 409  # nothing to be sent again by itself
    assert "todavía no tiene todas sus preguntas" in text_of(response)
    assert (
        '<form class="actions" data-act="page"' in response.content.decode()
    )  # shown by the page that sent it


def test_visitor_is_sent_to_sign_in(client, quiz_url, attempt):
    for address in (
        quiz_url,
        page(attempt, 1),
        page(attempt, "revisar"),
        page(attempt, "resultado"),
        f"/intentos/{attempt.uuid}/",
    ):
        for method in (client.get, client.post):
            response = method(address)
            assert response.status_code == 302
            assert response.url.startswith("/cuenta/ingresar/")


def test_who_is_not_enrolled_is_led_to_the_course(as_omar, quiz_url):
    there = f"/cursos/curso/?{urlencode({'next': quiz_url})}"
    assert as_omar.get(quiz_url).url == there
    assert as_omar.post(quiz_url, {"uuid": uuid4()}).url == there
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("part", [1, "revisar", "resultado"])
def test_somebody_elses_attempt_does_not_exist(as_omar, attempt, part):
    assert as_omar.get(page(attempt, part)).status_code == 404
    if part != "resultado":
        assert as_omar.post(page(attempt, part), sent()).status_code == 404
    assert as_omar.get(f"/intentos/{attempt.uuid}/").status_code == 404
    assert Attempt.objects.get().is_open
    assert not ResponseEvent.objects.exists()


@pytest.mark.parametrize("name", ["max_", "lucia", "ada", "oscar"])
def test_no_role_opens_the_attempt_of_a_learner(client, request, attempt, name):
    client.force_login(request.getfixturevalue(name))
    for part in (1, "revisar", "resultado"):
        assert client.get(page(attempt, part)).status_code == 404


def test_unknown_attempt_or_question_does_not_exist(as_lina, attempt):
    assert as_lina.get(f"/intentos/{uuid4()}/1/").status_code == 404
    for slot in (0, 5, 99999):
        assert as_lina.get(page(attempt, slot)).status_code == 404
        assert as_lina.post(page(attempt, slot), sent([0])).status_code == 404


@pytest.mark.parametrize(
    ("part", "method"), [(1, "put"), ("revisar", "delete"), ("resultado", "post")]
)
def test_other_methods_are_refused(as_lina, attempt, part, method):
    assert getattr(as_lina, method)(page(attempt, part)).status_code == 405


def test_pages_of_an_attempt_are_never_cached(as_lina, attempt):
    for part in (1, "revisar"):
        assert "no-store" in as_lina.get(page(attempt, part))["Cache-Control"]


def test_get_writes_nothing(as_lina, attempt):
    before = (
        Attempt.objects.values().get(),
        ResponseEvent.objects.count(),
        Statement.objects.count(),
    )
    for part in (1, 2, "revisar", "resultado"):
        as_lina.get(page(attempt, part))
    assert before == (
        Attempt.objects.values().get(),
        ResponseEvent.objects.count(),
        Statement.objects.count(),
    )
