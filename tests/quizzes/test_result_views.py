"""Handing in and its result: what it shows, what it keeps back, and where it leads."""

import re
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.models import LessonPage, ModulePage
from learning.models import Statement
from norms.models import Norm
from questions.kinds.choices.content import Choice, choices_in, content_with
from questions.question_rules import QuestionContent
from quizzes.models import Attempt, QuizPage
from quizzes.papers import items_on
from quizzes.services import start_attempt
from tests.factories.courses import publish
from tests.factories.questions import add_question, first_lesson, make_bank, single
from tests.factories.quizzes import answer, answer_all, right_answers, submit
from tests.quizzes.screens import opening, page, start_for, text_of, use_up

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("answered", "warning"),
    [
        ([2, 3], "Dejaste en blanco las preguntas 1 y 4. Puedes responderlas o entregar así."),
        ([3], "Dejaste en blanco las preguntas 1, 2 y 4. Puedes responderlas o entregar así."),
        ([1, 2, 3], "Dejaste en blanco la pregunta 4. Puedes responderla o entregar así."),
        ([], "Dejaste en blanco todas las preguntas. Puedes responderlas o entregar así."),
        ([1, 2, 3, 4], "Respondiste todas las preguntas."),
    ],
)
def test_review_tells_what_is_blank(as_lina, attempt, answered, warning):
    for slot in answered:
        answer(attempt, slot, [0])
    assert warning in text_of(as_lina.get(page(attempt, "revisar")))


def test_submission_leads_to_the_result_and_so_does_the_second(as_lina, attempt):
    answer_all(attempt)
    form = {"uuid": uuid4()}
    for data in (form, form, {"uuid": uuid4()}, {}):
        assert as_lina.post(page(attempt, "revisar"), data).url == page(attempt, "resultado")
    assert Statement.objects.filter(activity_key=attempt.quiz_key).count() == 1
    assert as_lina.get(page(attempt, "revisar")).url == page(attempt, "resultado")
    assert as_lina.get(page(attempt, 1)).url == page(attempt, "resultado")


def test_submission_with_a_used_identifier_keeps_everything_and_can_be_sent_again(
    as_lina, attempt, enrolment
):
    used = Statement.objects.get(enrolment=enrolment).uuid
    answer_all(attempt)
    response = as_lina.post(page(attempt, "revisar"), {"uuid": used})
    assert response.status_code == 409
    assert "Tus respuestas no se perdieron" in text_of(response)
    fresh = re.search(r'name="uuid" value="([^"]+)"', response.content.decode())[1]
    as_lina.post(page(attempt, "revisar"), {"uuid": fresh})
    assert Attempt.objects.get().passed


def test_open_attempt_has_no_result_yet(as_lina, attempt):
    assert as_lina.get(page(attempt, "resultado")).url == page(attempt, "revisar")


def test_result_of_a_pass_shows_grade_answers_and_the_next_step(as_lina, attempt):
    answer_all(attempt)
    submit(attempt)
    words = text_of(as_lina.get(page(attempt, "resultado")))
    for part in (
        "Tu nota: 20 de 20",
        "Aprobaste.",
        "Tus respuestas",
        "Respuesta correcta",
        "Explicación de",
        "Continúa: Lección l1",
    ):
        assert part in words


def test_result_names_the_norm_in_its_state_of_today(
    as_lina, publish_quiz, bank, lina, course, django_capture_on_commit_callbacks
):
    norm = Norm.objects.create(
        code="LEY-1",
        type="Ley",
        number="1",
        title="Ley de prueba",
        date_text="2020",
        issuer="Congreso",
        state="in_force",
    )
    question = add_question(bank, single("Con norma", norm=norm.code), topic="normas")
    publish_quiz([(bank, 1, "normas")], slug="con-norma")
    attempt = start_for(lina, course, "con-norma")
    answer(attempt, 1, right_answers(attempt)[1])
    submit(attempt)
    assert (
        "Norma que la respalda: Ley 1, Ley de prueba · Vigente · Copia consultada: junio de 2026"
        in text_of(as_lina.get(page(attempt, "resultado")))
    )
    norm.state = Norm.State.REPEALED
    norm.save(update_fields=["state"])
    assert "Ley 1, Ley de prueba · Derogada" in text_of(as_lina.get(page(attempt, "resultado")))
    assert question.current.norm_id == "LEY-1"


def test_result_below_the_pass_mark_shows_lessons_and_a_retry_but_no_answers(
    as_lina, attempt, quiz_url
):
    answer_all(attempt, right=1)
    submit(attempt)
    response = as_lina.get(page(attempt, "resultado"))
    words = text_of(response)
    for part in (
        "Todavía no.",
        "La nota mínima es 14 de 20.",
        "Te quedan 2 intentos.",
        "Repasa estas lecciones",
        "Intenta otra vez",
    ):
        assert part in words
    assert quiz_url in response.content.decode()
    for part in ("Respuesta correcta", "Explicación", "fallaste", "Incorrecto", "La marcaste"):
        assert part not in words


def test_answers_are_shown_while_waiting_when_the_next_attempt_asks_other_questions(
    as_lina, enrolment, publish_quiz, course
):
    quiz = publish_quiz([(make_bank("grande", count=8), 2)], slug="grande")
    enrolment.course.refresh_from_db()
    attempt = use_up(enrolment, quiz)
    words = text_of(as_lina.get(page(attempt, "resultado")))
    assert "Respuesta correcta" in words
    assert f"Puedes intentarlo otra vez el {opening(attempt)} Mientras tanto" in words
    assert "Intenta otra vez" not in words


def test_answers_stay_hidden_while_the_next_attempt_may_ask_the_same(as_lina, enrolment, quiz):
    attempt = use_up(enrolment, quiz)  # four of six each time: nothing new is left
    words = text_of(as_lina.get(page(attempt, "resultado")))
    assert "Respuesta correcta" not in words
    assert (
        "Verás las respuestas y su explicación cuando apruebes, o cuando ya no puedan tocarte en "
        "otro intento."
    ) in words


def test_answers_are_shown_when_no_attempt_will_come(as_lina, enrolment, publish_quiz, course):
    quiz = publish_quiz(slug="contado", attempts_maximum=3)
    enrolment.course.refresh_from_db()
    attempt = use_up(enrolment, quiz)
    assert "Respuesta correcta" in text_of(as_lina.get(page(attempt, "resultado")))


def test_answers_are_hidden_again_while_another_attempt_is_open(as_lina, attempt, enrolment, quiz):
    answer_all(attempt)
    submit(attempt)
    again = start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())
    words = text_of(as_lina.get(page(attempt, "resultado")))
    assert "Respuesta correcta" not in words
    assert "Verás las respuestas cuando entregues el intento que tienes en curso." in words
    submit(again)
    assert "Respuesta correcta" in text_of(as_lina.get(page(attempt, "resultado")))


def test_when_answers_come_is_told_where_no_question_names_a_lesson(
    as_lina, course, lina, publish_quiz
):
    bank = make_bank("suelto", count=0)
    for number in (1, 2):
        add_question(bank, single(f"Suelta {number}", lesson=""))
    quiz = publish_quiz([(bank, 2)], slug="suelto")
    attempt = start_for(lina, course, "suelto")
    submit(attempt)
    words = text_of(as_lina.get(page(attempt, "resultado")))
    assert "Verás las respuestas y su explicación cuando apruebes" in words
    assert "Repasa estas lecciones" not in words
    start_attempt(enrolment=attempt.enrolment, quiz_key=quiz.translation_key, now=timezone.now())
    words = text_of(as_lina.get(page(attempt, "resultado")))
    assert "Verás las respuestas cuando entregues el intento que tienes en curso." in words


def test_policy_after_submission_shows_answers_at_once(as_lina, publish_quiz, lina, course):
    publish_quiz(slug="abierto", review="after_submission")
    attempt = start_for(lina, course, "abierto")
    submit(attempt)
    assert "Respuesta correcta" in text_of(as_lina.get(page(attempt, "resultado")))


def test_lower_second_grade_says_which_one_counts(as_lina, attempt, enrolment, quiz):
    answer_all(attempt)
    submit(attempt)
    worse = start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())
    submit(worse)
    assert "Ya aprobaste en otro intento, y esa nota es la que cuenta." in text_of(
        as_lina.get(page(worse, "resultado"))
    )


def test_preview_of_an_editor_shows_the_rules_without_a_learner(client, quiz, rf, ada):
    request = rf.get("/")
    request.user, request.session = ada, {}
    words = text_of(quiz.serve_preview(request, "").render())
    assert "Preguntas 4" in words
    assert "Vista previa" in words
    assert "Empieza" not in words


def test_lessons_of_one_name_in_two_modules_are_told_apart_and_a_renamed_one_keeps_its_link(
    as_lina, publish_quiz, lina, course, django_capture_on_commit_callbacks
):
    lesson = LessonPage.objects.get(
        slug="l1", path__startswith=ModulePage.objects.get(slug="m2").path
    )
    bank = make_bank("segundo", count=0)
    add_question(bank, single("Del segundo módulo", lesson=str(lesson.translation_key)))
    publish_quiz([(bank, 1)], slug="segundo", review="after_submission")
    attempt = start_for(lina, course, "segundo")
    submit(attempt)
    body = as_lina.get(page(attempt, "resultado")).content.decode()
    assert "/cursos/curso/m2/l1/" in body
    assert "/cursos/curso/m1/l1/" not in body
    with django_capture_on_commit_callbacks(execute=True):
        lesson.slug = "otro-nombre"
        publish(lesson)
    assert (
        "/cursos/curso/m2/otro-nombre/" in as_lina.get(page(attempt, "resultado")).content.decode()
    )


def main_button(response) -> str:
    """Return the words of the one primary button of a page."""
    found = re.findall(
        r'class="button"[^>]*>(.*?)</(?:a|button)>', response.content.decode(), re.DOTALL
    )
    return " ".join(text_of_html(found[0]).split()) if found else ""


def text_of_html(source: str) -> str:
    """Return the words of a piece of a page."""
    return re.sub(r"<[^>]+>", " ", source)


def test_below_the_pass_mark_one_reads_again_before_trying_again(
    as_lina, course, lina, publish_quiz
):
    bank = make_bank("leer", count=0)
    for number, lesson in enumerate(("l1", "l1", "l2", "l2", "l2"), start=1):
        add_question(bank, single(f"Leer {number}", lesson=first_lesson(lesson)))
    publish_quiz([(bank, 5)], slug="leer")
    attempt = start_for(lina, course, "leer")
    for item in items_on(attempt.paper):
        if str(item.version.lesson_key) == first_lesson("l1"):
            answer(attempt, item.slot, right_answers(attempt)[item.slot])
    submit(attempt)
    response = as_lina.get(page(attempt, "resultado"))
    assert main_button(response) == "Repasa: Lección l2"
    words = text_of(response)
    assert "0 de 3 bien" in words
    assert "2 de 2 bien" in words


def test_a_lesson_with_one_question_is_never_counted(as_lina, course, lina, publish_quiz):
    bank = make_bank("una", count=0)
    for lesson in ("l1", "l2"):
        add_question(bank, single(f"Una {lesson}", lesson=first_lesson(lesson)))
    publish_quiz([(bank, 2)], slug="una")
    attempt = start_for(lina, course, "una")
    for item in items_on(attempt.paper):
        if str(item.version.lesson_key) == first_lesson("l1"):
            answer(attempt, item.slot, right_answers(attempt)[item.slot])
    submit(attempt)
    response = as_lina.get(page(attempt, "resultado"))
    assert main_button(response) == "Repasa: Lección l1", (
        "in the order of the course: it tells nothing of the answers"
    )
    assert "de 1 bien" not in text_of(response)


def test_handing_in_blanks_is_never_the_first_thing_offered(as_lina, attempt):
    assert main_button(as_lina.get(page(attempt, "revisar"))) == "Responde la pregunta 1"
    answer_all(attempt, right=4)
    assert main_button(as_lina.get(page(attempt, "revisar"))) == "Entrega"


def test_what_was_answered_rightly_is_folded_and_needs_no_lesson(as_lina, attempt):
    answer_all(attempt, right=4)
    submit(attempt)
    body = as_lina.get(page(attempt, "resultado")).content.decode()
    assert body.count('<details class="card reviewed">') == 4
    assert "Repasa la lección" not in body


def test_review_of_a_question_whose_key_was_mended_claims_nothing_false(
    as_lina, publish_quiz, lina, course
):
    bank = make_bank("clave", count=0)
    question = add_question(bank, single("¿Cuál?"))
    publish_quiz([(bank, 1)], slug="clave", review="after_submission")
    attempt = start_for(lina, course, "clave")
    submit(attempt)
    assert "Respuesta correcta" in text_of(as_lina.get(page(attempt, "resultado")))
    choices = [
        Choice(choice.text, place == 1)
        for place, choice in enumerate(choices_in(question.current.content))
    ]
    add_question(
        bank,
        QuestionContent("single", "¿Cuál?", content_with(choices), "Explicación corregida"),
        key=question.key,
    )
    words = text_of(as_lina.get(page(attempt, "resultado")))
    assert "Se corrigió después" in words
    assert "Tu nota no cambió. La respuesta correcta es: ¿Cuál?: otra." in words
    assert "Explicación corregida" in words
    assert "Se tomó como correcta" in words
    for untrue in ("Respuesta correcta", "Explicación de ¿Cuál?", "Todavía no ¿Cuál?"):
        assert untrue not in words


@pytest.mark.parametrize("taken", ["quiz", "course"])
def test_result_of_a_quiz_that_was_withdrawn_offers_no_attempt(
    as_lina, attempt, taken, django_capture_on_commit_callbacks
):
    answer_all(attempt, right=0)
    submit(attempt)
    assert "Te quedan 2 intentos." in text_of(as_lina.get(page(attempt, "resultado")))
    quiz = QuizPage.objects.get(translation_key=attempt.quiz_key)
    with django_capture_on_commit_callbacks(execute=True):
        (quiz if taken == "quiz" else quiz.get_parent().get_parent().specific).unpublish()
    words = text_of(as_lina.get(page(attempt, "resultado")))
    assert "intentos." not in words
    assert ("Este cuestionario ya no está en el curso: no te falta" in words) is (taken == "quiz")
    assert ("El curso está cerrado por ahora." in words) is (taken == "course")
