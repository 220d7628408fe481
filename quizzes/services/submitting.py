"""Submits attempts: scores them, keeps the evidence and reports to the learner's record; a
submission may be sent twice.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from learning.models import Enrolment, Statement
from learning.services import (
    ConflictingRepeat,
    NotInOutline,
    Provenance,
    digest_of,
    record_result,
)
from lib.write_limit import write_transaction
from questions.kinds import JSON
from quizzes.models import QUIZ_KINDS, Attempt
from quizzes.papers import answers_to, evidence_of, item_scores
from quizzes.queries import current_responses, lock_to_submit
from quizzes.scoring import Score, score_if_complete
from quizzes.services.answering import AttemptClosed

logger = logging.getLogger(__name__)
# What `close_attempt` sets.
FIELDS_OF_CLOSING = (
    "state",
    "submitted_at",
    "score_raw",
    "score_maximum",
    "score_scaled",
    "passed",
    "evidence",
)


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

    Where a person has to mark an answer, the attempt waits for its score and nothing is reported. A
    second submission returns the first result. Raises ConflictingRepeat when the identifier
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
    attempt, enrolment = lock_to_submit(attempt_uuid, learner)
    if attempt.state == Attempt.State.ABANDONED:
        raise AttemptClosed
    if not attempt.is_open:
        return attempt

    score = close_attempt(attempt, current_responses(attempt), provenance.received_at)
    attempt.save(update_fields=FIELDS_OF_CLOSING)
    if score is not None:
        _report(enrolment, attempt, score, uuid, provenance)
    return attempt


def _report(
    enrolment: Enrolment, attempt: Attempt, score: Score, uuid: UUID, provenance: Provenance
) -> None:
    """Write the result of an attempt into the learner's record."""
    try:
        record_result(
            enrolment=enrolment,
            activity_key=attempt.quiz_key,
            kinds=QUIZ_KINDS,
            uuid=uuid,
            passed=score.is_pass,
            score=score.scaled,
            provenance=replace(provenance, edition_id=attempt.edition_id),
            request_digest=digest_of({"submitted": attempt.uuid}),
        )
    except NotInOutline:
        # An author took the quiz out of the course meanwhile: the attempt keeps its score, and no
        # condition depends on it.
        logger.warning("Attempt %s was submitted to a quiz that left its course", attempt.uuid)


def close_attempt(attempt: Attempt, responses: Mapping[int, JSON], now: datetime) -> Score | None:
    """Hand an attempt in: copy the evidence into it, and its score, which is returned; `responses`
    go by slot. Does not save.

    Where a person has to mark an answer, the attempt waits for that without a score: None.
    """
    answers = answers_to(attempt.paper, responses)
    scores = item_scores(answers, attempt.scoring_rule)
    attempt.evidence = evidence_of(answers, scores)
    attempt.submitted_at = now

    score = score_if_complete(scores, attempt.rules["pass_mark"])
    if score is None:
        attempt.state = Attempt.State.MARKING
        return None
    attempt.state = Attempt.State.SUBMITTED
    attempt.score_raw, attempt.score_maximum = float(score.raw), float(score.maximum)
    attempt.score_scaled, attempt.passed = score.scaled, score.is_pass
    return score


def abandon_open_attempts(*, enrolment: Enrolment) -> int:
    """Close what a withdrawn learner left open, so that a later enrolment starts a paper of its
    own; return how many.
    """
    rows = Attempt.objects.filter(enrolment=enrolment, state=Attempt.State.OPEN)
    return rows.update(state=Attempt.State.ABANDONED)
