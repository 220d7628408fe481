"""Every free text that is kept asks about document numbers: they would lie there in the clear."""

import ast

from tests.architecture.sources import ROOT, modules

# What people write about others, by the names that our forms give it.
KEPT = {"reason", "comment", "words", "note", "text", "what", "scope"}
FREE = {"FreeTextField", "LineField", "PlainLineField"}


def fields_of(form: ast.ClassDef) -> set[str]:
    """Return the free texts that a form declares."""
    return {
        statement.targets[0].id
        for statement in form.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and isinstance(statement.value, ast.Call)
        and getattr(statement.value.func, "id", "") in FREE
        and statement.targets[0].id in KEPT
    }


def asked_in(form: ast.ClassDef) -> set[str]:
    """Return the texts in which a form asks about numbers."""
    return {
        element.value
        for statement in form.body
        if isinstance(statement, ast.Assign)
        and getattr(statement.targets[0], "id", "") == "free_texts"
        for element in ast.walk(statement.value)
        if isinstance(element, ast.Constant)
    }


def test_every_form_that_keeps_a_free_text_asks_about_document_numbers():
    forms = {
        f"{path.relative_to(ROOT)}:{node.name}": (fields_of(node), asked_in(node))
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and fields_of(node)
    }
    assert len(forms) > 10
    assert {name: found - asked for name, (found, asked) in forms.items() if found - asked} == {}
