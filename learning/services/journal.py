"""Writes lines of the journal: where an act comes from, what it led to, and that it counts once
however often it is sent.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from courses.models import CourseHead, Edition
from learning.models import Enrolment, Statement
from lib.write_limit import write_transaction


class ConflictingRepeat(Exception):
    """The same identifier came again with another content: nothing was stored."""


@dataclass(frozen=True)
class Provenance:
    """Where an act comes from: when the server received it, when it happened as its client tells
    it, which edition was read.

    Rules ask the server's clock and the newest edition; the journal keeps the rest. What says
    nothing happened when it was received, in the newest edition; nothing happens after it was
    received.
    """

    received_at: datetime
    told_at: datetime | None = None
    edition_id: int | None = None

    @property
    def occurred_at(self) -> datetime:
        """When it happened."""
        return min(self.told_at or self.received_at, self.received_at)


@dataclass(frozen=True)
class Outcome:
    """What one act led to. `is_repeat` says that it had been recorded before."""

    enrolment: Enrolment
    completed_course: bool = False
    is_repeat: bool = False


def digest_of(sent: dict[str, Any]) -> str:
    """Return the SHA-256 (hex) of what a client sent, to recognise a repeat with other content."""
    return hashlib.sha256(json.dumps(sent, sort_keys=True, default=str).encode()).hexdigest()


def idempotently(
    *, learner: UUID, uuid: UUID, request_digest: str, act: Callable[[], Outcome]
) -> Outcome:
    """Run `act` in one transaction; when its identifier is already in the journal, answer as the
    first time.

    Raises ConflictingRepeat when the identifier was used for another content.
    """
    try:
        with write_transaction():
            return act()
    except IntegrityError:
        earlier = (
            Statement.objects.filter(learner=learner, uuid=uuid)
            .select_related("enrolment__course")
            .first()
        )
        if earlier is None:
            raise
        if earlier.request_digest != request_digest:
            raise ConflictingRepeat from None
        return Outcome(
            earlier.enrolment, earlier.answer.get("completed_course", False), is_repeat=True
        )


def new_statement(
    enrolment: Enrolment,
    *,
    uuid: UUID,
    verb: str,
    provenance: Provenance,
    activity_key: UUID | None = None,
    score: float | None = None,
) -> Statement:
    """Build, unsaved, one line about an enrolment read with its course, in the newest edition."""
    return Statement(
        uuid=uuid,
        learner=enrolment.learner,
        enrolment=enrolment,
        verb=verb,
        course_key=enrolment.course.key,
        activity_key=activity_key,
        edition_id=enrolment.course.latest_edition_id,
        # type: ignore[misc] # a course with enrolments has an edition
        score=score,
        occurred_at=provenance.occurred_at,
        received_at=provenance.received_at,
        organisation_id=enrolment.organisation_id,
        district_code=enrolment.district_code,
    )


def is_edition_of(course: CourseHead, edition_id: int) -> bool:
    """True for an edition of that course: a client may say anything.

    No statement for the newest.
    """
    return (
        edition_id == course.latest_edition_id
        or Edition.objects.filter(pk=edition_id, course=course).exists()
    )
