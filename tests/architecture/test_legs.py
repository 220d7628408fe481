"""CI asks every test, and asks twice only what may be answered otherwise."""

import re
from types import ModuleType, SimpleNamespace

import pytest

from tests import kept, legs
from tests.architecture.sources import ROOT
from tests.legs import POSTGRES, SQLITE, kinds_of, runs_on

BOTH = {SQLITE, POSTGRES}


def made(room: str, *marks: pytest.Mark, fixtures=(), module=kept):
    """Return what pytest collects, as far as it is asked here."""
    named = {mark.name: mark for mark in marks}
    return SimpleNamespace(
        nodeid=f"tests/{room}/test_x.py::test_y",
        fixturenames=fixtures,
        get_closest_marker=named.get,
        module=module,
    )


def module_with(tmp_path, text: str) -> ModuleType:
    path = tmp_path / "asked.py"
    path.write_text(text)
    module = ModuleType("asked")
    module.__file__ = str(path)
    return module


DATABASE = pytest.mark.django_db.mark
COMMITS = pytest.mark.django_db(transaction=True).mark
EVERY = pytest.mark.every_database.mark
ONE = pytest.mark.one_database.mark


@pytest.mark.parametrize(
    ("test", "kinds"),
    [
        (made("roster"), {SQLITE}),
        (made("roster", DATABASE), {POSTGRES}),
        (made("a_new_room", fixtures=["db"]), {POSTGRES}),
        (made("courses", DATABASE), {SQLITE}),
        (made("roster", DATABASE, ONE), {SQLITE}),
        (made("roster", COMMITS), BOTH),
        (made("roster", fixtures=["transactional_db"]), BOTH),
        (made("courses", COMMITS), {SQLITE}),
        (made("lib", EVERY), BOTH),
        (made("roster", DATABASE, EVERY), BOTH),
    ],
)
def test_each_is_asked_where_it_breaks_first(test, kinds):
    assert kinds_of(test) == kinds


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('if connection.vendor == "sqlite":\n    pass\n', BOTH),
        ("skip = not connection.features.has_select_for_update\n", BOTH),
        ("vendors = []\n", {POSTGRES}),
    ],
)
def test_a_module_that_tells_kinds_apart_is_asked_on_each(tmp_path, text, kinds):
    assert kinds_of(made("roster", DATABASE, module=module_with(tmp_path, text))) == kinds


def test_no_test_falls_out(request):
    """Of those of this run: a whole run has all."""
    lost = [item.nodeid for item in request.session.items if not kinds_of(item) & BOTH]
    assert lost == []


@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
def test_a_whole_run_leaves_out_what_no_database_changes_and_nothing_else(kind):
    assert runs_on(kind, made("roster", DATABASE), each_once=False)
    assert runs_on(kind, made("courses", DATABASE), each_once=False)
    assert runs_on(kind, made("roster"), each_once=False) is (kind == SQLITE)


def test_rooms_of_pages_are_there():
    assert all((ROOT / "tests" / room).is_dir() for room in legs.PAGES)


def test_ci_asks_both_kinds_whole():
    """No list of rooms stands between the two runs and the rule."""
    runs = re.findall(
        r"^EACH_TEST_ONCE=1 make (\S+)(.*)$", (ROOT / ".ci" / "run").read_text(), re.M
    )
    assert [name for name, _more in runs] == ["check", "test-postgres"]
    assert "ARGS" not in runs[0][1] + runs[1][1]


def test_ci_asks_the_next_wagtail_and_the_next_django():
    text = (ROOT / ".ci" / "run").read_text()
    asked = re.search(r'^asked="([^"]+)"$', text, re.M)[1]
    assert {"tests/content", "tests/courses", "tests/learning"} <= set(asked.split())
    assert 'make test-next NEXT_PYTHON="$newer" ARGS="$asked"' in text
    assert 'make test-wagtail8 ARGS="$asked"' in text
    next_ones = (ROOT / "requirements-next.lock").read_text()
    assert re.search(r"^django==6\.", next_ones, re.M)
    assert re.search(r"^wagtail==8\.", next_ones, re.M)
