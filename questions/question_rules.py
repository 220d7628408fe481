"""Says what is wrong with a question as an author wrote it; plain values, no database."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from questions.kinds import JSON, kind_of
from questions.kinds.kind import Problem

LONGEST_TEXT = 1500


@dataclass(frozen=True)
class QuestionContent:
    """What one version of a question says; `content` belongs to its kind.

    `norm` is a code of the register or empty; `source` is for reviewers only; `lesson` a key or
    empty.
    """

    kind: str
    stem: str
    content: JSON
    feedback: str
    norm: str = ""
    locator: str = ""
    source: str = ""
    lesson: str = ""


class InvalidQuestion(Exception):
    """A question that cannot be asked; `problems` say why."""

    def __init__(self, problems: list[Problem]):
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def tidied(content: QuestionContent) -> QuestionContent:
    """Return the content as it is stored: without stray spaces and what was left empty."""
    texts = {
        name: getattr(content, name).strip()
        for name in ("stem", "feedback", "norm", "locator", "source", "lesson")
    }
    return replace(content, content=kind_of(content.kind).tidied(content.content), **texts)


def problems_of(content: QuestionContent, label: str = "") -> list[Problem]:
    """Return every problem of a question as it was written: a letter names the choice that its
    author sees.

    `label` opens each sentence where there are many: “Pregunta 7: falta…”.
    """
    tidy = tidied(content)
    problems = [*_text_problems(tidy), *kind_of(tidy.kind).problems(tidy.content, content.content)]
    return [
        Problem(
            problem.field, f"{label}: {problem.message}" if label else capfirst(problem.message)
        )
        for problem in problems
    ]


def _text_problems(content: QuestionContent) -> Iterator[Problem]:
    if not content.stem:
        yield Problem("stem", _("falta el enunciado."))
    if not content.feedback:
        yield Problem("feedback", _("falta la explicación que leerá quien responde."))
    for name, words in (("stem", _("el enunciado")), ("feedback", _("la explicación"))):
        length = len(getattr(content, name))
        if length > LONGEST_TEXT:
            sentence = _("%(what)s tiene %(length)d letras. El máximo es %(most)d.")
            yield Problem(name, sentence % {"what": words, "length": length, "most": LONGEST_TEXT})
