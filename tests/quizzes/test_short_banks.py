"""A bank with too few questions: who would cause it reads so before, on the screen where it is
done.
"""

import pytest

from tests.factories.questions import add_question, make_bank, single

pytestmark = pytest.mark.django_db
HOME = "/gestion/preguntas/"


@pytest.fixture
def bank(db):
    return make_bank("leyes", count=3, topic="plazos")


def told_before(client, question) -> list[bool]:
    """Say whether the screen of a question, and its form, name what stops without it."""
    pages = [
        client.get(f"{HOME}{question.key}/{part}").content.decode() for part in ("", "editar/")
    ]
    return ["se queda sin preguntas suficientes y nadie puede empezarlo" in page for page in pages]


@pytest.mark.parametrize("topic", ["", "plazos"], ids=["bank", "topic"])
def test_retiring_what_a_quiz_needs_is_told_before(enter, ada, bank, course, publish_quiz, topic):
    quiz = publish_quiz([(bank, 3, topic)])
    client, question = enter(ada), bank.questions.first()
    assert told_before(client, question) == [True, True]
    assert (
        f"el cuestionario “{quiz.title}” se queda"
        in client.get(f"{HOME}{question.key}/").content.decode()
    )
    add_question(bank, single("Una más"), topic="plazos")
    assert told_before(client, question) == [False, False]


def test_what_no_quiz_asks_stops_none(enter, ada, bank, course, publish_quiz):
    publish_quiz([(bank, 3)])
    draft = add_question(bank, single("Todavía no"), state="draft")
    other = add_question(make_bank("otro", count=1), single("De otro banco"))
    for question in (draft, other):
        assert told_before(enter(ada), question) == [False, False]


def test_who_only_reads_is_told_nothing_to_do(enter, raul, bank, course, publish_quiz):
    publish_quiz([(bank, 3)])
    page = enter(raul).get(f"{HOME}{bank.questions.first().key}/").content.decode()
    assert "se queda sin preguntas suficientes" not in page
