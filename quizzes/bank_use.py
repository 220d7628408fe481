"""Reads for the authors of the bank: the quizzes that draw its questions, whom they reached, and
what is wrong with those quizzes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questions.kinds import kind_of
from questions.models import Question, QuestionVersion
from quizzes.models import Attempt, QuizItemDraw, QuizPage
from quizzes.models.pools import pools_of
from quizzes.selection import shortage

HANDED_IN = (Attempt.State.SUBMITTED, Attempt.State.MARKING)


@dataclass(frozen=True)
class ShortQuiz:
    """A published quiz that asks its banks for more questions than they have active."""

    bank_ids: frozenset[int]
    quiz: str
    demand: int
    supply: int

    @property
    def message(self) -> str:
        """The sentence an author reads."""
        facts = {"quiz": self.quiz, "asked": self.demand, "held": self.supply}
        sentence = ngettext(
            "El cuestionario “%(quiz)s” pide %(asked)d pregunta al azar y el banco tiene %(held)d.",
            "El cuestionario “%(quiz)s” pide %(asked)d preguntas al azar y el banco tiene "
            "%(held)d.",
            self.demand,
        )
        return sentence % facts


@dataclass(frozen=True)
class GuessedQuiz:
    """A published quiz that somebody passes, on average, who always ticks the choice at one
    place.
    """

    bank_ids: frozenset[int]
    quiz: str
    is_first: bool

    @property
    def message(self) -> str:
        """The sentence an author reads."""
        if self.is_first:
            sentence = _(
                "El cuestionario “%(quiz)s” se aprueba marcando siempre “Verdadero” o la primera "
                "opción. "
                "Agrega preguntas cuya respuesta sea otra."
            )
        else:
            sentence = _(
                "El cuestionario “%(quiz)s” se aprueba marcando siempre “Falso” o la última "
                "opción. "
                "Agrega preguntas cuya respuesta sea otra."
            )
        return sentence % {"quiz": self.quiz}


@dataclass(frozen=True)
class Reached:
    """Whom some versions of a question reached: people, and their attempts by state."""

    people: int
    open_attempts: int
    handed_in: int


def reached_by(versions: Sequence[QuestionVersion]) -> Reached:
    """Return whom some versions of a question reached. One statement."""
    is_asked = Q()
    for version in versions:
        for end in (",", "}"):
            is_asked |= Q(paper_text__contains=f'"version": {version.pk}{end}')
    attempts = Attempt.objects.annotate(paper_text=Cast("paper", TextField())).filter(is_asked)
    counts = attempts.aggregate(
        people=Count("learner", distinct=True),
        open_attempts=Count("pk", filter=Q(state=Attempt.State.OPEN)),
        handed_in=Count("pk", filter=Q(state__in=HANDED_IN)),
    )
    return Reached(**counts)


def short_quizzes() -> list[ShortQuiz]:
    """Return the published quizzes that could not be served today, by the rule that serves
    learners. Two statements.
    """
    short = []
    for draws, pools in _published_draws():
        missing = shortage([(pool, draw.count) for draw, pool in zip(draws, pools, strict=True)])
        if missing:
            banks = frozenset(draw.bank_id for draw in draws)
            short.append(ShortQuiz(banks, draws[0].quiz.title, missing.asked, missing.held))
    return short


def quizzes_needing(question: Question) -> list[str]:
    """Return the titles of the published quizzes that nobody could start without this question.

    Two statements.
    """
    needing = []
    for draws, pools in _published_draws():
        rest = [[key for key in pool if key != question.pk] for pool in pools]
        sized_pools = [(pool, draw.count) for draw, pool in zip(draws, rest, strict=True)]
        if rest != pools and shortage(sized_pools):
            needing.append(draws[0].quiz.title)
    return needing


def _published_draws() -> Iterator[tuple[list[QuizItemDraw], list[list[int]]]]:
    """Yield the draws of every published quiz, with the questions that each may take today."""
    quizzes: dict[int, list[QuizItemDraw]] = {}
    for draw in QuizItemDraw.objects.filter(quiz__live=True).select_related("quiz", "bank"):
        quizzes.setdefault(draw.quiz_id, []).append(draw)
    every = [draw for draws in quizzes.values() for draw in draws]
    pools = dict(
        zip((draw.pk for draw in every), pools_of([draw.stored for draw in every])[0], strict=True)
    )
    for draws in quizzes.values():
        yield draws, [pools[draw.pk] for draw in draws]


def guessed_quizzes() -> list[GuessedQuiz]:
    """Return the published quizzes that need no knowledge: one place, always ticked, reaches the
    pass mark on average. Two statements.
    """
    quizzes: dict[int, list[QuizItemDraw]] = {}
    for draw in QuizItemDraw.objects.filter(quiz__live=True).select_related("quiz"):
        quizzes.setdefault(draw.quiz_id, []).append(draw)
    banks = {draw.bank_id for draws in quizzes.values() for draw in draws}
    rows = Question.objects.filter(state=Question.State.ACTIVE, bank__in=banks).select_related(
        "approved"
    )
    questions = list(
        rows.only("bank_id", "topic", "approved__kind", "approved__content").order_by("id")
    )
    guesses = []
    for draws in quizzes.values():
        for is_first in (True, False):
            if _is_guessed(draws, questions, is_first=is_first):
                guesses.append(
                    GuessedQuiz(
                        frozenset(draw.bank_id for draw in draws), draws[0].quiz.title, is_first
                    )
                )
    return guesses


def _is_guessed(draws: list[QuizItemDraw], questions: list[Question], *, is_first: bool) -> bool:
    """Say whether the first place (or the last) of every choice, always ticked, reaches the pass
    mark on average.
    """
    quiz, score, total = draws[0].quiz, Fraction(0), 0
    for draw in draws:
        pool = [
            question
            for question in questions
            if question.bank_id == draw.bank_id and draw.topic in {"", question.topic}
        ]
        blind = [
            _blind_score_of(question.approved, is_first=is_first, is_shuffled=quiz.is_shuffled)
            for question in pool
        ]
        score += draw.count * sum(blind, Fraction(0)) / max(1, len(blind))
        total += draw.count
    return bool(total) and score >= Fraction(str(quiz.pass_mark)) * total


def _blind_score_of(
    version: QuestionVersion | None, *, is_first: bool, is_shuffled: bool
) -> Fraction:
    if version is None:
        return Fraction(0)
    return kind_of(version.kind).blind_score(
        version.content, place=0 if is_first else -1, is_shuffled=is_shuffled
    )


def quizzes_drawing(question: Question) -> list[QuizPage]:
    """Return the quizzes that may draw a question: from its whole bank, or from its topic."""
    is_drawn_from = Q(draws__topic="") | Q(draws__topic=question.topic)
    return list(
        QuizPage.objects.filter(is_drawn_from, draws__bank=question.bank_id)
        .distinct()
        .order_by("title")
    )
