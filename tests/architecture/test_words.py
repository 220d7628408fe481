"""Checks that the compiled words in locale/ say what their source says, and name nothing that
Wagtail does not give.
"""

import ast
import gettext
import re

from django.utils import timezone

from operations.failed_tasks import WORDS_OF_JOBS, WORDS_OF_TASKS
from operations.jobs import CLOCK, due_jobs
from tests.architecture.sources import ROOT, modules, shown, templates

FOLDER = ROOT / "locale" / "es" / "LC_MESSAGES"


def entries() -> list[dict[str, str]]:
    """Read the source; each sentence stands on one line there."""
    line = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")$', re.MULTILINE)
    blocks = (FOLDER / "django.po").read_text().split("\n\n")[1:]
    return [
        {name: ast.literal_eval(text) for name, text in line.findall(block)} for block in blocks
    ]


def test_compiled_words_are_those_of_the_source():
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert len(entries()) > 100
    for entry in entries():
        if "msgid_plural" in entry:
            said = {
                f"msgstr[{form}]": compiled.ngettext(
                    entry["msgid"], entry["msgid_plural"], 1 + form
                )
                for form in (0, 1)
            }
        else:
            said = {"msgstr": compiled.gettext(entry["msgid"])}
        assert said.items() <= entry.items()


def test_no_sentence_sets_a_full_stop_after_a_time():
    ended = re.compile(r"%\((?:moment|time)\)s\.|\|(?:moment|clock)[^}]*\}\}\.|\{\{ moment \}\}\.")
    clock = re.compile(r"with time=[^%]*\|clock[^%]*%\}[^%]*\{\{ time \}\}\.")
    guilty = [
        path
        for path in [*modules(), *templates()]
        if ended.search(path.read_text()) or clock.search(path.read_text())
    ]
    assert not shown(guilty), "a time ends with a full stop: 10:12 a. m."


def test_no_sentence_names_what_wagtail_does_not_give():
    names = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    for entry in entries():
        given = {
            name for key in ("msgid", "msgid_plural") for name in names.findall(entry.get(key, ""))
        }
        said = {
            name
            for key, text in entry.items()
            if key.startswith("msgstr")
            for name in names.findall(text)
        }
        assert said <= given


def test_every_due_job_and_task_has_words_for_operators():
    tasks = {
        name
        for path in modules()
        for name in re.findall(r"^@task\(\)\ndef (\w+)", path.read_text(), re.MULTILINE)
    }
    assert {*due_jobs(timezone.now()), CLOCK} == set(WORDS_OF_JOBS)
    assert tasks == set(WORDS_OF_TASKS)
