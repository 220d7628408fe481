"""Whoever changes what decides a quiz reads how many people study its course, and what its draws
would not find.
"""

import pytest
from django.utils import timezone

from courses.models import CoursePage
from learning.services import enrol_learner
from quizzes.models import QuizItemDraw, QuizPage
from tests.courses.editor import module_of, signed_in, url
from tests.factories.questions import add_question, make_bank, single
from tests.factories.quizzes import add_quiz

pytestmark = pytest.mark.django_db
TOLD = (
    "Cambian la nota mínima o los intentos. “Curso curso”: 1 persona lo estudia. Vale para "
    "los intentos que empiecen después de publicar."
)
OTHER = {"pass_mark": "16", "attempts_allowed": "5", "wait_hours": "48", "attempts_maximum": "9"}


@pytest.fixture
def save(course, client, ada, django_capture_on_commit_callbacks):
    """Save the form of a published quiz with some fields changed; return what is told."""
    page = CoursePage.objects.get(translation_key=course.key)
    with django_capture_on_commit_callbacks(execute=True):
        quiz = add_quiz(module_of(page, "m2"), [(make_bank(), 3)])

    def press(**changes) -> list[str]:
        draw = quiz.draws.get()
        sent = {
            "title": quiz.title, "summary": "", "is_required": "on", "instructions": "",
            "pass_mark": f"{quiz.pass_mark * 20:g}",
            "attempts_allowed": quiz.attempts_allowed, "wait_hours": quiz.wait_hours,
            "attempts_maximum": "", "time_limit": "",
            "is_shuffled": "on", "review": quiz.review, "draws-TOTAL_FORMS": "1",
            "draws-INITIAL_FORMS": "1", "draws-MIN_NUM_FORMS": "0",
            "draws-MAX_NUM_FORMS": "", "draws-0-id": draw.pk, "draws-0-ORDER": "1",
            "draws-0-bank": draw.bank_id, "draws-0-topic": "",
            "draws-0-count": draw.count, "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
            "comments-MIN_NUM_FORMS": "0",
            "comments-MAX_NUM_FORMS": "", "go_live_at": "", "expire_at": "",
        } | changes  # fmt: skip
        answer = signed_in(client, ada).post(url("edit", quiz.pk), sent, follow=True)
        assert answer.redirect_chain
        return [str(message) for message in answer.context["messages"]]

    return press


@pytest.mark.parametrize(("name", "value"), OTHER.items(), ids=OTHER)
def test_other_rules_tell_who_is_inside(save, course, lina, name, value):
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    assert TOLD in save(**{name: value})


def test_other_words_or_nobody_inside_tell_nothing(save, course, lina):
    assert not any("Cambian" in told for told in save(pass_mark="16"))
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    assert not any("Cambian" in told for told in save(instructions="Lee con calma."))


def test_topic_is_typed_as_people_write_it(save):
    bank = make_bank()
    add_question(bank, single("¿Quién cuida?"), topic="ninez")
    told = save(**{"draws-0-topic": "Niñez"})
    assert QuizPage.objects.get().get_latest_revision_as_object().draws.get().topic == "ninez"
    assert not any("tema" in one for one in told)


def test_field_of_a_topic_drops_no_letter_in_the_browser():
    field = QuizPage.get_edit_handler().get_form_class().formsets["draws"].form.base_fields["topic"]
    assert "data-controller" not in field.widget.attrs
    assert field.clean("Niñez") == "ninez"
    assert QuizItemDraw._meta.get_field("topic").max_length == field.max_length


def test_topic_that_no_question_has_is_told_when_saved(save):
    told = save(**{"draws-0-topic": "plasos"})
    sentence = (
        "Preguntas al azar: ninguna pregunta del banco “Banco banco” tiene el tema “plasos”. "
    )
    assert sentence + "Sus preguntas no tienen tema: deja ese dato vacío." in told
    for topic in ("plazos", "ninez"):
        add_question(make_bank(count=0), single(f"Sobre {topic}"), topic=topic)
    assert sentence + "Sus temas: ninez, plazos." in save(**{"draws-0-topic": "plasos"})


def test_topic_that_no_question_has_stops_publication(save):
    save(**{"draws-0-topic": "plasos"})
    quiz = QuizPage.objects.get().get_latest_revision_as_object()
    assert any("tiene el tema “plasos”" in str(problem) for problem in quiz.publishing_problems())
