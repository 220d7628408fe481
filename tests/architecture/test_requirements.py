"""Checks that the numbers in use stand in docs/requirements.md, that what keeps them exists, and
that no file names a document that is not there.
"""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, tracked
from tools.chaos.catalogue import PROMISES, RUNS

REQUIREMENTS = ROOT / "docs" / "requirements.md"
NUMBER = re.compile(
    r"(?<![\w.-])(?:[RPIM]\d{1,2}|(?:REL|OFF|TIM|CER|ACC|INJ|FIL|PRV|AUT|OPS|LOD)-\d\d)(?![\w-])"
)
DOCUMENT = re.compile(r"[\w./-]*\w\.md\b")
CODE = {".py", ".html", ".js", ".md"}
TEXTS = CODE | {".css", ".toml", ".yml", ".sh", ".txt", ".example", ""}
# Tables and notes about the law and about lessons have numbers of their own.
OF_THEIR_OWN = ("courses/starter/", "norms/data/", "territory/data/", "docs/content-review.md")


def texts(suffixes: set[str]) -> list[Path]:
    """Return the files that a person wrote, of some kinds."""
    return [
        path
        for path in tracked()
        if path.suffix in suffixes
        and not str(path.relative_to(ROOT)).startswith(OF_THEIR_OWN)
        and path.name != Path(__file__).name
    ]


def prose(path: Path) -> str:
    """Return the text of a file, without the paths of drawings."""
    return re.sub(r'\b(?:d|viewBox)="[^"]*"', "", path.read_text(errors="ignore"))


def rows() -> dict[str, str]:
    """Return what keeps each number."""
    return {
        line[1]: line[2]
        for line in re.finditer(
            r"^\| ([A-Z]+-?\d+) \|.*\| (.*) \|$", REQUIREMENTS.read_text(), re.M
        )
    }


def test_every_number_in_use_stands_there():
    known = rows()
    unknown = {
        f"{path.relative_to(ROOT)}: {number}"
        for path in texts(CODE)
        for number in NUMBER.findall(prose(path))
        if number not in known
    }
    assert not unknown
    assert set(RUNS) | set(PROMISES) <= set(known)


@pytest.mark.parametrize("number", rows())
def test_every_number_has_what_keeps_it(number):
    assert re.search(r"`(?:tests/|chaos )", rows()[number])


def test_a_number_stands_there_once():
    numbers = re.findall(r"^\| ([A-Z]+-?\d+) \|", REQUIREMENTS.read_text(), re.M)
    assert sorted(numbers) == sorted(set(numbers))


def test_every_test_that_is_named_exists():
    missing = [
        f"{name}::{test}"
        for name, test in re.findall(r"`(tests/[\w/.]+)::(\w+)`", REQUIREMENTS.read_text())
        if not (ROOT / name).is_file() or f"def {test}(" not in (ROOT / name).read_text()
    ]
    assert not missing


def test_every_run_that_is_named_exists():
    assert set(re.findall(r"`chaos ([\w-]+)`", REQUIREMENTS.read_text())) <= set(RUNS)


def test_no_file_names_a_document_that_is_not_there():
    documents = [path for path in tracked() if path.suffix == ".md"]
    names = {path.name for path in documents} | {str(path.relative_to(ROOT)) for path in documents}
    outside = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in texts(TEXTS)
        for name in DOCUMENT.findall(path.read_text(errors="ignore"))
        if name not in names and not (path.parent / name).is_file()
    }
    assert not outside
