"""Says what is wrong with the choices of a question, as an author wrote them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from string import ascii_uppercase

from django.utils.translation import gettext as _

from questions.kinds.choices.content import LONGEST_CHOICE, MOST_CHOICES, Choice
from questions.kinds.kind import Problem


def problem(message: str) -> Problem:
    """Return a problem of the choices."""
    return Problem("choices", message)


def choice_problems(choices: Sequence[Choice], written: Sequence[Choice]) -> Iterator[Problem]:
    """Yield what no kind takes: too few, too many, too long, the same twice; a letter names a
    choice as its author sees it.
    """
    if len(choices) < 2:
        yield problem(_("escribe al menos dos opciones."))
    if len(choices) > MOST_CHOICES:
        yield problem(
            _("tiene %(count)d opciones. El máximo es %(most)d.")
            % {"count": len(choices), "most": MOST_CHOICES}
        )
    if any(len(choice.text) > LONGEST_CHOICE for choice in choices):
        yield problem(
            _("una opción es muy larga. El máximo es %(most)d letras.") % {"most": LONGEST_CHOICE}
        )
    yield from _repeated([choice.text for choice in written])


def _repeated(texts: list[str]) -> Iterator[Problem]:
    plain_texts = [" ".join(text.casefold().split()) for text in texts]
    for text, count in Counter(plain_texts).items():
        if text and count > 1:
            places = [
                letter
                for letter, other in zip(ascii_uppercase, plain_texts, strict=False)
                if other == text
            ]
            letters = _("%(first)s y %(last)s") % {
                "first": ", ".join(places[:-1]),
                "last": places[-1],
            }
            yield problem(_("las opciones %(letters)s son iguales.") % {"letters": letters})


def one_right_problems(choices: Sequence[Choice]) -> Iterator[Problem]:
    """Yield what is wrong with a key of which exactly one choice is right."""
    correct = sum(choice.is_correct for choice in choices)
    if not correct:
        yield missing_key()
    elif correct > 1:
        yield problem(
            _("marcaste %(count)d respuestas correctas. Deja una, o elige “Varias opciones”.")
            % {"count": correct}
        )


def missing_key() -> Problem:
    """Return that no choice is right."""
    return problem(_("falta marcar la respuesta correcta."))
