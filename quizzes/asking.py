"""Tells the authors of the bank what quizzes ask of it, in words."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questions.models import Bank, Question, QuestionVersion
from questions.uses import Asker, Use
from quizzes.bank_use import (
    guessed_quizzes,
    quizzes_drawing,
    quizzes_needing,
    reached_by,
    short_quizzes,
)


def uses(question: Question) -> list[Use]:
    """Return the quizzes that may draw a question."""
    return [
        Use(quiz.title, reverse("wagtailadmin_pages:edit", args=[quiz.pk]))
        for quiz in quizzes_drawing(question)
    ]


def needs(question: Question) -> list[str]:
    """Return which quizzes stop when the question is no longer asked."""
    sentence = _(
        "Si la retiras, la pasas a borrador o le cambias el tema, el cuestionario “%(quiz)s” se "
        "queda sin "
        "preguntas suficientes y nadie puede empezarlo. Antes, agrega otra al banco."
    )
    return [sentence % {"quiz": quiz} for quiz in quizzes_needing(question)]


def warnings(bank: Bank | None) -> list[str]:
    """Return what is wrong with the quizzes of a bank, or of all: those that cannot be started, and
    those that need no knowledge.
    """
    quizzes = [*short_quizzes(), *guessed_quizzes()]
    return [quiz.message for quiz in quizzes if bank is None or bank.pk in quiz.bank_ids]


def reach(versions: Sequence[QuestionVersion]) -> str:
    """Return whom some versions reached in attempts, and what becomes of those; nothing when they
    reached nobody.
    """
    counts = reached_by(versions)
    if not counts.people:
        return ""
    sentence = ngettext(
        (
            "La recibió %(people)d persona: intentos entregados, %(submitted)d; intentos en curso, "
            "%(open)d."
        ),
        (
            "La recibieron %(people)d personas: intentos entregados, %(submitted)d; intentos en "
            "curso, %(open)d."
        ),
        counts.people,
    )
    outcome = _(
        "Todos conservan esa versión: corregir la pregunta no cambia ninguna nota, y los que "
        "están en curso se califican con la respuesta "
        "anterior. Quien revisa sus respuestas lee que la pregunta se corrigió."
    )
    facts = {"people": counts.people, "open": counts.open_attempts, "submitted": counts.handed_in}
    return f"{sentence % facts} {outcome}"


QUIZZES = Asker(uses=uses, needs=needs, warnings=warnings, reach=reach)
