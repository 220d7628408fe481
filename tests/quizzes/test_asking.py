"""Authors read in the bank which quizzes draw a question, what is wrong with those, and whom a
mended key reached.
"""

import pytest
from django.utils import timezone

from courses.models import CourseHead
from learning.services import enrol_learner
from questions.models import Bank
from quizzes.services import start_attempt
from tests.factories.questions import add_question, make_bank, mend_key, single, true_false
from tests.factories.quizzes import answer, right_answers, submit

pytestmark = pytest.mark.django_db
HOME = "/gestion/preguntas/"


@pytest.fixture
def bank(db):
    return make_bank("leyes", count=3)


@pytest.fixture
def quiz(publish_quiz, bank):
    return publish_quiz([(bank, 3)])


def test_quizzes_that_draw_a_question_are_named_and_a_short_bank_is_told(enter, ada, quiz, course):
    bank = Bank.objects.get(slug="leyes")
    client, asked = enter(ada), bank.questions.first()
    assert quiz.title in client.get(f"{HOME}{asked.key}/").content.decode()
    sent = {"state": "retired", "opened": "active"}
    response = client.post(f"{HOME}{asked.key}/estado/", sent, follow=True)
    warning = f"El cuestionario “{quiz.title}” pide 3 preguntas al azar y el banco tiene 2."
    assert warning in response.content.decode()
    assert warning in client.get(HOME).content.decode()


@pytest.mark.parametrize(
    ("is_true", "words"), [(True, "siempre “Verdadero”"), (False, "siempre “Falso”")]
)
def test_quiz_passed_with_one_answer_for_all_is_told(
    enter, ada, course, publish_quiz, is_true, words
):
    bank = make_bank("iguales", count=0)
    for number in range(4):
        add_question(bank, true_false(f"Frase {number}", is_true=is_true))
    publish_quiz([(bank, 4)])
    client = enter(ada)
    for address in (HOME, f"{HOME}banco/iguales/"):
        assert words in client.get(address).content.decode()
    for number in range(4):
        add_question(bank, true_false(f"Otra frase {number}", is_true=not is_true))
    assert "se aprueba marcando siempre" not in client.get(HOME).content.decode()


def test_author_who_mends_a_key_reads_whom_it_hit_and_that_no_grade_changes(
    enter, ada, head, lina, omar, publish_quiz, course
):
    bank = make_bank("clave", count=0)
    question = add_question(bank, single("¿Cuál?"))
    quiz = publish_quiz([(bank, 1)], slug="clave", attempts_allowed=1)
    for user in (lina, omar):
        enrolment = enrol_learner(
            user=user, course=CourseHead.objects.get(pk=course.pk), received_at=timezone.now()
        )
        attempt = start_attempt(
            enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now()
        )
        answer(attempt, 1, right_answers(attempt)[1])
    submit(attempt)
    client = enter(ada)
    assert "otra respuesta correcta" not in client.get(f"{HOME}{question.key}/").content.decode()
    mend_key(question)
    body = client.get(f"{HOME}{question.key}/").content.decode()
    assert "La versión 1 tiene otra respuesta correcta." in body
    assert "La recibieron 2 personas: intentos entregados, 1; intentos en curso, 1." in body
    assert "corregir la pregunta no cambia ninguna nota" in body
    assert (
        "también si corriges la respuesta"
        in client.get(f"{HOME}{question.key}/editar/").content.decode()
    )
