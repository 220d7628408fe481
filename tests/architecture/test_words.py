"""Checks that the compiled words in locale/ say what their source says, and name nothing that
Wagtail does not give.
"""

import ast
import gettext
import re
from collections.abc import Iterator

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


# A number before a word in the plural: “1 números” is what a sentence without ngettext says.
COUNTED = re.compile(r"%\((\w+)\)d (\w+s)\b|\{\{ (\w+) \}\} (\w+s)\b")
# Limits of ours, measures that are never one, and what is no number.
NEVER_ONE = {
    "most",
    "least",
    "limit",
    "days",
    "minutes",
    "width",
    "height",
    "ms",
    "seconds",
    "day",
    "time",
}
# Sentences that are said only where there are several.
SAID_OF_MANY = (
    "lleva hasta %(count)d letras",
    "%(count)d minutos sin actividad",
    "tiene %(counted)d millones de puntos",
    "de %(total)d datos",
    "Demostración: %(count)d",
    "%(count)d reglas revisadas",
    "%(rows)d filas copiadas y comparadas",
    "Son %(count)d actos: demasiados",
    "tiene %(count)d opciones. El máximo",
    "marcaste %(count)d respuestas correctas",
    "tiene %(length)d letras. El máximo",
    "los %(count)d intentos que se dan de una vez",
    "Hay %(count)d distritos así",
    "tiene %(count)d líneas y aquí caben",
)
SINGLE = {"_", "_t", "_now", "gettext", "gettext_lazy"}


def sentences_without_plural() -> Iterator[str]:
    """Yield every sentence of ours that has one form, whatever a number in it says."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SINGLE:
                yield from (
                    part.value
                    for part in node.args
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                )
    block = re.compile(r"\{% blocktranslate([^%]*)%\}(.*?)\{% endblocktranslate %\}", re.DOTALL)
    for path in templates():
        for options, text in block.findall(path.read_text()):
            if " count " not in options:
                yield " ".join(text.split())


def test_no_sentence_says_one_of_many():
    wrong = [
        text
        for text in sentences_without_plural()
        for name, _many, shown_name, _word in COUNTED.findall(text)
        if (name or shown_name) not in NEVER_ONE and not any(part in text for part in SAID_OF_MANY)
    ]
    assert not wrong, "a count needs ngettext, or {% blocktranslate count %}"


def test_what_is_said_of_many_is_still_said():
    texts = "\n".join(sentences_without_plural())
    assert [part for part in SAID_OF_MANY if part not in texts] == []


def test_every_due_job_and_task_has_words_for_operators():
    tasks = {
        name
        for path in modules()
        for name in re.findall(r"^@task\(\)\ndef (\w+)", path.read_text(), re.MULTILINE)
    }
    assert {*due_jobs(timezone.now()), CLOCK} == set(WORDS_OF_JOBS)
    assert tasks == set(WORDS_OF_TASKS)
