"""Reads rules, papers, responses and standings."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Body
from courses.outline import Activity
from learning.completion import reaches
from learning.models import Enrolment, ProgressText
from learning.queries import Study
from lib.prepared import Parameter, PreparedQuery
from questions.kinds import JSON, Kind, kind_of
from questions.models import QuestionVersion
from questions.queries import versions_of
from questions.scoring import ItemScore
from quizzes.allowance import Allowance
from quizzes.models import Attempt, QuizPage, ResponseEvent
from quizzes.models.pools import pools_of
from quizzes.selection import is_enough
from quizzes.wording import day_and_time

Paper = list[dict[str, Any]]


@dataclass(frozen=True)
class ShownItem:
    """One item of a paper as the learner sees it: no key, no author's order, no identifier of a
    version.
    """

    slot: int
    kind: Kind
    stem: str
    shown: JSON
    is_answered: bool
    is_marked: bool


@dataclass(frozen=True)
class Standing:
    """Where one enrolment stands in one quiz at a moment: the rules of today, and its attempts in
    order.

    `taken` counts every attempt of the learner at this quiz, those of an earlier enrolment
    included: numbers go on, but what may still be tried is counted anew for each enrolment.
    """

    rules: dict[str, Any]
    attempts: list[Attempt]
    taken: int
    now: datetime

    @property
    def open_attempt(self) -> Attempt | None:
        """The attempt that still accepts responses; there is never more than one."""
        return next((attempt for attempt in self.attempts if attempt.is_open), None)

    @property
    def submitted(self) -> list[Attempt]:
        """The attempts that have a score."""
        return [attempt for attempt in self.attempts if attempt.state == Attempt.State.SUBMITTED]

    @property
    def allowance(self) -> Allowance:
        """How many attempts the rules give."""
        return Allowance.of(self.rules)

    @property
    def left(self) -> int:
        """How many attempts may be started now."""
        return self.allowance.left(self._ends, self.now, has_passed=self.has_passed)

    @property
    def is_used_up(self) -> bool:
        """True once those given at once were used: any further one was or is opened by waiting."""
        return len(self.attempts) >= self.allowance.at_once

    @property
    def opens_at(self) -> datetime | None:
        """When the next attempt opens for who has to wait for it; None when nobody waits, or none
        will open.
        """
        opening = (
            None
            if self.open_attempt
            else self.allowance.opens_at(self._ends, has_passed=self.has_passed)
        )
        return opening if opening and opening > self.now else None

    @property
    def _ends(self) -> list[datetime]:
        return [attempt.ended_at for attempt in self.attempts]

    @property
    def best(self) -> float | None:
        """The score that counts, scaled: the best one."""
        return max((attempt.score_scaled or 0.0 for attempt in self.submitted), default=None)

    @property
    def has_passed(self) -> bool:
        """True once one attempt met the pass mark of its day, or of today where that is lower."""
        return any(
            attempt.passed or reaches(attempt.score_scaled, self.rules["pass_mark"])
            for attempt in self.submitted
        )

    def shows_keys(self, review: str) -> bool:
        """Say whether a review policy lets the learner see answers now: never what another paper
        may still ask.

        So never while one is open, and before passing only when no attempt will come or the next
        one asks other questions. One statement, for who used up the attempts given at once and did
        not pass.
        """
        if self.open_attempt:
            return False
        if review == QuizPage.Review.AFTER_SUBMISSION or self.has_passed:
            return True
        return self.is_used_up and (not (self.left or self.opens_at) or has_other_paper(self))


def versions_on(paper: Paper) -> dict[int, QuestionVersion]:
    """Return the question versions pinned by a paper."""
    return versions_of(entry["version"] for entry in paper)


@lru_cache(maxsize=512)
def frozen_rules(body_digest: str) -> dict[str, Any]:
    """Return the rules of a quiz by the digest of its body, which names exactly this content."""
    return Body.objects.values_list("content", flat=True).get(digest=body_digest)


def rules_of(activity: Activity) -> dict[str, Any]:
    """Return the rules of a quiz of an outline."""
    return frozen_rules(activity.body)


def standing_of(
    enrolment: Enrolment, quiz_key: UUID, rules: dict[str, Any], now: datetime
) -> Standing:
    """Return where an enrolment stands in a quiz. One statement."""
    rows = list(
        Attempt.objects.filter(learner=enrolment.learner, quiz_key=quiz_key)
        .defer("evidence")
        .order_by("number")
    )
    return Standing(
        rules, [row for row in rows if row.enrolment_id == enrolment.pk], len(rows), now
    )


def times_seen(attempts: Iterable[Attempt]) -> Counter[int]:
    """Count how often each question was on an earlier paper."""
    return Counter(entry["question"] for attempt in attempts for entry in attempt.paper)


def has_other_paper(standing: Standing) -> bool:
    """Say whether the banks hold a whole paper of questions that no attempt has asked yet.

    One statement.
    """
    draws, seen = standing.rules.get("draws", []), times_seen(standing.attempts)
    fresh = [[question for question in pool if question not in seen] for pool in pools_of(draws)[0]]
    return bool(draws) and is_enough(
        [(pool, wanted["count"]) for pool, wanted in zip(fresh, draws, strict=True)]
    )


def waits_of(study: Study, activities: Collection[Activity], now: datetime) -> dict[UUID, str]:
    """Return, for the quizzes among some activities that cannot be tried now, since when they can,
    in words. One statement.
    """
    rows = Attempt.objects.filter(
        enrolment=study.enrolment, quiz_key__in=[activity.key for activity in activities]
    )
    attempts: dict[UUID, list[Attempt]] = {}
    for row in rows.only("quiz_key", "state", "passed", "started_at", "submitted_at").order_by(
        "number"
    ):
        attempts.setdefault(row.quiz_key, []).append(row)
    told = {}
    for activity in activities:
        own = attempts.get(activity.key, [])
        standing = Standing(rules_of(activity), own, len(own), now)
        if standing.opens_at:
            told[activity.key] = _("Sin intentos hasta el %(moment)s") % {
                "moment": day_and_time(timezone.localtime(standing.opens_at))
            }
        elif standing.is_used_up and not (
            standing.left or standing.open_attempt or standing.has_passed
        ):
            told[activity.key] = _("Sin más intentos")
    return told


def enrolment_behind(attempt: Attempt) -> Enrolment:
    """Return the enrolment of an attempt read by `with_enrolment`, with its progress."""
    attempt.enrolment.progress_text = attempt.progress_text  # type: ignore[attr-defined]
    return attempt.enrolment


def _counted() -> QuerySet[ResponseEvent]:
    return ResponseEvent.objects.filter(
        attempt=Parameter("attempt", BigIntegerField()), counts=True
    ).order_by("sequence", "id")


_events = PreparedQuery(_counted)
_events_with_progress = PreparedQuery(
    lambda: _counted().annotate(
        progress_text=ProgressText(Parameter("enrolment", BigIntegerField()))
    )
)


def current_events(attempt: Attempt) -> dict[int, ResponseEvent]:
    """Return the current response of each slot: of the events that count the last by sequence of
    its device, then by arrival.
    """
    return {event.slot: event for event in _events(attempt=attempt.pk)}


def answers_with_progress(attempt: Attempt) -> dict[int, JSON]:
    """Return the response to each slot of a locked attempt, and add the progress of its enrolment
    to it.

    One statement for both: it comes after the locks, because on PostgreSQL one that waited for them
    would still see other tables as they were before it waited. Only an attempt without any answer
    needs a second one.
    """
    rows = _events_with_progress(attempt=attempt.pk, enrolment=attempt.enrolment_id)
    if rows:
        # As `with_enrolment` names it.
        attempt.progress_text = rows[0].progress_text  # type: ignore[attr-defined]
    else:
        texts = Enrolment.objects.with_progress().values_list("progress_text", flat=True)
        attempt.progress_text = texts.get(pk=attempt.enrolment_id)  # type: ignore[attr-defined]
    return {row.slot: row.response for row in rows}


def shown_items(attempt: Attempt, events: Mapping[int, ResponseEvent]) -> list[ShownItem]:
    """Return the paper as the learner sees it, with the current responses."""
    asked = versions_on(attempt.paper)
    return [
        shown_item(slot, entry, asked[entry["version"]], events.get(slot))
        for slot, entry in enumerate(attempt.paper, start=1)
    ]


def shown_item(
    slot: int, entry: dict[str, Any], asked: QuestionVersion, event: ResponseEvent | None
) -> ShownItem:
    """Return one item as its kind shows it."""
    kind = kind_of(entry["kind"])
    response = event.response if event else kind.read({})
    shown = kind.shown(asked.content, entry["layout"], response)
    return ShownItem(
        slot, kind, asked.stem, shown, not kind.is_blank(response), bool(event and event.is_marked)
    )


def shown_as_typed(attempt: Attempt, slot: int, answer: Callable[[Kind], JSON]) -> JSON:
    """Return what one item shows with an answer that was not stored."""
    entry = attempt.paper[slot - 1]
    kind = kind_of(entry["kind"])
    return kind.shown(versions_on([entry])[entry["version"]].content, entry["layout"], answer(kind))


def told_as_typed(attempt: Attempt, slot: int, answer: Callable[[Kind], JSON]) -> list[str]:
    """Return an answer to one item that was not counted, in words."""
    entry = attempt.paper[slot - 1]
    kind = kind_of(entry["kind"])
    return kind.answered(
        kind.asked(versions_on([entry])[entry["version"]].content, entry["layout"]), answer(kind)
    )


def item_scores(paper: Paper, responses: Mapping[int, JSON], rule: int) -> list[ItemScore]:
    """Score every item of a paper, by a rule, against the response to each slot."""
    asked = versions_on(paper)
    answered = zip(paper, responses_on(paper, responses), strict=True)
    return [
        ItemScore(_earned(entry, asked[entry["version"]], response, rule))
        for entry, response in answered
    ]


def responses_on(paper: Paper, responses: Mapping[int, JSON]) -> Iterator[JSON]:
    """Yield the response to each item of a paper, a blank one where none came."""
    for slot, entry in enumerate(paper, start=1):
        yield responses.get(slot) or kind_of(entry["kind"]).read({})


def _earned(entry: dict[str, Any], asked: QuestionVersion, response: JSON, rule: int) -> Fraction:
    earned = kind_of(entry["kind"]).score(asked.content, entry["layout"], response, rule)
    if earned is None:
        raise ValueError("an answer that a person has to mark cannot be scored")
    return earned


def resume_slot(paper: Paper, events: Mapping[int, ResponseEvent]) -> int | None:
    """Return the item to go on with: the first blank one from the last one touched, else the first
    blank one; None when none is.
    """
    blank = [
        slot
        for slot in range(1, len(paper) + 1)
        if slot not in events or _is_blank(paper, events[slot])
    ]
    last = max(events.values(), key=lambda event: event.pk).slot if events else 1
    return next((slot for slot in blank if slot >= last), blank[0] if blank else None)


def _is_blank(paper: Paper, event: ResponseEvent) -> bool:
    return kind_of(paper[event.slot - 1]["kind"]).is_blank(event.response)


def has_attempts(quiz_keys: Collection[UUID], besides: Collection[UUID] = ()) -> bool:
    """Say whether anyone besides some learners began one of these quizzes."""
    return Attempt.objects.filter(quiz_key__in=quiz_keys).exclude(learner__in=besides).exists()
