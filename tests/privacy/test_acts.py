"""Checks that whatever is written into the trail has words for the person who reads their copy."""

import ast

from privacy.acts import ACTS, KINDS
from privacy.erasure import State
from tests.architecture.sources import modules

WRITERS = {
    "record_act",
    "record_act_on",
    "record_look",
    "note_act",
    "note_change",
    "_note",
    "_record",
}


def names_in(tree: ast.AST) -> set[str]:
    """Return the acts that calls in one module name as they are, one of two included."""
    named = set()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in WRITERS:
            given = [*call.args, *(word.value for word in call.keywords if word.arg == "action")]
            choices = [one.body if isinstance(one, ast.IfExp) else one for one in given] + [
                one.orelse for one in given if isinstance(one, ast.IfExp)
            ]
            named |= {one.value for one in choices if isinstance(one, ast.Constant)}
    return {name for name in named if isinstance(name, str) and "_" in name}


def test_every_act_has_words():
    written = set().union(*(names_in(ast.parse(path.read_text())) for path in modules()))
    written |= {f"erasure_{state}" for state in (State.DECLINED, State.DONE, State.WITHDRAWN)}
    assert len(written) > 30
    assert not {name for name in written - set(ACTS) if name.split("_")[0] not in KINDS}


def test_no_words_are_left_over():
    """What is said twice, by its name and by its kind, would be told in two ways."""
    assert not [name for name in ACTS if name.split("_")[0] in KINDS]
