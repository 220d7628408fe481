"""Answers for a kind that offers choices to tick; each kind says itself what may be right and what
a tick earns.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from fractions import Fraction
from random import Random

from questions.kinds.choices import content as contents
from questions.kinds.choices import evidence, present
from questions.kinds.choices import read as reading
from questions.kinds.choices.content import Choice, choices_in
from questions.kinds.kind import JSON, FormFields, Problem
from questions.scoring import TODAY


class ChoiceKind(ABC):
    """What the kinds with choices have in common."""

    name: str
    is_several = False
    question_template = "questions/kinds/choices/question.html"
    reviewed_template = "questions/kinds/choices/reviewed.html"
    version_template = "questions/kinds/choices/version.html"

    @property
    @abstractmethod
    def label(self) -> str:
        """Its name on the screen."""

    @abstractmethod
    def choice_problems(
        self, choices: tuple[Choice, ...], written: tuple[Choice, ...]
    ) -> Iterator[Problem]:
        """Yield what is wrong with tidied choices."""

    @abstractmethod
    def earned(
        self, correct: frozenset[int], chosen: frozenset[int], *, choices: int, rule: int
    ) -> Fraction:
        """Return what ticks among so many choices earn."""

    def tidied(self, content: JSON) -> JSON:
        return contents.tidied(content)

    def problems(self, content: JSON, written: JSON) -> Iterator[Problem]:
        return self.choice_problems(choices_in(content), choices_in(written))

    def texts(self, content: JSON) -> list[str]:
        return [choice.text for choice in choices_in(content)]

    def right_texts(self, content: JSON) -> list[str]:
        return contents.right_texts(content)

    def is_mended(self, before: JSON, after: JSON) -> bool:
        return contents.is_key_mended(before, after)

    def lay_out(self, content: JSON, *, is_shuffled: bool, random: Random) -> JSON:
        return present.lay_out(len(choices_in(content)), is_shuffled=is_shuffled, random=random)

    def shown(self, content: JSON, layout: JSON, response: JSON) -> JSON:
        return {
            "is_several": self.is_several,
            "choices": present.shown_choices(content, layout, response),
        }

    def read(self, sent: FormFields) -> JSON:
        return reading.read(sent)

    def fits(self, layout: JSON, response: JSON) -> bool:
        return reading.fits(layout, response)

    def is_blank(self, response: JSON) -> bool:
        return not response["chosen"]

    def plain(self, response: JSON) -> list[int]:
        return response["chosen"]

    def score(self, content: JSON, layout: JSON, response: JSON, rule: int) -> Fraction | None:
        correct = present.correct_places(content, layout)
        return self.earned(
            correct, frozenset(response["chosen"]), choices=len(layout["order"]), rule=rule
        )

    def blind_score(self, content: JSON, *, place: int, is_shuffled: bool) -> Fraction:
        """Where choices are shuffled no place is better than another."""
        choices = choices_in(content)
        correct, count = (
            frozenset(number for number, choice in enumerate(choices) if choice.is_correct),
            len(choices),
        )
        places = range(count) if is_shuffled else [place % count]
        shares = [
            self.earned(correct, frozenset({tick}), choices=count, rule=TODAY) for tick in places
        ]
        return sum(shares, Fraction(0)) / len(shares)

    def example(self, content: JSON, layout: JSON, *, is_right: bool) -> JSON:
        """A wrong one ticks the first choice that is not right."""
        correct = present.correct_places(content, layout)
        wrong = [place for place in range(len(layout["order"])) if place not in correct]
        return reading.response_with(correct if is_right else wrong[:1])

    def asked(self, content: JSON, layout: JSON) -> JSON:
        return evidence.asked(content, layout)

    def answered(self, asked: JSON, response: JSON) -> list[str]:
        return evidence.answered(asked, response)

    def reviewed(self, asked: JSON, response: JSON) -> JSON:
        return evidence.reviewed(asked, response)
