"""Starts attempts on papers of their own; a start may be sent twice."""

import random as chance
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.db.models import QuerySet, Subquery

from learning.models import Enrolment
from learning.services import ConflictingRepeat, open_activity
from lib.write_limit import write_transaction
from questions.scoring import TODAY
from quizzes.models import QUIZ_KINDS, Attempt
from quizzes.models.pools import pools_of
from quizzes.papers import Paper, make_paper, times_seen
from quizzes.queries import minutes_given, rules_of, standing_of
from quizzes.standing import QuizStanding
from quizzes.timing import closing_moment

RULES_TO_PIN = ("title", "pass_mark", "attempts_allowed", "review")
# Only where there is one: editions frozen before know nothing of them.
TIME_LIMIT = "time_limit"
RULES_TO_PIN_WHERE_SET = (TIME_LIMIT, "wait_hours", "attempts_maximum")


class NoAttemptsLeft(Exception):
    """No attempt may be started now.

    `standing` tells how many were used, the best score, and when the next one opens.
    """

    def __init__(self, standing: QuizStanding[Attempt]):
        super().__init__(len(standing.attempts))
        self.standing = standing


class EnrolmentChanged(Exception):
    """The enrolment is another account's by now, or was withdrawn: nothing was started."""


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
    The only write is one INSERT, behind the lock of the enrolment: two constraints let one of
    several simultaneous starts through, and the others return its attempt.
    Raises NoAttemptsLeft, NotInOutline, EnrolmentChanged, ConflictingRepeat for an identifier used
    elsewhere, and quizzes.selection.NotEnoughQuestions when a bank is too small.
    """
    activity = open_activity(enrolment.course, quiz_key, kinds=QUIZ_KINDS, now=now)
    rules = rules_of(activity)
    standing = standing_of(enrolment, quiz_key, rules, now)
    same_act = (attempt for attempt in standing.attempts if attempt.uuid == uuid)
    earlier = next(same_act, standing.open_attempt)
    if earlier:
        return earlier
    if not standing.left:
        raise NoAttemptsLeft(standing)

    paper = make_paper(
        rules,
        *pools_of(rules["draws"]),
        seen=times_seen(standing.attempts),
        random=random or chance.SystemRandom(),
    )
    attempt = new_attempt(
        enrolment=enrolment,
        quiz_key=quiz_key,
        number=standing.attempt_count + 1,
        rules=rules,
        paper=paper,
        uuid=uuid,
        now=now,
    )
    try:
        with write_transaction():
            if TIME_LIMIT in rules:
                _add_minutes_given(attempt, rules[TIME_LIMIT])
            _store(attempt)
    except IntegrityError:
        return _winner(attempt)
    return attempt


def _store(attempt: Attempt) -> None:
    """Insert an attempt, if its enrolment is as it was read: the insertion itself looks and holds
    it, at no further statement. Whoever merges two accounts or withdraws from a course holds it
    too: they come before this, or find the attempt open. Raises IntegrityError.
    """
    learner = attempt.learner
    held = _as_read(attempt).select_for_update()
    # An insertion takes an expression for a value; the stubs know values only.
    attempt.learner = Subquery(held.values("learner"))  # type: ignore[assignment]
    try:
        attempt.save(force_insert=True)
    finally:
        attempt.learner = learner


def _as_read(attempt: Attempt) -> QuerySet[Enrolment]:
    """Return the enrolment of an attempt, while it is the learner's and in force."""
    rows = Enrolment.objects.filter(pk=attempt.enrolment_id, learner=attempt.learner)
    return rows.exclude(state=Enrolment.State.WITHDRAWN)


def _add_minutes_given(attempt: Attempt, limit: int) -> None:
    """Let an attempt close later by the minutes that somebody gave for it. Whoever gives some holds
    the enrolment: they come before this, or find the attempt open.
    """
    Enrolment.objects.select_for_update().only("pk").get(pk=attempt.enrolment_id)
    given = minutes_given(attempt.learner, attempt.quiz_key, attempt.number)
    attempt.deadline_at = closing_moment(attempt.started_at, limit + given)


def _winner(attempt: Attempt) -> Attempt:
    """Return the attempt that a simultaneous start opened."""
    winner = Attempt.objects.filter(
        learner=attempt.learner, quiz_key=attempt.quiz_key, number=attempt.number
    ).first()
    if not _as_read(attempt).exists():
        raise EnrolmentChanged
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
    """Return an open attempt that is not stored yet, with the rules of its start."""
    names = (*RULES_TO_PIN, *(name for name in RULES_TO_PIN_WHERE_SET if name in rules))
    return Attempt(
        uuid=uuid or uuid4(),
        enrolment=enrolment,
        learner=enrolment.learner,
        quiz_key=quiz_key,
        edition_id=enrolment.course.latest_edition_id,  # type: ignore[misc]
        number=number,
        rules={name: rules[name] for name in names} | {"scoring": int(TODAY)},
        paper=paper,
        started_at=now,
        deadline_at=closing_moment(now, rules.get(TIME_LIMIT)),
    )
