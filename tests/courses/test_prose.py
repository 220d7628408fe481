"""Checks the measures of prose by which the lessons are judged, against words counted by hand."""

import pytest

from tests.courses.prose import paragraphs_of_html, sentences, syllables, szigriszt


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("sol", 1), ("rey", 1), ("país", 2), ("ciudad", 2), ("guía", 2), ("queso", 2), ("pingüino",
        3), ("aéreo", 4), ("poética", 4),
        ("averiguar", 4), ("huérfano", 3), ("ahora", 3), ("prohíbe", 3), ("municipalidad", 6),
        ("construcción", 3), ("MIGRACIONES", 4),
        ("y", 1), ("DNI", 1),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_one_speaks(word, count):
    assert syllables(word) == count


def test_a_paragraph_ends_a_sentence_and_a_figure_does_not():
    texts = paragraphs_of_html(
        "<p>Son 3.3 millones. ¿Cuántos hay aquí? «Nadie sabe.» "
        "Pregunta</p><ul><li>Hoy</li></ul><p></p>"
    )
    assert sentences(texts) == [
        "Son 3.3 millones.",
        "¿Cuántos hay aquí?",
        "«Nadie sabe.",
        "Pregunta",
        "Hoy",
    ]


def test_index_follows_the_published_formula():
    # Two sentences, five words, nine syllables: 206.835 - 62.3 * 9 / 5 - 5 / 2.
    assert szigriszt(["La norma dice. Tú decides."]) == pytest.approx(206.835 - 62.3 * 9 / 5 - 2.5)


def test_long_words_and_long_sentences_read_worse():
    assert szigriszt(["Ve y di qué ves."]) > szigriszt(
        ["La municipalidad implementará oportunamente las disposiciones administrativas."]
    )
