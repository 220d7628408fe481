"""Says figures in sentences, of one and of many."""

import pytest

from reporting.counts import Counts
from reporting.tables import Line
from reporting.wording import headline, share_in_words


def line(assigned: int, completed: int, key: str = "") -> Line:
    counts = Counts(assigned=assigned, completed=completed, people=assigned, finished=completed)
    return Line(key, f"Lugar {key}", counts)


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (
            line(1, 1),
            "De 1 persona, 1 terminó algún curso. Se terminó 1 de 1 inscripción (100 %).",
        ),
        (
            line(2, 0),
            "De 2 personas, 0 terminaron algún curso. Se terminaron 0 de 2 inscripciones (0 %).",
        ),
    ],
)
def test_people_and_enrolments_are_counted_in_words(total, words):
    assert headline(total, [], has_course=False) == words


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (line(3, 1), "Terminó 1 de 3 personas (33 %)."),
        (line(1, 0), "Terminaron 0 de 1 persona (0 %)."),
    ],
)
def test_people_of_a_course_are_counted_in_words(total, words):
    assert headline(total, [], has_course=True) == words


def test_who_is_missing_alone_is_one():
    lines = [line(2, 1, "a"), line(5, 1, "b"), line(4, 1, "c")]
    told = headline(line(11, 3), lines, has_course=True)
    assert "Lugar a (50 %, falta 1)" in told
    assert "Lugar b (20 %, faltan 4)" in told


@pytest.mark.parametrize(
    ("place", "words"),
    [(line(1, 1), "100 % de 1 inscripción"), (line(9, 3), "33 % de 9 inscripciones")],
)
def test_a_share_names_its_group(place, words):
    assert share_in_words(place) == words
