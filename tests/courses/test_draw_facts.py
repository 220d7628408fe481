"""Checks the draw of facts for the editorial review: repeatable, from the lesson files, ready for a
verdict.
"""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from courses.loading import FOLDER, read_toml


def drawn(*arguments: str) -> tuple[str, list[list[str]]]:
    """Return the heading of a draw and the cells of its rows."""
    out = StringIO()
    call_command("draw_facts", *arguments, stdout=out)
    heading, _empty, *table = out.getvalue().splitlines()
    return heading, [[cell.strip() for cell in line.strip("|").split(" |")] for line in table]


def test_rows_are_facts_of_the_lessons_and_wait_for_a_verdict():
    heading, (columns, line, *rows) = drawn("--seed", "7", "--count", "5")
    assert heading.startswith("5 de ")
    assert columns == ["N.º", "Oración", "Lección", "Fuente", "Confianza", "Veredicto"]
    assert line == ["---"] * 6
    assert [row[0] for row in rows] == ["1", "2", "3", "4", "5"]
    for _number, sentence, lesson, source, confidence, verdict in rows:
        facts = read_toml(FOLDER / f"{lesson}.toml")["facts"]
        assert {"sentence": sentence, "source": source, "confidence": confidence} in facts
        assert "notas de investigación" in source
        assert verdict == ""


def test_one_seed_makes_one_draw():
    assert drawn("--seed", "7") == drawn("--seed", "7")
    assert drawn("--seed", "7") != drawn("--seed", "8")


def test_twenty_are_drawn_unless_told_and_none_twice():
    _heading, (_columns, _line, *rows) = drawn("--seed", "1")
    assert len(rows) == 20
    assert len({(row[1], row[2]) for row in rows}) == 20


def test_more_than_there_are_draws_them_all():
    everything = sum(len(read_toml(path)["facts"]) for path in FOLDER.glob("*/*/*.toml"))
    heading, (_columns, _line, *rows) = drawn("--seed", "1", "--count", "100000")
    assert len(rows) == everything
    assert heading == f"{everything} de {everything} datos, semilla 1"


def test_a_draw_without_a_seed_is_refused():
    with pytest.raises(CommandError, match="--seed"):
        call_command("draw_facts")
