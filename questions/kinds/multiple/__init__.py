"""Several right choices, and at least one that is not."""

from collections.abc import Iterator
from fractions import Fraction

from django.utils.translation import gettext as _

from questions.kinds.choices import ChoiceKind
from questions.kinds.choices.content import Choice
from questions.kinds.choices.problems import choice_problems, missing_key, problem
from questions.kinds.choices.score import by_parts
from questions.kinds.kind import Problem


class Multiple(ChoiceKind):
    """Each tick earns or takes its part."""

    name = "multiple"
    is_several = True

    @property
    def label(self) -> str:
        return _("Varias opciones")

    def choice_problems(
        self, choices: tuple[Choice, ...], written: tuple[Choice, ...]
    ) -> Iterator[Problem]:
        yield from choice_problems(choices, written)
        correct = sum(choice.is_correct for choice in choices)
        if not correct:
            yield missing_key()
        elif correct == len(choices):
            yield problem(_("todas las opciones son correctas. Agrega una que no lo sea."))

    def earned(
        self, correct: frozenset[int], chosen: frozenset[int], *, choices: int, rule: int
    ) -> Fraction:
        return by_parts(correct, chosen, choices=choices, rule=rule)


MULTIPLE = Multiple()
