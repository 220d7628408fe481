"""A question in review, and one sent back, are seen by whom they wait for: on the home of the
editor and in the bank.
"""

import html
import re

import pytest
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.roles import sync_roles
from questions.models import Question
from questions.services import review_question, save_question
from tests.factories.questions import add_question, make_bank, single

pytestmark = pytest.mark.django_db
HOME, BANKS, BANK = "/gestion/", "/gestion/preguntas/", "/gestion/preguntas/banco/leyes/"


@pytest.fixture
def asked(ada, raul):
    """A question of Ada's that waits for a review, in a bank with another one."""
    return add_question(
        make_bank("leyes", count=1), single("¿Qué plazo rige?"), author_key=ada.learner_key
    )


@pytest.fixture
def read(enter):
    """Return the words of a page as somebody reads it."""

    def act(person, address: str) -> str:
        body = enter(person).get(address).content.decode()
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    return act


def send_back(question, raul):
    number = Question.objects.get(pk=question.pk).current.number
    facts = {
        "number": number,
        "is_approved": False,
        "comment": "Falta el artículo.",
        "now": timezone.now(),
    }
    review_question(question=question, reviewer_key=raul.learner_key, **facts)


def test_reviewer_reads_what_waits_for_them_at_home(read, asked, ada, raul):
    assert "1 pregunta espera tu revisión ¿Qué plazo rige? · Banco leyes" in read(raul, HOME)
    assert "espera tu revisión" not in read(ada, HOME)
    for number in range(6):
        add_question(asked.bank, single(f"Otra {number}"), author_key=ada.learner_key)
    words = read(raul, HOME)
    assert "7 preguntas esperan tu revisión" in words
    assert "Mira todas en Preguntas" in words
    send_back(asked, raul)
    assert "6 preguntas esperan tu revisión" in read(raul, HOME)


def test_nobody_is_asked_to_review_their_own_words(read, asked, raul):
    save_question(
        bank=asked.bank,
        content=single("¿Otro plazo?"),
        topic="",
        now=timezone.now(),
        key=asked.key,
        author_key=raul.learner_key,
    )
    assert "espera tu revisión" not in read(raul, HOME)


def test_operator_is_asked_where_nobody_reviews(read, asked, raul, oscar):
    assert "espera tu revisión" not in read(oscar, HOME)
    RoleGrant.objects.filter(user=raul).update(ends_on=timezone.localdate())
    sync_roles(today=timezone.localdate())
    assert "1 pregunta espera tu revisión" in read(oscar, HOME)


def test_author_reads_what_came_back_at_home_until_it_is_mended(read, asked, ada, raul, oscar):
    send_back(asked, raul)
    assert "Te devolvieron 1 pregunta ¿Qué plazo rige? · Banco leyes" in read(ada, HOME)
    assert "Te devolvieron" not in read(raul, HOME)
    assert "Te devolvieron" not in read(oscar, HOME)  # who wrote none of it
    save_question(
        bank=asked.bank,
        content=single("¿Qué plazo rige hoy?"),
        topic="",
        now=timezone.now(),
        key=asked.key,
        author_key=ada.learner_key,
    )
    assert "Te devolvieron" not in read(ada, HOME)
    assert "1 pregunta espera tu revisión" in read(raul, HOME)


def test_bank_counts_and_finds_each_question_once(read, asked, ada, raul):
    line = "Activas: 1 · En revisión: {} · Devueltas: {} · Borradores: 0 · Retiradas: 0"
    assert line.format(1, 0) in read(raul, BANKS)
    assert "¿Qué plazo rige?" in read(ada, f"{BANK}?estado=review")
    assert "¿Qué plazo rige?" not in read(ada, f"{BANK}?estado=active")
    send_back(asked, raul)
    assert line.format(0, 1) in read(ada, BANKS)
    assert "Devueltas con un comentario ¿Qué plazo rige?" in read(ada, BANKS)
    found = read(ada, f"{BANK}?estado=returned")
    assert "¿Qué plazo rige? Una opción · Devuelta" in found
    assert "¿Qué plazo rige?" not in read(ada, f"{BANK}?estado=review")
