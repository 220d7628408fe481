"""Checks that everything that is kept between requests has its row in docs/caching.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, modules, templates

# Measuring serves nobody.
PRODUCT = [path for path in modules() if path.relative_to(ROOT).parts[0] != "tools"]
KEEPING = {"lru_cache", "cache"}
HTTP = {
    "cache_control", "cache_page", "condition", "conditional_page", "etag",
    "get_conditional_response", "last_modified", "patch_cache_control",
    "patch_response_headers", "set_response_etag",
}  # fmt: skip
HEADERS = {"ETag", "Expires", "Last-Modified"}
WRITES_TEXT = {"render_to_string", "_", "gettext", "ngettext", "pgettext"}
CHANGES = {
    "add", "append", "appendleft", "extend", "insert", "pop", "popitem", "remove", "setdefault",
    "update",
}  # fmt: skip
ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def name_of(path: Path) -> str:
    """Return the dotted name of a module."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def last_word(node: ast.expr) -> str:
    """Return `lru_cache` of `lru_cache`, of `functools.lru_cache` and of a call of either."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def functions_of(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def kept_calls(tree: ast.Module) -> Iterator[str]:
    """Yield what keeps the answers of a function: decorators, and `lru_cache(…)(function)`."""
    for function in functions_of(tree):
        if KEEPING & {last_word(decorator) for decorator in function.decorator_list}:
            yield function.name
    for node in tree.body:
        value = getattr(node, "value", None)
        if isinstance(node, ast.Assign) and isinstance(value, ast.Call):
            inner = value.func if isinstance(value.func, ast.Call) else value
            if last_word(inner) in KEEPING:
                yield ast.unparse(node.targets[0])


def stores(tree: ast.Module) -> Iterator[str]:
    """Yield the names of a module, and of its classes, that functions fill: one value for every
    request.
    """
    scopes = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]
    bound = {
        target.id
        for scope in scopes
        for node in scope.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and is_shared(node.value)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for function in functions_of(tree):
        own = {argument.arg for argument in ast.walk(function) if isinstance(argument, ast.arg)}
        own |= {
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Global):
                yield from node.names
            elif (name := filled_name(node)) in bound - own:
                yield name


def is_shared(value: ast.expr | None) -> bool:
    """True for a value that is one for all: a field of a dataclass is made for each object."""
    return value is not None and not (isinstance(value, ast.Call) and last_word(value) == "field")


def filled_name(node: ast.AST) -> str:
    """Return the name of what a statement fills, or an empty text: `store[key] = …`,
    `store.update(…)`, `self.store[key] = …`.
    """
    filled: ast.expr | None = None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        filled = node.func.value if node.func.attr in CHANGES else None
    elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
        filled = node.value
    if isinstance(filled, ast.Attribute) and last_word(filled.value) in {"self", "cls"}:
        return filled.attr
    return getattr(filled, "id", "")


def caches_of_django(tree: ast.Module) -> Iterator[str]:
    """Yield the caches of Django that a module uses, and what it tells browsers to keep."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and last_word(node.value) == "caches":
            yield f"caches[{ast.literal_eval(node.slice)}]"
        elif isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            if node.module == "django.core.cache" and "cache" in names:
                yield "caches[default]"
            yield from names & HTTP
        elif isinstance(node, ast.Call) and ast.unparse(node).startswith("vars(connection)"):
            yield "connection"
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            yield from HEADERS & {getattr(node.slice, "value", None)}


def kept_in(path: Path) -> set[str]:
    """Return the name of everything that a module keeps between requests."""
    tree = ast.parse(path.read_text())
    names = {*kept_calls(tree), *stores(tree), *caches_of_django(tree)}
    return {f"{name_of(path)}.{name}" for name in names}


def kept_fragments() -> set[str]:
    """Return the templates that keep a part of themselves."""
    return {f"{path.relative_to(ROOT)}" for path in templates() if "{% cache " in path.read_text()}


def told_in(document: str) -> list[str]:
    """Return the first column of every table of a text."""
    return ROW.findall(document)


def test_everything_kept_between_requests_has_its_row():
    kept = kept_fragments().union(*map(kept_in, PRODUCT))
    rows = told_in((ROOT / "docs" / "caching.md").read_text())
    assert sorted(rows) == sorted(set(rows)), "a row stands twice"
    assert sorted(kept - set(rows)) == [], "kept, and not in docs/caching.md"
    assert sorted(set(rows) - kept) == [], "in docs/caching.md, and not kept"


def test_texts_are_kept_by_language():
    """What a kept function writes in the reader's language must be told which one."""
    silent = []
    for path in PRODUCT:
        for function in functions_of(ast.parse(path.read_text())):
            if not KEEPING & {last_word(decorator) for decorator in function.decorator_list}:
                continue
            called = {last_word(node) for node in ast.walk(function) if isinstance(node, ast.Call)}
            names = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
            if called & WRITES_TEXT and "language" not in names:
                silent.append(f"{name_of(path)}.{function.name}")
    assert silent == []


def test_no_way_of_keeping_is_overlooked(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.architecture.test_caching.ROOT", tmp_path)
    source = tmp_path / "made.py"
    source.write_text(
        "import functools\n"
        "from functools import cache, lru_cache\n"
        "from django.core.cache import cache as _, caches\n"
        "from django.views.decorators.http import condition\n"
        "plain: dict[str, int] = {'a': 1}\n"
        "left_alone = {}\n"
        "wrapped = lru_cache(maxsize=2)(len)\n"
        "class Thing:\n"
        "    shared = {}\n"
        "    def fill(self):\n"
        "        self.shared[1] = 2\n"
        "@functools.lru_cache(maxsize=3)\n"
        "def first(): ...\n"
        "@cache\n"
        "def second():\n"
        "    plain['b'] = 2\n"
        "    mine = []\n"
        "    mine.append(caches['bodies'])\n"
        "def third():\n"
        "    global count\n"
        "    vars(connection).setdefault('x', 1)\n"
        "    response['ETag'] = 'x'\n"
    )
    names = "ETag plain wrapped shared first second count caches[default] caches[bodies] condition"
    assert kept_in(source) == {f"made.{name}" for name in [*names.split(), "connection"]}
