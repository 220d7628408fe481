"""Starts, answers and submits attempts; every act may be sent twice."""

import logging
import random as chance
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.db.models import OuterRef, PositiveSmallIntegerField, Subquery, UUIDField

from learning.models import Enrolment, Statement
from learning.queries import LEARNER
from learning.services import (
    ConflictingRepeat,
    NotInOutline,
    Provenance,
    digest_of,
    open_activity,
    record_result,
)
from lib.prepared import LockedQuery, LockingQuery, Parameter
from lib.write_limit import write_transaction
from questions.kinds import JSON, Kind, kind_of
from questions.models import QuestionVersion
from questions.queries import versions_of
from questions.scoring import TODAY
from quizzes.models import Attempt, AttemptQuerySet, QuizPage, ResponseEvent
from quizzes.queries import (
    Paper,
    Standing,
    answers_with_progress,
    enrolment_behind,
    item_scores,
    pools_of,
    responses_on,
    rules_of,
    standing_of,
    times_seen,
    versions_on,
)
from quizzes.scoring import Score, score_sheet
from quizzes.selection import draw_paper
from quizzes.timing import Arrival, arrival, closing_moment, seconds_late

logger = logging.getLogger(__name__)
PINNED_RULES = ("title", "pass_mark", "attempts_allowed", "review")
# Only where there is one: editions frozen before know nothing of them.
TIME_LIMIT = "time_limit"
PINNED_WHERE_SET = (TIME_LIMIT, "wait_hours", "attempts_maximum")
QUIZ_KINDS = frozenset({QuizPage.kind})


class NoAttemptsLeft(Exception):
    """No attempt may be started now.

    `standing` tells how many were used, the best score, and when the next one opens.
    """

    def __init__(self, standing: Standing):
        super().__init__(len(standing.attempts))
        self.standing = standing


class AttemptClosed(Exception):
    """The attempt was submitted or abandoned: what came now is not counted."""


@dataclass(frozen=True)
class Saved:
    """A stored response.

    `is_current` is False when a later answer to the same item had come from another device.
    """

    event: ResponseEvent
    is_current: bool = True

    @property
    def counts(self) -> bool:
        """False when it came after the closing hour and its grace: it is kept, and changes
        nothing.
        """
        return self.event.counts

    @property
    def seconds_late(self) -> int:
        """How long after the closing hour it came; 0 when it came in time."""
        return seconds_late(self.event.received_at, self.event.attempt.deadline_at)


def start_attempt(
    *,
    enrolment: Enrolment,
    quiz_key: UUID,
    now: datetime,
    uuid: UUID | None = None,
    random: chance.Random | None = None,
) -> Attempt:
    """Open an attempt on a fresh paper, or return the one that is open.

    `uuid` is the client's identifier of this act and becomes the attempt's: sent again, it leads to
    the same attempt.
    The only write is one INSERT: two constraints let one of several simultaneous starts through,
    and the others return its attempt. Raises NoAttemptsLeft, NotInOutline, ConflictingRepeat for an
    identifier used elsewhere, and quizzes.selection.NotEnoughQuestions when a bank is too small.
    """
    activity = open_activity(enrolment.course, quiz_key, kinds=QUIZ_KINDS, now=now)
    standing = standing_of(enrolment, quiz_key, rules_of(activity), now)
    known = next(
        (attempt for attempt in standing.attempts if attempt.uuid == uuid), standing.open_attempt
    )
    if known:
        return known
    if not standing.left:
        raise NoAttemptsLeft(standing)
    source = random or chance.SystemRandom()
    paper = make_paper(
        standing.rules,
        *pools_of(standing.rules["draws"]),
        seen=times_seen(standing.attempts),
        random=source,
    )
    attempt = new_attempt(
        enrolment=enrolment,
        quiz_key=quiz_key,
        number=standing.taken + 1,
        rules=standing.rules,
        paper=paper,
        uuid=uuid,
        now=now,
    )
    try:
        with write_transaction():
            attempt.save(force_insert=True)
    except IntegrityError:
        return _winner(attempt)
    return attempt


def _winner(attempt: Attempt) -> Attempt:
    """Return the attempt that a simultaneous start opened."""
    winner = Attempt.objects.filter(
        learner=attempt.learner, quiz_key=attempt.quiz_key, number=attempt.number
    ).first()
    if winner is None:
        raise ConflictingRepeat
    return winner


def new_attempt(
    *,
    enrolment: Enrolment,
    quiz_key: UUID,
    number: int,
    rules: dict[str, Any],
    paper: Paper,
    uuid: UUID | None,
    now: datetime,
) -> Attempt:
    """Return an open attempt that is not stored yet; bulk replays of the demonstration store many
    at once.
    """
    return Attempt(
        uuid=uuid or uuid4(),
        enrolment=enrolment,
        learner=enrolment.learner,
        quiz_key=quiz_key,
        edition_id=enrolment.course.latest_edition_id,  # type: ignore[misc]
        number=number,
        rules={name: rules[name] for name in (*PINNED_RULES, *PINNED_WHERE_SET) if name in rules}
        | {"scoring": int(TODAY)},
        paper=paper,
        started_at=now,
        deadline_at=closing_moment(now, rules.get(TIME_LIMIT)),
    )


def make_paper(
    rules: dict[str, Any],
    pools: Sequence[Sequence[int]],
    current: Mapping[int, int],
    *,
    seen: Mapping[int, int],
    random: chance.Random,
) -> Paper:
    """Draw questions and lay them out; versions are pinned here for good.

    `pools` and `current` come from `pools_of`; `seen` from `times_seen` of the earlier attempts.
    """
    draws = [(pool, wanted["count"]) for pool, wanted in zip(pools, rules["draws"], strict=True)]
    drawn = draw_paper(draws, seen=seen, is_shuffled=rules["is_shuffled"], random=random)
    asked = versions_of(current[question] for question in drawn)
    paper = []
    for question in drawn:
        version = asked[current[question]]
        layout = kind_of(version.kind).lay_out(
            version.content, is_shuffled=rules["is_shuffled"], random=random
        )
        paper.append(
            {"question": question, "version": version.pk, "kind": version.kind, "layout": layout}
        )
    return paper


def save_response(
    *,
    attempt_uuid: UUID,
    learner: UUID,
    uuid: UUID,
    slot: int,
    sequence: int,
    answer: Callable[[Kind], JSON],
    is_marked: bool,
    provenance: Provenance,
) -> Saved:
    """Append one response event; `answer` reads what was sent for the kind of the item, because
    only the paper says which that is.

    After the closing hour and its grace it is kept but does not count.

    The same identifier again gives the same answer. Raises ConflictingRepeat when it comes with
    other content, AttemptClosed after a submission that was not made by time, Attempt.DoesNotExist
    for another learner's attempt, and ValueError for an item or an answer that the paper does not
    have.
    """
    event = ResponseEvent(uuid=uuid, slot=slot, sequence=sequence, is_marked=is_marked)
    event.occurred_at, event.received_at = provenance.occurred_at, provenance.received_at
    try:
        with write_transaction():
            attempt = _locked_with_latest(attempt_uuid, learner, slot)
            event.response = read_response(attempt.paper, slot, answer)
            event.request_digest = digest_of(
                {"slot": slot, "response": event.response, "is_marked": is_marked}
            )
            if not attempt.is_open and not attempt.was_closed_by_time:
                return _as_the_first_time(attempt_uuid, uuid, event.request_digest)
            event.attempt = attempt
            event.counts = (
                attempt.is_open
                and arrival(provenance.received_at, attempt.deadline_at) != Arrival.TOO_LATE
            )
            event.save(force_insert=True)
    except IntegrityError:
        return _as_the_first_time(attempt_uuid, uuid, event.request_digest)
    latest: int | None = attempt.latest_sequence  # type: ignore[attr-defined]
    return Saved(event, is_current=not event.counts or latest is None or sequence >= latest)


def _locked_with_latest(attempt_uuid: UUID, learner: UUID, slot: int) -> Attempt:
    """Lock an attempt, and read it with the sequence of the current response of one slot: who was
    overtaken meanwhile is told.
    """
    found = _with_latest.first(uuid=attempt_uuid, learner=learner, slot=slot)
    if found is None:
        raise Attempt.DoesNotExist
    return found


def _own_attempt() -> AttemptQuerySet:
    return Attempt.objects.filter(uuid=Parameter("uuid", UUIDField()), learner=LEARNER)


def _latest_sequence() -> Subquery:
    counted = ResponseEvent.objects.filter(
        attempt=OuterRef("pk"), slot=Parameter("slot", PositiveSmallIntegerField()), counts=True
    )
    return Subquery(counted.order_by("-sequence", "-id").values("sequence")[:1])


_with_latest = LockedQuery(
    _own_attempt,
    lambda: _own_attempt().defer("evidence").annotate(latest_sequence=_latest_sequence()),
)


# The enrolment first, in the order of a withdrawal: two acts that hold what the other wants would
# end in a deadlock.
_to_submit = LockingQuery(
    lambda: (
        _own_attempt()
        .select_related("enrolment__course")
        .select_for_update(of=("enrolment", "self"))
    )
)


def _as_the_first_time(attempt_uuid: UUID, uuid: UUID, sent: str) -> Saved:
    """Return the event that already carries an identifier, when it said the same; a closed attempt
    takes no new one.
    """
    rows = ResponseEvent.objects.select_related("attempt").defer("attempt__evidence")
    event = rows.filter(attempt__uuid=attempt_uuid, uuid=uuid).first()
    if event is None:
        raise AttemptClosed
    if event.request_digest != sent:
        raise ConflictingRepeat
    counted = ResponseEvent.objects.filter(attempt=event.attempt_id, slot=event.slot, counts=True)
    is_current = (
        not event.counts
        or not counted.filter(pk__lt=event.pk, sequence__gt=event.sequence).exists()
    )
    return Saved(event, is_current)


def read_response(paper: Paper, slot: int, answer: Callable[[Kind], JSON]) -> JSON:
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


def submit_attempt(
    *,
    attempt_uuid: UUID,
    learner: UUID,
    uuid: UUID,
    received_at: datetime,
    occurred_at: datetime | None = None,
) -> Attempt:
    """Score an attempt once, keep what was asked and answered, and report the result to the
    learner's record.

    A second submission returns the first result. Raises ConflictingRepeat when the identifier
    belongs to another act, AttemptClosed for an abandoned attempt, and Attempt.DoesNotExist for
    another learner's.
    """
    try:
        with write_transaction():
            return _submit(attempt_uuid, learner, uuid, Provenance(received_at, occurred_at))
    except IntegrityError:
        if Statement.objects.filter(learner=learner, uuid=uuid).exists():
            raise ConflictingRepeat from None
        raise


def _submit(attempt_uuid: UUID, learner: UUID, uuid: UUID, provenance: Provenance) -> Attempt:
    attempt = _to_submit.first(uuid=attempt_uuid, learner=learner)
    if attempt is None:
        raise Attempt.DoesNotExist
    if attempt.state == Attempt.State.ABANDONED:
        raise AttemptClosed
    if not attempt.is_open:
        return attempt
    score = close_attempt(attempt, answers_with_progress(attempt), provenance.received_at)
    attempt.save(
        update_fields=[
            "state",
            "submitted_at",
            "score_raw",
            "score_maximum",
            "score_scaled",
            "passed",
            "evidence",
        ]
    )
    try:
        record_result(
            enrolment=enrolment_behind(attempt),
            activity_key=attempt.quiz_key,
            kinds=QUIZ_KINDS,
            uuid=uuid,
            passed=score.passed,
            score=score.scaled,
            provenance=replace(provenance, edition_id=attempt.edition_id),
            request_digest=digest_of({"submitted": attempt.uuid}),
        )
    except NotInOutline:
        # An author took the quiz out of the course meanwhile: the attempt keeps its score, and no
        # condition depends on it.
        logger.warning("Attempt %s was submitted to a quiz that left its course", attempt.uuid)
    return attempt


def close_attempt(attempt: Attempt, responses: Mapping[int, JSON], now: datetime) -> Score:
    """Score an attempt and copy the evidence into it; `responses` go by slot. Does not save."""
    items = item_scores(attempt.paper, responses, attempt.scoring_rule)
    score = score_sheet(items, attempt.rules["pass_mark"])
    asked = versions_on(attempt.paper)
    attempt.state, attempt.submitted_at = Attempt.State.SUBMITTED, now
    attempt.score_raw, attempt.score_maximum = float(score.raw), float(score.maximum)
    attempt.score_scaled, attempt.passed = score.scaled, score.passed
    attempt.evidence = [
        evidence_of(entry, asked[entry["version"]], response, float(item.earned))
        for entry, response, item in zip(
            attempt.paper, responses_on(attempt.paper, responses), items, strict=True
        )
    ]
    return score


def evidence_of(
    entry: dict[str, Any], asked: QuestionVersion, response: JSON, earned: float
) -> dict[str, Any]:
    """Copy what one item asked and what was answered: the proof does not depend on the bank."""
    return {
        "number": asked.number,
        "kind": entry["kind"],
        "stem": asked.stem,
        "asked": kind_of(entry["kind"]).asked(asked.content, entry["layout"]),
        "response": response,
        "earned": earned,
        "feedback": asked.feedback,
        "norm": asked.norm_id or "",
        "locator": asked.locator,
        "lesson": str(asked.lesson_key or ""),
    }


def abandon_open_attempts(*, enrolment: Enrolment) -> int:
    """Close what a withdrawn learner left open, so that a later enrolment starts a paper of its
    own; return how many.
    """
    rows = Attempt.objects.filter(enrolment=enrolment, state=Attempt.State.OPEN)
    return rows.update(state=Attempt.State.ABANDONED)
