"""Says what is wrong with a question as an author wrote it; plain values, no database."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

SINGLE, MULTIPLE, TRUE_FALSE = "single", "multiple", "true_false"
TRUE, FALSE = "Verdadero", "Falso"
MOST_CHOICES = 6
LONGEST_TEXT = 1500
LONGEST_CHOICE = 300


@dataclass(frozen=True)
class Choice:
    """One offered answer."""

    text: str
    is_correct: bool


@dataclass(frozen=True)
class QuestionContent:
    """What one version of a question says. `norm` is a code of the register or empty; `source` is for reviewers only; `lesson` a key or empty."""

    kind: str
    stem: str
    choices: tuple[Choice, ...]
    feedback: str
    norm: str = ""
    locator: str = ""
    source: str = ""
    lesson: str = ""

    def stored_choices(self) -> list[dict[str, object]]:
        """Return the choices as a version keeps them."""
        return [{"text": choice.text, "is_correct": choice.is_correct} for choice in self.choices]


@dataclass(frozen=True)
class Problem:
    """What is wrong, in the words the author reads, and the field it belongs to."""

    field: str
    message: str


class InvalidQuestion(Exception):
    """A question that cannot be asked; `problems` say why."""

    def __init__(self, problems: list[Problem]):
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def tidied(content: QuestionContent) -> QuestionContent:
    """Return the content without stray spaces and empty choices; true or false always in this order, so that the order says nothing."""
    choices = tuple(Choice(choice.text.strip(), choice.is_correct) for choice in content.choices if choice.text.strip())
    if content.kind == TRUE_FALSE:
        choices = tuple(sorted(choices, key=lambda choice: choice.text != TRUE))
    texts = {name: getattr(content, name).strip() for name in ("stem", "feedback", "norm", "locator", "source", "lesson")}
    return replace(content, choices=choices, **texts)


def is_key_mended(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether a choice that both versions offer is right in one and wrong in the other; [{text, is_correct}] each."""
    rightness = {choice["text"]: choice["is_correct"] for choice in before}
    return any(rightness.get(choice["text"], choice["is_correct"]) != choice["is_correct"] for choice in after)


def problems_of(content: QuestionContent, label: str = "") -> list[Problem]:
    """Return every problem of a question as it was written: a letter names the choice that its author sees. `label` opens each sentence where there are many: “Pregunta 7: falta…”."""
    tidy = tidied(content)
    found = [*_text_problems(tidy), *_choice_problems(tidy, content.choices)]
    return [Problem(problem.field, f"{label}: {problem.message}" if label else capfirst(problem.message)) for problem in found]


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


def _choice_problems(content: QuestionContent, written: tuple[Choice, ...]) -> Iterator[Problem]:
    texts = [choice.text for choice in content.choices]
    if content.kind == TRUE_FALSE and texts != [TRUE, FALSE]:
        yield Problem("choices", _("las opciones deben ser “Verdadero” y “Falso”."))
        return
    if len(texts) < 2:
        yield Problem("choices", _("escribe al menos dos opciones."))
    if len(texts) > MOST_CHOICES:
        yield Problem("choices", _("tiene %(count)d opciones. El máximo es %(most)d.") % {"count": len(texts), "most": MOST_CHOICES})
    if any(len(text) > LONGEST_CHOICE for text in texts):
        yield Problem("choices", _("una opción es muy larga. El máximo es %(most)d letras.") % {"most": LONGEST_CHOICE})
    yield from _repeated([choice.text for choice in written])
    yield from _key_problems(content)


def _repeated(texts: list[str]) -> Iterator[Problem]:
    folded = [" ".join(text.casefold().split()) for text in texts]
    for text, count in Counter(folded).items():
        if text and count > 1:
            places = [letter for letter, other in zip(ascii_uppercase, folded, strict=False) if other == text]
            letters = _("%(first)s y %(last)s") % {"first": ", ".join(places[:-1]), "last": places[-1]}
            yield Problem("choices", _("las opciones %(letters)s son iguales.") % {"letters": letters})


def _key_problems(content: QuestionContent) -> Iterator[Problem]:
    correct = sum(choice.is_correct for choice in content.choices)
    if not correct:
        yield Problem("choices", _("falta marcar la respuesta correcta."))
    elif content.kind != MULTIPLE and correct > 1:
        yield Problem("choices", _("marcaste %(count)d respuestas correctas. Deja una, o elige “Varias opciones”.") % {"count": correct})
    elif content.kind == MULTIPLE and correct == len(content.choices):
        yield Problem("choices", _("todas las opciones son correctas. Agrega una que no lo sea."))
