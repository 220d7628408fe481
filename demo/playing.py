"""Plays histories: act by act through the services of the screens, or many at once through the same
rules.
"""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from math import ceil
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.privacy_notice import PRIVACY_NOTICE_VERSION
from audit.models import AuditEntry
from certificates.models import Certificate
from certificates.services import certificate_for
from courses.editions import outline_of
from courses.models import CourseHead, Edition
from demo.story import Act, History, key_of
from learning.bulk import BulkResult, BulkRows
from learning.models import Enrolment
from learning.services import Provenance, complete_activity, enrol_learner
from questions.kinds import JSON
from quizzes.bulk import BulkAttempts
from quizzes.papers import Item, items_on
from quizzes.services import Order, save_response, start_attempt, submit_attempt

BATCH = 500


def play(user: User, head: CourseHead, enrolled_at: datetime, acts: Iterable[Act]) -> Enrolment:
    """Play one history act by act, as the screens would."""
    enrolment = enrol_learner(
        user=user, course=head, received_at=enrolled_at, uuid=key_of(user.learner_key, "enrolled")
    )
    for number, act in enumerate(acts):
        uuid = key_of(user.learner_key, number)
        if act.right is None:
            complete_activity(
                enrolment_id=enrolment.pk,
                learner=user.learner_key,
                activity_key=act.activity_key,
                uuid=uuid,
                received_at=act.at,
            )
        else:
            play_attempt(enrolment, act, uuid)
    return enrolment


def play_attempt(enrolment: Enrolment, act: Act, uuid: UUID) -> None:
    """Play one attempt: start, an answer to every item, submission."""
    source = random.Random(uuid.int)  # noqa: S311 - a repeatable story
    attempt = start_attempt(
        enrolment=enrolment, quiz_key=act.activity_key, now=act.at, uuid=uuid, random=source
    )
    if not attempt.is_open:
        return
    for slot, response in played_responses(items_on(attempt.paper), act.right or 0).items():
        save_response(
            attempt_uuid=attempt.uuid,
            learner=attempt.learner,
            uuid=key_of(uuid, slot),
            slot=slot,
            order=Order(slot),
            answer=lambda _kind, response=response: response,
            is_marked=False,
            provenance=Provenance(act.at),
        )
    submit_attempt(
        attempt_uuid=attempt.uuid,
        learner=attempt.learner,
        uuid=key_of(uuid, "submitted"),
        received_at=act.at,
    )


def played_responses(items: list[Item], right: float) -> dict[int, JSON]:
    """Return what was answered in each slot, so that at least that share of the items is right and
    the others are wrong.
    """
    right_count = ceil(right * len(items))
    return {
        item.slot: item.kind.example(
            item.version.content, item.layout, is_right=item.slot <= right_count
        )
        for item in items
    }


@dataclass
class DemoRows:
    """The rows of many histories, ready to be stored."""

    learning: BulkRows
    users: list[User] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    attempts: list[BulkAttempts] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    entries: list[AuditEntry] = field(default_factory=list)

    def store(self) -> None:
        """Store everything in a few statements, in the order of the foreign keys."""
        for rows in (
            self.users, self.memberships,
            self.learning.enrolments, self.learning.statements, self.learning.progress,
            self.certificates, self.entries,
        ):  # fmt: skip
            if rows:
                for row in rows:
                    refresh_keys(row)
                type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)
        for attempts in self.attempts:
            attempts.store()


def refresh_keys(row: Any) -> None:
    """Take over the identifiers that the rows stored before have got."""
    for relation in row._meta.concrete_fields:
        if relation.is_relation and relation.is_cached(row):
            setattr(
                row,
                relation.attname,
                getattr(getattr(row, relation.name), relation.target_field.attname),
            )


class Replay:
    """Builds the rows of many histories with the rules of the services: papers, scores,
    projections, certificates.
    """

    def __init__(self, head: CourseHead, organisations: list[Organisation], password_hash: str):
        self.head, self.organisations, self.password_hash = head, organisations, password_hash
        self.edition: Edition = head.latest_edition
        self.outline = outline_of(self.edition.pk)
        self.attempts = {
            activity.key: BulkAttempts(activity)
            for activity in self.outline.activities
            if activity.kind == "quiz"
        }
        self.rows = DemoRows(BulkRows(head), attempts=list(self.attempts.values()))

    def add(self, history: History) -> None:
        """Add the rows of one history."""
        organisation = self.organisations[history.place]
        user = User(
            first_name=history.first_name,
            last_name=history.last_name,
            email=f"persona{history.number}@demo.example",
            password=self.password_hash,
            learner_key=key_of("learner", history.number),
            first_entry_at=history.enrolled_at,
            privacy_notice_version=PRIVACY_NOTICE_VERSION,
            privacy_notice_at=history.enrolled_at,
            is_demo=True,
        )
        member = Membership(
            user=user,
            organisation=organisation,
            post=history.post,
            started_on=timezone.localdate(history.enrolled_at),
        )
        enrolment = self.rows.learning.enrol(
            uuid=key_of(user.learner_key, "enrolment"),
            learner=user.learner_key,
            organisation=organisation,
            enrolled_at=history.enrolled_at,
        )
        self.rows.users.append(user)
        self.rows.memberships.append(member)
        self.add_acts(user, enrolment, history)

    def add_acts(self, user: User, enrolment: Enrolment, history: History) -> None:
        """Add statements and attempts, and what they add up to."""
        results = []
        numbers: Counter[UUID] = Counter()
        for number, act in enumerate(history.acts):
            uuid, activity = key_of(user.learner_key, number), self.outline.by_key[act.activity_key]
            result = BulkResult(uuid, activity.key, act.at)
            if act.right is not None:
                numbers[activity.key] += 1
                attempt = self.attempts[activity.key].add(
                    enrolment,
                    uuid=uuid,
                    number=numbers[activity.key],
                    at=act.at,
                    answers=partial(played_responses, right=act.right),
                    random=random.Random(uuid.int),  # noqa: S311 - a repeatable story
                )
                result = replace(
                    result,
                    uuid=key_of(uuid, "submitted"),
                    passed=attempt.passed,
                    score=attempt.score_scaled,
                )
            results.append(result)
        self.rows.learning.record(enrolment, results)
        if enrolment.completed_at:
            self.add_certificate(user, enrolment)

    def add_certificate(self, user: User, enrolment: Enrolment) -> None:
        """Add the certificate and its line in the trail."""
        at = enrolment.completed_at
        certificate = certificate_for(
            enrolment=enrolment, holder=user, edition=self.edition, score=None, now=at
        )
        self.rows.certificates.append(certificate)
        entry = AuditEntry(
            action="certificate_created",
            object_type="certificate",
            object_key=str(certificate.uuid),
            at=at,
        )
        self.rows.entries.append(entry)
