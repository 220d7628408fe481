"""Typed text is composed in one place, where its length and its marks are bounded."""

import ast

from tests.architecture.sources import ROOT, modules

# The second composes a letter at a time.
ALLOWED = {"lib/composing.py", "lib/folding.py"}


def composes(source: str) -> bool:
    """Say whether a module asks Unicode's forms of anything."""
    return any(
        (
            (isinstance(node, ast.Attribute) and node.attr == "normalize")
            and getattr(node.value, "id", "") == "unicodedata"
        )
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "unicodedata"
            and any(name.name == "normalize" for name in node.names)
        )
        for node in ast.walk(ast.parse(source))
    )


def test_texts_are_composed_in_one_place():
    found = {str(path.relative_to(ROOT)) for path in modules() if composes(path.read_text())}
    assert found == ALLOWED
