"""A sentence that is true or not: two choices, always in this order, so that the order says
nothing.
"""

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from django.utils.translation import gettext as _

from questions.kinds.choices import ChoiceKind
from questions.kinds.choices.content import Choice, choices_in, content_with
from questions.kinds.choices.problems import choice_problems, one_right_problems, problem
from questions.kinds.choices.score import all_or_nothing
from questions.kinds.kind import JSON, Problem

TRUE, FALSE = "Verdadero", "Falso"


class TrueFalse(ChoiceKind):
    """All or nothing; never shuffled."""

    name = "true_false"

    @property
    def label(self) -> str:
        return _("Verdadero o falso")

    def tidied(self, content: JSON) -> JSON:
        return content_with(
            sorted(choices_in(super().tidied(content)), key=lambda choice: choice.text != TRUE)
        )

    def choice_problems(
        self, choices: tuple[Choice, ...], written: tuple[Choice, ...]
    ) -> Iterator[Problem]:
        if [choice.text for choice in choices] != [TRUE, FALSE]:
            yield problem(_("las opciones deben ser “Verdadero” y “Falso”."))
            return
        yield from choice_problems(choices, written)
        yield from one_right_problems(choices)

    def earned(
        self, correct: frozenset[int], chosen: frozenset[int], *, choices: int, rule: int
    ) -> Fraction:
        return all_or_nothing(correct, chosen)

    def lay_out(self, content: JSON, *, is_shuffled: bool, random: Random) -> JSON:
        return super().lay_out(content, is_shuffled=False, random=random)

    def blind_score(self, content: JSON, *, place: int, is_shuffled: bool) -> Fraction:
        return super().blind_score(content, place=place, is_shuffled=False)


TRUE_FALSE = TrueFalse()
