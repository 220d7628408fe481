"""An author reads what is wrong with a question in plain words."""

from dataclasses import replace

import pytest

from questions.kinds.choices.content import Choice, choices_in, content_with, is_key_mended
from questions.question_rules import QuestionContent, problems_of, tidied

GOOD = QuestionContent(
    "single", "¿Qué haces?", content_with([Choice("A", True), Choice("B", False)]), "Porque sí."
)


def choices(*texts, correct=(0,)):
    return content_with(Choice(text, place in correct) for place, text in enumerate(texts))


def messages(content, label=""):
    return [problem.message for problem in problems_of(tidied(content), label)]


def test_good_question_has_no_problem():
    assert messages(GOOD) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stem": "  "}, "Falta el enunciado."),
        ({"feedback": ""}, "Falta la explicación que leerá quien responde."),
        ({"content": choices("A", "B", correct=())}, "Falta marcar la respuesta correcta."),
        ({"content": choices("A", "B", "C", "  b ")}, "Las opciones B y D son iguales."),
        ({"content": choices("A", "a", "A ")}, "Las opciones A, B y C son iguales."),
        ({"content": choices("A")}, "Escribe al menos dos opciones."),
        ({"content": choices(*"ABCDEFG")}, "Tiene 7 opciones. El máximo es 6."),
        ({"content": choices("A", "B" * 301)}, "Una opción es muy larga. El máximo es 300 letras."),
        (
            {"content": choices("A", "B", "C", correct=(0, 1))},
            "Marcaste 2 respuestas correctas. Deja una, o elige “Varias opciones”.",
        ),
        (
            {"kind": "multiple", "content": choices("A", "B", correct=(0, 1))},
            "Todas las opciones son correctas. Agrega una que no lo sea.",
        ),
        ({"kind": "true_false"}, "Las opciones deben ser “Verdadero” y “Falso”."),
        ({"stem": "x" * 1501}, "El enunciado tiene 1501 letras. El máximo es 1500."),
    ],
)
def test_problem_says_what_is_wrong(change, message):
    assert messages(replace(GOOD, **change)) == [message]


def test_label_names_the_question_of_a_file():
    assert messages(replace(GOOD, content=choices("A", "B", correct=())), "Pregunta 7") == [
        "Pregunta 7: falta marcar la respuesta correcta."
    ]


def test_every_problem_is_told_at_once():
    assert (
        len(messages(replace(GOOD, stem="", feedback="", content=choices("A", "A", correct=()))))
        == 4
    )


def test_letters_are_those_that_the_author_sees():
    found = problems_of(
        replace(GOOD, content=choices("", "Uno", " uno", "", "Dos", "dos ", correct=(1,)))
    )
    assert [problem.message for problem in found] == [
        "Las opciones B y C son iguales.",
        "Las opciones E y F son iguales.",
    ]


def test_empty_choices_and_spaces_are_left_out():
    content = tidied(replace(GOOD, content=choices(" A ", "", "B"), stem=" ¿Qué? "))
    assert (content.stem, [choice.text for choice in choices_in(content.content)]) == (
        "¿Qué?",
        ["A", "B"],
    )


def test_true_or_false_is_always_kept_in_the_same_order():
    content = tidied(
        replace(GOOD, kind="true_false", content=choices("Falso", "Verdadero", correct=(0,)))
    )
    assert choices_in(content.content) == (Choice("Verdadero", False), Choice("Falso", True))
    assert problems_of(content) == []


@pytest.mark.parametrize(
    ("after", "mended"),
    [
        ([("A", True), ("B", False)], False),
        ([("B", False), ("A", True)], False),
        ([("A", False), ("B", True)], True),
        ([("A", False), ("C", True)], True),
        ([("A, mejor dicho", True), ("B", False)], False),
    ],
)
def test_a_key_is_mended_where_a_choice_that_stayed_changed_its_rightness(after, mended):
    before = content_with([Choice("A", True), Choice("B", False)])
    assert (
        is_key_mended(before, content_with(Choice(text, is_correct) for text, is_correct in after))
        is mended
    )
