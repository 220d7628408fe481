"""Says what a paper is, [{question, version, kind, layout, points}]: drawn once for an attempt,
shown to its learner, and copied with the answers when it is handed in.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _

from questions.kinds import JSON, Kind, kind_of
from questions.models import QuestionVersion
from questions.queries import versions_of
from questions.scoring import ItemScore
from quizzes.models import Attempt, ResponseEvent
from quizzes.selection import draw_paper

Entry = dict[str, Any]
Paper = list[Entry]
ReadAnswer = Callable[[Kind], JSON]
# What every question weighs today.
POINTS = 1


@dataclass(frozen=True)
class Item:
    """One entry of a paper with the version that it pins; slots count from 1."""

    slot: int
    entry: Entry
    version: QuestionVersion

    @property
    def kind(self) -> Kind:
        """What knows how to show, read and score it."""
        return kind_of(self.entry["kind"])

    @property
    def layout(self) -> JSON:
        """How this paper shows it."""
        return self.entry["layout"]

    @property
    def points(self) -> Fraction:
        """What it weighs, as written (0.1 is one tenth); one on a paper from before points were
        kept.
        """
        return Fraction(str(self.entry.get("points", 1)))

    def display(self, response: JSON) -> JSON:
        """Return what its page shows with a response: never the key."""
        return self.kind.shown(self.version.content, self.layout, response)

    def score(self, response: JSON, rule: int) -> ItemScore | None:
        """Return what a response gets by a rule; None while a person has to mark it."""
        share = self.kind.score(self.version.content, self.layout, response, rule)
        return None if share is None else ItemScore(share, self.points)

    def copy(self) -> JSON:
        """Return what was asked as evidence keeps it: with its key, as it was shown."""
        return self.kind.asked(self.version.content, self.layout)


# Every item of a paper with what was answered to it.
Answers = list[tuple[Item, JSON]]


@dataclass(frozen=True)
class ShownItem:
    """One item of a paper as the learner sees it: no key, no author's order, no identifier of a
    version.
    """

    slot: int
    kind: Kind
    stem: str
    display: JSON
    is_answered: bool
    is_marked: bool


@dataclass(frozen=True)
class Square:
    """One item in the row of squares that leads through a paper: its number as a form sends it, and
    its states for the eye and for the ear.
    """

    number: str
    is_here: bool
    signs: str
    words: str


def make_paper(
    rules: Mapping[str, Any],
    pools: Sequence[Sequence[int]],
    approvals: Mapping[int, int],
    *,
    seen: Mapping[int, int],
    random: Random,
) -> Paper:
    """Draw questions and lay them out; versions are pinned here for good.

    `pools` (one for each draw of the rules) and `approvals` (version by question) come from
    `pools_of`; `seen` from `times_seen` of the earlier attempts.
    """
    draws = [(pool, draw["count"]) for pool, draw in zip(pools, rules["draws"], strict=True)]
    is_shuffled = rules["is_shuffled"]
    questions = draw_paper(draws, seen=seen, is_shuffled=is_shuffled, random=random)
    versions = versions_of(approvals[question] for question in questions)

    return [
        new_entry(question, versions[approvals[question]], is_shuffled=is_shuffled, random=random)
        for question in questions
    ]


def new_entry(
    question: int, version: QuestionVersion, *, is_shuffled: bool, random: Random
) -> Entry:
    """Return one question as a paper keeps it."""
    layout = kind_of(version.kind).lay_out(version.content, is_shuffled=is_shuffled, random=random)
    return {
        "question": question,
        "version": version.pk,
        "kind": version.kind,
        "layout": layout,
        "points": POINTS,
    }


def times_seen(attempts: Iterable[Attempt]) -> Counter[int]:
    """Count how often each question was on an earlier paper."""
    return Counter(entry["question"] for attempt in attempts for entry in attempt.paper)


def items_on(paper: Paper) -> list[Item]:
    """Return the items of a paper.

    At most one statement, for versions that this process has not read yet.
    """
    versions = versions_of(entry["version"] for entry in paper)
    return [Item(slot, entry, versions[entry["version"]]) for slot, entry in enumerate(paper, 1)]


def item_at(paper: Paper, slot: int) -> Item:
    """Return one item of a paper."""
    entry = paper[slot - 1]
    return Item(slot, entry, versions_of([entry["version"]])[entry["version"]])


def shown_items(paper: Paper, events: Mapping[int, ResponseEvent]) -> list[ShownItem]:
    """Return a paper as the learner sees it, with the current event of each slot."""
    return [shown_item(item, events.get(item.slot)) for item in items_on(paper)]


def shown_item(item: Item, event: ResponseEvent | None) -> ShownItem:
    """Return one item as its kind shows it."""
    kind = item.kind
    response = event.response if event else kind.read({})
    return ShownItem(
        slot=item.slot,
        kind=kind,
        stem=item.version.stem,
        display=item.display(response),
        is_answered=not kind.is_blank(response),
        is_marked=bool(event and event.is_marked),
    )


def squares_of(paper: Paper, events: Mapping[int, ResponseEvent], *, here: int) -> list[Square]:
    """Return the squares of a paper with the current event of each slot; `here` is the slot that is
    shown.
    """
    answer_word, blank_word, mark_word = _("Respondida"), _("En blanco"), _("Por revisar")
    squares = []
    for slot, entry in enumerate(paper, start=1):
        event = events.get(slot)
        is_answered = event is not None and not is_blank(entry, event)
        signs, words = ("✓", answer_word) if is_answered else ("—", blank_word)
        if event is not None and event.is_marked:
            signs, words = f"?{signs}", f"{mark_word}. {words}"
        squares.append(Square(str(slot), slot == here, signs, words))
    return squares


def is_blank(entry: Entry, event: ResponseEvent) -> bool:
    """True for an event by which an answer was taken back."""
    return kind_of(entry["kind"]).is_blank(event.response)


def display_of(paper: Paper, slot: int, answer: ReadAnswer) -> JSON:
    """Return what one item shows with an answer that was not stored."""
    item = item_at(paper, slot)
    return item.display(answer(item.kind))


def answer_in_words(paper: Paper, slot: int, answer: ReadAnswer) -> list[str]:
    """Return an answer to one item that was not counted, in words."""
    item = item_at(paper, slot)
    return item.kind.answered(item.copy(), answer(item.kind))


def read_response(paper: Paper, slot: int, answer: ReadAnswer) -> JSON:
    """Return what was answered to one item.

    Raises ValueError unless the paper has the item, and what was answered to it.
    """
    if not 1 <= slot <= len(paper):
        raise ValueError("no such item or answer on this paper")
    entry = paper[slot - 1]
    kind = kind_of(entry["kind"])
    response = answer(kind)
    if not kind.fits(entry["layout"], response):
        raise ValueError("no such item or answer on this paper")
    return response


def answers_to(paper: Paper, responses: Mapping[int, JSON]) -> Answers:
    """Return the items of a paper with the response to each, a blank one where none came."""
    return [(item, responses.get(item.slot) or item.kind.read({})) for item in items_on(paper)]


def item_scores(answers: Answers, rule: int) -> list[ItemScore | None]:
    """Score every item, by a rule; None where a person has to mark it."""
    return [item.score(response, rule) for item, response in answers]


def evidence_of(answers: Answers, scores: Sequence[ItemScore | None]) -> list[dict[str, Any]]:
    """Copy what every item asked, what was answered and what that earned (None while a person has
    to mark it): the proof does not depend on the bank.
    """
    return [
        {
            "number": item.version.number,
            "kind": item.entry["kind"],
            "stem": item.version.stem,
            "asked": item.copy(),
            "response": response,
            "points": item.entry.get("points", 1),
            "earned": None if score is None else float(score.share),
            "feedback": item.version.feedback,
            "norm": item.version.norm_id or "",
            "locator": item.version.locator,
            "lesson": str(item.version.lesson_key or ""),
        }
        for (item, response), score in zip(answers, scores, strict=True)
    ]


def resume_slot(paper: Paper, events: Mapping[int, ResponseEvent]) -> int | None:
    """Return the item to go on with: the first blank one from the last one touched, else the first
    blank one; None when none is.
    """
    blank = [
        slot
        for slot, entry in enumerate(paper, start=1)
        if slot not in events or is_blank(entry, events[slot])
    ]
    last = max(events.values(), key=lambda event: event.pk).slot if events else 1
    return next((slot for slot in blank if slot >= last), blank[0] if blank else None)
