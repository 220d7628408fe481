"""One right choice among several."""

from collections.abc import Iterator
from fractions import Fraction

from django.utils.translation import gettext as _

from questions.kinds.choices import ChoiceKind
from questions.kinds.choices.content import Choice
from questions.kinds.choices.problems import choice_problems, one_right_problems
from questions.kinds.choices.score import all_or_nothing
from questions.kinds.kind import Problem


class Single(ChoiceKind):
    """All or nothing."""

    name = "single"

    @property
    def label(self) -> str:
        return _("Una opción")

    def choice_problems(
        self, choices: tuple[Choice, ...], written: tuple[Choice, ...]
    ) -> Iterator[Problem]:
        yield from choice_problems(choices, written)
        yield from one_right_problems(choices)

    def earned(
        self, correct: frozenset[int], chosen: frozenset[int], *, choices: int, rule: int
    ) -> Fraction:
        return all_or_nothing(correct, chosen)


SINGLE = Single()
