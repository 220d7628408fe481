"""The learner's screens: they work without scripts, keep what was typed, and open for their owner alone."""

import re
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import CourseHead, LessonPage, ModulePage
from learning.models import Statement
from learning.services import enrol_learner
from norms.models import Norm
from quizzes.allowance import Allowance
from quizzes.models import Attempt, Question, QuizPage, ResponseEvent
from quizzes.queries import current_events, versions_on
from quizzes.question_rules import Choice, QuestionContent
from quizzes.services import start_attempt
from quizzes.wording import day_and_time
from tests.factories.courses import publish
from tests.factories.quizzes import add_question, answer, answer_all, first_lesson, make_bank, right_answers, single, submit

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


def text_of(response):
    """Return what a person reads, without tags and repeated spaces."""
    body = re.sub(r"(?s)<(script|style).*?</\1>", " ", response.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def page(attempt, part):
    return f"/intentos/{attempt.uuid}/{part}/"


FORM = "application/x-www-form-urlencoded"


def as_form(fields):
    """Return fields as a browser sends them, whatever is in them."""
    return urlencode({name: str(value).encode("utf-8", "surrogatepass") for name, value in fields.items()})


def sent(chosen=(), **more):
    return {"uuid": uuid4(), "sequence": 1, "chosen": list(chosen), **more}


def start_for(user, course, slug):
    """Enrol a person in the course as it is now, and start the quiz of that slug."""
    enrolment = enrol_learner(user=user, course=CourseHead.objects.get(pk=course.pk), now=timezone.now())
    return start_attempt(enrolment=enrolment, quiz_key=QuizPage.objects.get(slug=slug).translation_key, now=timezone.now())


# --- Before the quiz ------------------------------------------------------------------------------


def test_before_tells_the_rules(as_lina, enrolment, quiz_url):
    words = text_of(as_lina.get(quiz_url))
    for part in ("Preguntas 4", "Sin límite de tiempo", "Nota mínima 14 de 20", "Te quedan 3 de 3", "Cuenta tu mejor nota", "Empieza"):
        assert part in words


def test_reading_the_rules_starts_nothing(as_lina, enrolment, quiz_url):
    as_lina.get(quiz_url)
    assert not Attempt.objects.exists()


def test_start_leads_to_the_first_question(as_lina, enrolment, quiz_url):
    uuid = uuid4()
    response = as_lina.post(quiz_url, {"uuid": uuid}, follow=True)
    assert response.redirect_chain[-1][0] == f"/intentos/{uuid}/1/"
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
    assert page(done, "resultado") in response.content.decode()


def use_up(enrolment, quiz, *, right=0, attempts=3, ago=timedelta(0)):
    """Hand in every attempt with so many right answers, some time ago; return the last one."""
    now = timezone.now() - ago
    for _number in range(attempts):
        attempt = start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=now)
        answer_all(attempt, right=right)
        submit(attempt, now=now)
    return attempt


def opening(attempt):
    """The day and hour in Lima at which the next attempt opens."""
    attempt.refresh_from_db()
    opens_at = Allowance.of(attempt.rules).opens_at([attempt.submitted_at] * 3, has_passed=False)
    return day_and_time(opens_at.astimezone(ZoneInfo("America/Lima")))


def test_without_attempts_left_the_hour_of_the_next_one_is_told(as_lina, enrolment, quiz, quiz_url):
    attempt = use_up(enrolment, quiz, right=1)
    expected = f"Usaste tus 3 intentos. Tu mejor nota es 5 de 20. Puedes intentarlo otra vez el {opening(attempt)}."
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
    assert "Usaste tu único intento. Tu mejor nota es 0 de 20. Este cuestionario no da más intentos." in words
    assert "Hay un solo intento." in words
    assert "Sin más intentos" in text_of(as_lina.get("/cursos/curso/"))


def test_bank_that_is_too_small_is_told_in_plain_words(as_lina, enrolment, quiz_url):
    Question.objects.update(state="retired")
    response = as_lina.post(quiz_url, {"uuid": uuid4()})
    assert response.status_code == 503
    assert "todavía no tiene todas sus preguntas" in text_of(response)


def test_visitor_is_sent_to_sign_in(client, quiz_url, attempt):
    for address in (quiz_url, page(attempt, 1), page(attempt, "revisar"), page(attempt, "resultado"), f"/intentos/{attempt.uuid}/"):
        for method in (client.get, client.post):
            response = method(address)
            assert response.status_code == 302
            assert response.url.startswith("/cuenta/ingresar/")


def test_who_is_not_enrolled_is_led_to_the_course(as_omar, quiz_url):
    assert as_omar.get(quiz_url).url == "/cursos/curso/"
    assert as_omar.post(quiz_url, {"uuid": uuid4()}).url == "/cursos/curso/"
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


@pytest.mark.parametrize(("part", "method"), [(1, "put"), ("revisar", "delete"), ("resultado", "post")])
def test_other_methods_are_refused(as_lina, attempt, part, method):
    assert getattr(as_lina, method)(page(attempt, part)).status_code == 405


def test_pages_of_an_attempt_are_never_cached(as_lina, attempt):
    for part in (1, "revisar"):
        assert "no-store" in as_lina.get(page(attempt, part))["Cache-Control"]


def test_get_writes_nothing(as_lina, attempt):
    before = (Attempt.objects.values().get(), ResponseEvent.objects.count(), Statement.objects.count())
    for part in (1, 2, "revisar", "resultado"):
        as_lina.get(page(attempt, part))
    assert before == (Attempt.objects.values().get(), ResponseEvent.objects.count(), Statement.objects.count())


# --- Questions ----------------------------------------------------------------------------------------


def test_question_has_one_group_with_labels(as_lina, attempt):
    body = as_lina.get(page(attempt, 1)).content.decode()
    assert body.count("<fieldset") == body.count("<legend>") == 1
    assert body.count("<h1>") == 1
    choices = len(attempt.paper[0]["order"])
    assert [f'name="chosen" value="{place}"' in body for place in range(choices + 1)] == [True] * choices + [False]


def test_answer_is_kept_on_return(as_lina, attempt):
    as_lina.post(page(attempt, 1), sent([1], is_marked="on", go="2"))
    body = as_lina.get(page(attempt, 1)).content.decode()
    assert re.search(r'value="1"[^>]* checked', body)
    assert not re.search(r'value="0"[^>]* checked', body)
    assert re.search(r'name="is_marked"[^>]* checked', body)
    assert re.search(r"Guardado \d+:\d\d [ap]\. m\.", body)


@pytest.mark.parametrize(("go", "leads_to"), [("2", "2"), ("1", "1"), ("4", "4"), ("review", "revisar"), ("", "revisar"), ("x", "revisar")])
def test_every_button_saves_and_leads_on(as_lina, attempt, go, leads_to):
    response = as_lina.post(page(attempt, 3), sent([0], go=go))
    assert response.url == page(attempt, leads_to)
    assert current_events(attempt)[3].chosen == [0]


def test_states_of_the_questions_are_words(as_lina, attempt):
    as_lina.post(page(attempt, 1), sent([0]))
    as_lina.post(page(attempt, 2), sent(is_marked="on"))
    words = text_of(as_lina.get(page(attempt, 3)))
    assert words.count("Respondida") == 1
    assert words.count("En blanco") == 3
    assert words.count("Por revisar") == 1


def test_attempt_is_resumed_at_the_first_blank_question_after_the_last_one(as_lina, attempt):
    assert as_lina.get(f"/intentos/{attempt.uuid}/").url == page(attempt, 1)
    as_lina.post(page(attempt, 2), sent([0]))
    assert as_lina.get(f"/intentos/{attempt.uuid}/").url == page(attempt, 3)
    for slot in (1, 3, 4):
        as_lina.post(page(attempt, slot), sent([0]))
    assert as_lina.get(f"/intentos/{attempt.uuid}/").url == page(attempt, "revisar")
    submit(attempt)
    assert as_lina.get(f"/intentos/{attempt.uuid}/").url == page(attempt, "resultado")


def test_script_gets_the_time_of_saving(as_lina, attempt):
    response = as_lina.post(page(attempt, 1), sent([0]), **JSON)
    assert response.status_code == 200
    answered = response.json()
    assert re.fullmatch(r"\d+:\d\d [ap]\. m\.", answered["saved_at"])
    assert answered["problem"] == ""


def test_repeat_of_an_answer_gets_the_same_answer(as_lina, attempt):
    form = sent([0])
    first, second = (as_lina.post(page(attempt, 1), form, **JSON) for _time in range(2))
    assert first.content == second.content
    assert ResponseEvent.objects.count() == 1


def test_page_sent_again_with_another_choice_keeps_it_and_can_be_sent(as_lina, attempt):
    form = sent([0], go="2")
    as_lina.post(page(attempt, 1), form)
    response = as_lina.post(page(attempt, 1), {**form, "chosen": [1]})
    assert response.status_code == 409
    body = response.content.decode()
    assert "Actualizamos la página. Tu respuesta no se perdió: revísala y continúa." in body
    assert re.search(r'value="1"[^>]* checked', body)
    fresh = {name: re.search(rf'name="{name}" value="([^"]+)"', body)[1] for name in ("uuid", "sequence")}
    assert fresh["uuid"] != str(form["uuid"])
    assert as_lina.post(page(attempt, 1), {**form, **fresh, "chosen": [1]}).status_code == 302
    assert current_events(attempt)[1].chosen == [1]


def test_script_is_told_of_a_conflict(as_lina, attempt):
    form = sent([0])
    as_lina.post(page(attempt, 1), form, **JSON)
    response = as_lina.post(page(attempt, 1), {**form, "chosen": [1]}, **JSON)
    assert response.status_code == 409
    assert response.json() == {
        "problem": "Esta respuesta ya se envió desde otro equipo. Mostramos la más reciente.",
        "is_older": True,
    }


def test_older_device_is_told_and_sees_the_newest(as_lina, attempt):
    as_lina.post(page(attempt, 1), sent([0], sequence=7))
    response = as_lina.post(page(attempt, 1), sent([1], sequence=2))
    assert response.status_code == 409
    body = response.content.decode()
    assert "Esta respuesta ya se envió desde otro equipo. Mostramos la más reciente." in body
    assert re.search(r'value="0"[^>]* checked', body)
    answered = as_lina.post(page(attempt, 1), sent([1], sequence=3), **JSON).json()
    assert "desde otro equipo" in answered["problem"]
    assert answered["is_older"]
    shown = as_lina.get(page(attempt, 1)).content.decode()
    assert 'name="sequence" value="8"' in shown
    assert re.search(r'value="0"[^>]* checked', shown)
    assert ResponseEvent.objects.count() == 3


def test_old_page_of_a_submitted_attempt_shows_what_was_chosen(as_lina, attempt):
    submit(attempt)
    response = as_lina.post(page(attempt, 1), sent([0]))
    assert response.status_code == 409
    words = text_of(response)
    assert "Actualizamos la página. Este intento ya se entregó" in words
    entry = attempt.paper[0]
    shown = Question.objects.get(pk=entry["question"]).current.choices[entry["order"][0]]["text"]
    assert f"Lo que marcaste ahora: {shown}" in words
    assert not ResponseEvent.objects.exists()
    answered = as_lina.post(page(attempt, 1), sent([0]), **JSON)
    assert (answered.status_code, answered.json()["url"]) == (409, page(attempt, "resultado"))


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"uuid": "nada", "sequence": "-4", "chosen": ["x", "", "²"]},
        {"uuid": uuid4(), "sequence": "9" * 25},
        {"uuid": uuid4(), "sequence": "1.5", "go": "9" * 30},
    ],
)
def test_nonsense_stores_a_blank_answer_and_never_fails(as_lina, attempt, form):
    assert as_lina.post(page(attempt, 1), form).status_code == 302
    assert ResponseEvent.objects.get().chosen == []
    assert as_lina.get(page(attempt, 1)).status_code == 200


def test_choice_that_is_not_on_the_paper_does_not_exist(as_lina, attempt):
    assert as_lina.post(page(attempt, 1), sent([7])).status_code == 404
    assert not ResponseEvent.objects.exists()


def test_extra_fields_change_nothing_of_the_attempt(as_lina, attempt):
    as_lina.post(page(attempt, 1), sent([0], score_scaled="1", passed="True", state="submitted", learner=uuid4()))
    stored = Attempt.objects.get()
    assert (stored.state, stored.passed, stored.score_scaled, stored.learner) == ("open", None, None, attempt.learner)


# --- Review and result --------------------------------------------------------------------------------


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


def test_submission_with_a_used_identifier_keeps_everything_and_can_be_sent_again(as_lina, attempt, enrolment):
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
    for part in ("Tu nota: 20 de 20", "Aprobaste.", "Tus respuestas", "Respuesta correcta", "Explicación de", "Continúa: Lección l1"):
        assert part in words


def test_result_names_the_norm_in_its_state_of_today(as_lina, publish_quiz, bank, lina, course, django_capture_on_commit_callbacks):
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
    assert "Norma que la respalda: Ley 1, Ley de prueba · Vigente · Copia consultada: junio de 2026" in text_of(
        as_lina.get(page(attempt, "resultado"))
    )
    norm.state = Norm.State.REPEALED
    norm.save(update_fields=["state"])
    assert "Ley 1, Ley de prueba · Derogada" in text_of(as_lina.get(page(attempt, "resultado")))
    assert question.current.norm_id == "LEY-1"


def test_result_below_the_pass_mark_shows_lessons_and_a_retry_but_no_answers(as_lina, attempt, quiz_url):
    answer_all(attempt, right=1)
    submit(attempt)
    response = as_lina.get(page(attempt, "resultado"))
    words = text_of(response)
    for part in ("Todavía no.", "La nota mínima es 14 de 20.", "Te quedan 2 intentos.", "Repasa estas lecciones", "Intenta otra vez"):
        assert part in words
    assert quiz_url in response.content.decode()
    for part in ("Respuesta correcta", "Explicación", "fallaste", "Incorrecto", "La marcaste"):
        assert part not in words


def test_answers_are_shown_while_waiting_when_the_next_attempt_asks_other_questions(as_lina, enrolment, publish_quiz, course):
    quiz = publish_quiz([(make_bank("grande", count=8), 2)], slug="grande")
    enrolment.course.refresh_from_db()
    attempt = use_up(enrolment, quiz)
    words = text_of(as_lina.get(page(attempt, "resultado")))
    assert "Respuesta correcta" in words
    assert f"Puedes intentarlo otra vez el {opening(attempt)}." in words
    assert "Intenta otra vez" not in words


def test_answers_stay_hidden_while_the_next_attempt_may_ask_the_same(as_lina, enrolment, quiz):
    attempt = use_up(enrolment, quiz)  # four of six each time: nothing new is left
    words = text_of(as_lina.get(page(attempt, "resultado")))
    assert "Respuesta correcta" not in words
    assert "Verás las respuestas y su explicación cuando apruebes, o cuando ya no puedan tocarte en otro intento." in words


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
    assert "Ya aprobaste en otro intento, y esa nota es la que cuenta." in text_of(as_lina.get(page(worse, "resultado")))


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
    lesson = LessonPage.objects.get(slug="l1", path__startswith=ModulePage.objects.get(slug="m2").path)
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
    assert "/cursos/curso/m2/otro-nombre/" in as_lina.get(page(attempt, "resultado")).content.decode()


def main_button(response) -> str:
    """Return the words of the one primary button of a page."""
    found = re.findall(r'class="button"[^>]*>(.*?)</(?:a|button)>', response.content.decode(), re.DOTALL)
    return " ".join(text_of_html(found[0]).split()) if found else ""


def text_of_html(source: str) -> str:
    """Return the words of a piece of a page."""
    return re.sub(r"<[^>]+>", " ", source)


def test_below_the_pass_mark_one_reads_again_before_trying_again(as_lina, course, lina, publish_quiz):
    bank = make_bank("leer", count=0)
    for number, lesson in enumerate(("l1", "l1", "l2", "l2", "l2"), start=1):
        add_question(bank, single(f"Leer {number}", lesson=first_lesson(lesson)))
    publish_quiz([(bank, 5)], slug="leer")
    attempt = start_for(lina, course, "leer")
    for slot, item in enumerate(attempt.paper, start=1):
        if str(versions_on(attempt.paper)[item["version"]].lesson_key) == first_lesson("l1"):
            answer(attempt, slot, right_answers(attempt)[slot])
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
    for slot, item in enumerate(attempt.paper, start=1):
        if str(versions_on(attempt.paper)[item["version"]].lesson_key) == first_lesson("l1"):
            answer(attempt, slot, right_answers(attempt)[slot])
    submit(attempt)
    response = as_lina.get(page(attempt, "resultado"))
    assert main_button(response) == "Repasa: Lección l1", "in the order of the course: it tells nothing of the answers"
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


@pytest.mark.parametrize("slot", [10**9 - 1, 10**9, 2**31, 2**63, 99999999999999999999999, "9" * 5000])
def test_number_beyond_what_databases_hold_has_no_question(as_lina, attempt, slot):
    assert as_lina.get(page(attempt, slot)).status_code == 404
    assert as_lina.post(page(attempt, slot), sent([0])).status_code == 404


@pytest.mark.parametrize("typed", ["\x00", "\ud800", "x" * 100_000, "9" * 5000], ids=["nul", "half a pair", "100 KB", "a long number"])
def test_whatever_is_sent_to_an_attempt_is_answered(as_lina, attempt, quiz_url, typed):
    def send(address, **fields):
        return as_lina.post(address, as_form(fields), content_type=FORM)

    for name in ("uuid", "sequence", "chosen", "go"):
        assert send(page(attempt, 1), **{"sequence": 9, "chosen": 0, name: typed}).status_code in {302, 409}, name
    assert send(page(attempt, "revisar"), uuid=typed).url == page(attempt, "resultado")
    assert send(quiz_url, uuid=typed).status_code == 302


def test_review_of_a_question_whose_key_was_mended_claims_nothing_false(as_lina, publish_quiz, lina, course):
    bank = make_bank("clave", count=0)
    question = add_question(bank, single("¿Cuál?"))
    publish_quiz([(bank, 1)], slug="clave", review="after_submission")
    attempt = start_for(lina, course, "clave")
    submit(attempt)
    assert "Respuesta correcta" in text_of(as_lina.get(page(attempt, "resultado")))
    choices = tuple(Choice(choice["text"], place == 1) for place, choice in enumerate(question.current.choices))
    add_question(bank, QuestionContent("single", "¿Cuál?", choices, "Explicación corregida"), key=question.key)
    words = text_of(as_lina.get(page(attempt, "resultado")))
    assert "Se corrigió después" in words
    assert "Tu nota no cambió. La respuesta correcta es: ¿Cuál?: otra." in words
    assert "Explicación corregida" in words
    assert "Se tomó como correcta" in words
    for untrue in ("Respuesta correcta", "Explicación de ¿Cuál?", "Todavía no ¿Cuál?"):
        assert untrue not in words


def test_a_script_is_told_where_the_pressed_button_leads(as_lina, attempt):
    told = as_lina.post(page(attempt, 1), {**sent([0]), "go": "2"}, **JSON).json()
    assert told["url"] == page(attempt, 2)
    assert "url" not in as_lina.post(page(attempt, 1), sent([1], sequence=2), **JSON).json()
