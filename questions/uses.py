"""Asks the apps above what a question means to them: each registers how it tells that, and this app
knows none of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from questions.models import Bank, Question, QuestionVersion


@dataclass(frozen=True)
class Use:
    """What may ask a question: its title, and the address where an editor changes it."""

    title: str
    address: str


@dataclass(frozen=True)
class Asker:
    """How one app tells the authors of the bank about what it asks of learners.

    `uses` are what may ask a question. `needs`, `warnings` and `reach` answer in sentences: what
    stops without a question; what is wrong with whatever draws from a bank, or from any; and whom
    some versions reached, or nothing.
    """

    uses: Callable[[Question], list[Use]]
    needs: Callable[[Question], list[str]]
    warnings: Callable[[Bank | None], list[str]]
    reach: Callable[[Sequence[QuestionVersion]], str]


_askers: list[Asker] = []


def register_asker(asker: Asker) -> None:
    """Let an app above tell what it asks."""
    _askers.append(asker)


def uses_of(question: Question) -> list[Use]:
    """Return what may ask a question."""
    return [use for asker in _askers for use in asker.uses(question)]


def needs_of(question: Question) -> list[str]:
    """Return what stops when the question is no longer asked, in words: told before it is done."""
    return [line for asker in _askers for line in asker.needs(question)]


def warnings_of(bank: Bank | None = None) -> list[str]:
    """Return what is wrong with whatever draws from a bank, or from any."""
    return [line for asker in _askers for line in asker.warnings(bank)]


def reached_by(versions: Sequence[QuestionVersion]) -> str:
    """Return whom some versions reached and what becomes of their answers, in words; nothing when
    they reached nobody.
    """
    return " ".join(filter(None, (asker.reach(versions) for asker in _askers)))
