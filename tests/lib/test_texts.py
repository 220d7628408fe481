"""Checks what a text may hold: refused where it is printed, tidied where it is free, composed
before it is measured.
"""

import unicodedata

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from lib.text_fields import (
    FreeTextField,
    LineField,
    MeasuredField,
    NameField,
    PlainLineField,
    PrintedField,
)
from lib.texts import Flaw, as_written, is_unseen, name_problem, printable, printing_problem, tidied

NAMES = [
    "Ñusta Q'orianka D’Angelo-Huamán",
    "José María de la O",
    "Mª Ángeles",
    "Nguyễn Thị Hồng",
    "Łukasz Żółć",
    "Σωκράτης",
    "Владимир",
    "გიორგი",
    "محمد علي",
    "דָּוִד",
    "राजेश कुमार",
]
UNSEEN = [
    "Ana\u0007",
    "\u2060Ruiz",
    "\u3164",
    "Ana \u202eairaM",
    "Ana\u200b",
    "A\u00adna",
    "Ana\ufeff",
    "Ana\u034f",
    "Ana\u2800",
    "Ana\ue000",
    "Ana\ud800",
    "Ana\U000e0041",
    "Ana\u0378",
    "Ana\ufe0f",
    "\u115fAna",
    "Ana\u0000",
]
NOT_DRAWN = [
    "Ana 🌻",
    "明",
    "김",
    "สมชาย",
    "Ａｎａ",
    "🎓 Curso",
    "\ufdfd",
    "𝓐na",
    "\u0301Ana",
    "a" + "\u0316" * 5,
]


@pytest.mark.parametrize("name", NAMES)
def test_letters_that_people_write_are_names(name):
    assert name_problem(as_written(name)) is None


@pytest.mark.parametrize("text", UNSEEN)
def test_what_nobody_sees_is_refused_where_it_is_printed(text):
    assert printing_problem(as_written(text)).flaw is Flaw.UNSEEN


@pytest.mark.parametrize("text", NOT_DRAWN)
def test_what_cannot_be_drawn_is_refused_where_it_is_printed(text):
    assert printing_problem(as_written(text)).flaw is Flaw.NOT_DRAWN


@pytest.mark.parametrize(
    "text",
    [
        "Niñez, migración y educación: ¿qué hacer?",
        "Ley N.º 30001 — art. 3 → 5 %",
        "I+D & «más» (1/2)",
    ],
)
def test_titles_hold_signs(text):
    assert printing_problem(as_written(text)) is None


@pytest.mark.parametrize(
    "text", ["<b>Ana</b>", "Ana http://x.pe", "ana@x.pe", "Ana/Luz", "Ana\\", "a;=1+1"]
)
def test_addresses_and_markup_are_no_names(text):
    assert name_problem(text).flaw is Flaw.NOT_IN_NAMES


@pytest.mark.parametrize("text", ["Ana 12345678", "Ana 12.345.678", "001234567 Ana", "Ana1 234 56"])
def test_the_number_of_a_document_is_no_name(text):
    assert name_problem(text).flaw is Flaw.NUMBER


@pytest.mark.parametrize("text", ["Juan 2.º", "Persona 1234", "R2 D2 C3"])
def test_a_name_may_hold_a_short_number(text):
    assert name_problem(text) is None


@pytest.mark.parametrize("text", ["00000000", "-", "’", "…"])
def test_a_name_has_a_letter(text):
    assert name_problem(text) is not None


@given(st.text(max_size=40))
def test_any_text_can_be_made_printable(text):
    made = printable(text)
    assert printing_problem(made) is None
    assert printable(made) == made


@given(st.text(max_size=40))
def test_tidying_leaves_only_what_is_seen_and_changes_nothing_twice(text):
    made = tidied(text)
    assert tidied(made) == made == unicodedata.normalize("NFC", made)
    assert not [
        letter
        for letter in made
        if is_unseen(letter) and letter not in "\n\t\u200c\u200d\ufe0e\ufe0f"
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Se cae\u200b la\u202e señal\u0000\r\nsiempre", "Se cae la señal\nsiempre"),
        ("gracias 👩‍👩‍👧 ❤️", "gracias 👩‍👩‍👧 ❤️"),
        ("می‌خواهم", "می‌خواهم"),
        ("a\u200db", "ab"),
    ],
)
def test_free_text_keeps_the_rest(text, left):
    assert tidied(text) == left


class Form(forms.Form):
    name = NameField(max_length=5, required=False)
    title = PrintedField(max_length=5, required=False)
    post = PlainLineField(max_length=20, required=False)
    line = LineField(max_length=5, required=False)
    text = FreeTextField(max_length=5, required=False)


@pytest.mark.parametrize("field", ["name", "title", "line", "text"])
def test_length_is_that_of_the_composed_text(field):
    assert Form({field: "\u0958" * 5}).errors[field]
    assert Form({field: "n\u0303" * 5}).is_valid()


@pytest.mark.parametrize("field", ["name", "title", "line", "text"])
def test_what_is_many_times_too_long_is_refused_before_it_is_read(field):
    assert Form({field: "a" + "\u200b" * 5 * MeasuredField.most_unread}).errors[field]
    assert Form({field: "a" * 2_000_000}).errors[field] == [
        "Escribe 5 letras como máximo. Escribiste 2000000."
    ]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (
            "name",
            "Ana\u200b",
            "Después de «Ana» hay un carácter que no se ve. Borra todo y escríbelo otra vez.",
        ),
        ("title", "\u2060Ana", "Hay un carácter que no se ve. Borra todo y escríbelo otra vez."),
        (
            "title",
            "A 明",
            "El certificado no puede imprimir «明». Quítalo, o escríbelo con otras letras.",
        ),
        ("name", "a@b", "Un nombre no lleva «@». Quítalo."),
        ("post", "<b>jefe</b>", "Aquí no va «<». Quítalo."),
        ("post", "ver http://x", "Aquí no va «://». Quítalo."),
        ("name", "12", "Escribe el nombre con letras."),
    ],
)
def test_refusals_are_said_in_words(field, typed, sentence):
    assert Form({field: typed}).errors[field] == [sentence]


def test_line_and_free_text_take_out_what_is_not_seen():
    form = Form({"line": " a\u200b\0  b ", "text": " a\u200b\nb\0 "})
    assert form.is_valid()
    assert form.cleaned_data["line"] == "a b"
    assert form.cleaned_data["text"] == "a\nb"
