"""A question of an author is asked when somebody else approved that version; open attempts keep
what they got.
"""

import html

import pytest
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.roles import sync_roles
from questions.models import Question, QuestionReview
from questions.services import (
    OwnQuestion,
    StaleVersion,
    review_question,
    save_question,
    set_question_state,
)
from quizzes.models.pools import pools_of
from tests.factories.questions import add_question, make_bank, single

pytestmark = pytest.mark.django_db
HOME = "/gestion/preguntas/"


@pytest.fixture
def bank(db):
    return make_bank("leyes", count=1)


@pytest.fixture
def asked(bank, ada, raul):
    """A question that Ada wants active."""
    sync_roles(today=timezone.localdate())
    return add_question(bank, single("¿Qué plazo rige?"), author_key=ada.learner_key)


def decide(question, person, *, is_approved=True, comment="", **facts):
    facts = {
        "number": Question.objects.get(pk=question.pk).current.number,
        "now": timezone.now(),
        **facts,
    }
    return review_question(
        question=question,
        reviewer_key=person.learner_key,
        is_approved=is_approved,
        comment=comment,
        **facts,
    )


def write_again(question, author, stem):
    """Write a new version of a question."""
    return save_question(
        bank=question.bank,
        content=single(stem),
        topic="",
        now=timezone.now(),
        key=question.key,
        author_key=author.learner_key,
    )


def drawn(bank) -> dict[int, int]:
    return pools_of([{"bank": bank.slug, "topic": "", "count": 1}])[1]


def test_what_an_author_writes_is_asked_when_another_person_approved_it(bank, asked, ada, raul):
    assert asked.pk not in drawn(bank)
    with pytest.raises(OwnQuestion):
        decide(asked, ada)
    decide(asked, raul)
    asked.refresh_from_db()
    assert drawn(bank)[asked.pk] == asked.approved_id == asked.current_id
    assert not asked.waits_for_review


def test_a_new_version_waits_and_the_approved_one_is_still_asked(bank, asked, ada, raul):
    decide(asked, raul)
    first = drawn(bank)[asked.pk]
    write_again(asked, ada, "¿Qué plazo rige hoy?")
    assert drawn(bank)[asked.pk] == first
    asked.refresh_from_db()
    assert asked.waits_for_review
    decide(asked, raul)
    assert drawn(bank)[asked.pk] != first


def test_bringing_back_does_not_pass_the_review_by(bank, ada, raul, asked):
    for state in ("retired", "active"):
        set_question_state(
            question=asked,
            state=state,
            opened=asked.state,
            author_key=ada.learner_key,
            now=timezone.now(),
        )
        asked.refresh_from_db()
    assert asked.pk not in drawn(bank)


def test_a_version_stored_meanwhile_is_not_approved(bank, asked, ada, raul):
    write_again(asked, ada, "¿Otro plazo?")
    with pytest.raises(StaleVersion):
        decide(asked, raul, number=1)
    assert not QuestionReview.objects.exists()


def test_the_reviewer_approves_or_sends_back_on_the_screen(bank, asked, ada, raul, client):
    client.force_login(raul)
    address = f"{HOME}{asked.key}/"
    assert "Esperan revisión" in client.get(HOME).content.decode()
    assert "Tu revisión de la versión más nueva" in client.get(address).content.decode()
    refused = client.post(
        f"{address}revision/", {"number": 1, "decision": "return", "comment": " "}, follow=True
    )
    assert "Escribe por qué: quien la escribió lo leerá." in html.unescape(refused.content.decode())
    client.post(
        f"{address}revision/", {"number": 1, "decision": "return", "comment": "Falta el artículo."}
    )
    client.force_login(ada)
    body = html.unescape(client.get(address).content.decode())
    assert "Falta el artículo." in body
    assert "Tu revisión de la versión más nueva" not in body
    client.force_login(raul)
    client.post(f"{address}revision/", {"number": 1, "decision": "approve", "comment": ""})
    assert asked.pk in drawn(bank)


def test_an_operator_approves_with_a_reason_where_nobody_reviews(bank, asked, raul, oscar, client):
    sync_roles(today=timezone.localdate())
    client.force_login(oscar)
    address = f"{HOME}{asked.key}/revision/"
    client.post(address, {"number": 1, "decision": "approve", "comment": "Urge"})
    assert asked.pk not in drawn(bank)
    RoleGrant.objects.filter(user=raul).update(ends_on=timezone.localdate())
    client.post(address, {"number": 1, "decision": "approve", "comment": ""})
    assert asked.pk not in drawn(bank)
    client.post(
        address, {"number": 1, "decision": "approve", "comment": "No hay quien revise hasta marzo."}
    )
    assert asked.pk in drawn(bank)
    assert QuestionReview.objects.get().comment == "No hay quien revise hasta marzo."


def test_a_comment_survives_a_question_that_changed_meanwhile(bank, asked, ada, raul, client):
    client.force_login(raul)
    write_again(asked, ada, "¿Otro plazo?")
    sent = {"number": 1, "decision": "return", "comment": "Falta el artículo."}
    body = html.unescape(
        client.post(f"{HOME}{asked.key}/revision/", sent, follow=True).content.decode()
    )
    assert "La pregunta cambió después de que la abriste: no decidimos nada." in body
    assert "Falta el artículo.</textarea>" in body
    assert 'name="number" value="2"' in body
    assert not QuestionReview.objects.exists()


@pytest.mark.parametrize(("decision", "told"), [("approve", "Aprobada."), ("return", "Devuelta.")])
def test_a_decision_sent_twice_is_made_once_and_told_as_made(asked, raul, client, decision, told):
    client.force_login(raul)
    sent = {"number": 1, "decision": decision, "comment": "Cita el artículo 8."}
    client.post(f"{HOME}{asked.key}/revision/", sent, follow=True)
    body = html.unescape(
        client.post(f"{HOME}{asked.key}/revision/", sent, follow=True).content.decode()
    )
    assert told in body
    assert "ya no espera tu revisión" not in body
    assert QuestionReview.objects.count() == 1
