"""Checks that commands speak to their operator in Spanish, and that what they print can be
translated.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, modules

COMMANDS = [path for path in modules() if "management" in path.parts]
ENGLISH = re.compile(
    (
        r"\b(?:all|already|an|and|are|at|by|each|every|for|from|in|is|it|no "
        r"such|not|of|on|the|this|to|was|were|which|with|without)\b"
    ),
    re.IGNORECASE,
)
MARKS = {"_", "gettext", "gettext_lazy", "ngettext"}
SAID_BY = {"CommandError", "write", "say"}
WORD = re.compile(r"(?<![\w/])[^\W\d_]{4,}(?![\w/])")


def name_of(call: ast.Call) -> str:
    """Return the last part of what is called: `write` of `self.stdout.write`."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def texts(node: ast.AST, *, but_marked: bool = False) -> Iterator[str]:
    """Yield the texts that are written below a node, or those alone that are not marked for
    translation.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Subscript | ast.Attribute):
        return
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from texts(value, but_marked=but_marked)
    elif not (but_marked and isinstance(node, ast.Call) and name_of(node) in MARKS):
        for below in ast.iter_child_nodes(node):
            yield from texts(below, but_marked=but_marked)


def said(path: Path, *, but_marked: bool = False) -> set[str]:
    """Return what a command tells: its help, that of its arguments, what it prints and why it
    refuses.
    """
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Assign)
            and getattr(node.targets[0], "id", "") == "help"
            and not but_marked
        ):
            found.update(texts(node.value))
        elif isinstance(node, ast.Call) and name_of(node) in SAID_BY:
            found.update(text for part in node.args for text in texts(part, but_marked=but_marked))
        elif isinstance(node, ast.Call) and name_of(node) in MARKS and not but_marked:
            found.update(texts(node))
        elif isinstance(node, ast.keyword) and node.arg == "help":
            found.update(texts(node.value, but_marked=but_marked))
    return found


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_commands_speak_spanish():
    told = {shown(path): {text for text in said(path) if ENGLISH.search(text)} for path in COMMANDS}
    assert not {path: sorted(found) for path, found in told.items() if found}


def test_what_commands_say_is_marked_for_translation():
    told = {
        shown(path): {text for text in said(path, but_marked=True) if WORD.search(text)}
        for path in COMMANDS
    }
    assert not {path: sorted(found) for path, found in told.items() if found}


def unexplained(path: Path) -> set[str]:
    """Return the arguments of a command that `--help` shows bare: without a word on them, or with
    the name of our variable as value.
    """
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and name_of(node) == "add_argument":
            given = {
                keyword.arg: getattr(keyword.value, "value", None) for keyword in node.keywords
            }
            takes_value = given.get("action") != "store_true"
            if "help" not in given or (takes_value and "metavar" not in given):
                found.update(texts(node.args[0]))
    return found


def test_every_argument_of_a_command_is_explained():
    refusing = {"createsuperuser.py", "changepassword.py"}  # they take anything and refuse it
    told = {shown(path): unexplained(path) for path in COMMANDS if path.name not in refusing}
    assert not {path: sorted(found) for path, found in told.items() if found}


def test_every_reason_is_read_where_document_numbers_are_refused():
    sources = {shown(path): path.read_text() for path in COMMANDS}
    asking = {name: text for name, text in sources.items() if '"--reason"' in text}
    assert len(asking) == 3
    assert not {name for name, text in asking.items() if "reason_told(" not in text}


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        ('parser.add_argument("file", type=Path)', True),
        ('parser.add_argument("--seed", help=_("Un número"))', True),
        ('parser.add_argument("--full", action="store_true", help=_("Todo"))', False),
        ('parser.add_argument("file", metavar="ARCHIVO", help=_("Una copia"))', False),
    ],
    ids=["bare", "no metavar", "switch", "explained"],
)
def test_bare_arguments_are_found(tmp_path, source, bare):
    path = tmp_path / "command.py"
    path.write_text(source)
    assert bool(unexplained(path)) is bare


@pytest.mark.parametrize(
    ("source", "found", "unmarked"),
    [
        ('self.stdout.write(f"Roles: {len(x)} in all")', True, True),
        ('raise CommandError(_("There is no such person."))', True, False),
        ('help = "Does the work"', True, False),
        ('parser.add_argument("x", help="Nombre de la persona")', False, True),
        ('raise CommandError(_("Nadie tiene ese correo."))', False, False),
        ("self.stdout.write(f\"{'ok'} {x.name}\")", False, False),
    ],
    ids=["printed", "refused", "help", "argument", "spanish", "no word"],
)
def test_english_and_unmarked_texts_are_found(tmp_path, source, found, unmarked):
    path = tmp_path / "command.py"
    path.write_text(source)
    assert any(ENGLISH.search(text) for text in said(path)) is found
    assert any(WORD.search(text) for text in said(path, but_marked=True)) is unmarked


def test_there_are_commands_that_speak():
    assert len(COMMANDS) > 25
    assert sum(len(said(path)) for path in COMMANDS) > 100
