"""Builds the record of many learners at once: the journal, and what it adds up to by the replay
that the audit uses.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from django.utils import timezone

from accounts.models import Organisation
from courses.editions import outline_of
from courses.models import CourseHead, Edition
from courses.outline import Outline
from learning.completion import is_complete
from learning.models import ActivityProgress, Enrolment, Statement
from learning.replay import REPLAYED_FIELDS, ProjectedRecord, replay
from learning.services import Provenance
from learning.services.journal import new_statement

Verb, State, Success = Statement.Verb, ActivityProgress.State, ActivityProgress.Success


@dataclass(frozen=True)
class BulkResult:
    """One result of a learner, as `record_result` takes it: `passed` is None for what is read,
    `score` is scaled from 0 to 1.
    """

    uuid: UUID
    activity_key: UUID
    at: datetime
    passed: bool | None = None
    score: float | None = None

    @property
    def verb(self) -> Verb:
        """What the journal says of it."""
        return {None: Verb.COMPLETED, True: Verb.PASSED, False: Verb.FAILED}[self.passed]


@dataclass
class BulkRows:
    """The rows of many learners in the newest edition of one course, unsaved: enrolments are stored
    first.

    Nothing is announced: who stores them also builds what receivers would have made.
    """

    course: CourseHead
    enrolments: list[Enrolment] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    progress: list[ActivityProgress] = field(default_factory=list)

    def __post_init__(self) -> None:
        # A course with learners has one.
        self.edition: Edition = self.course.latest_edition  # type: ignore[assignment]
        self.outline: Outline = outline_of(self.edition.pk)

    def enrol(
        self, *, uuid: UUID, learner: UUID, organisation: Organisation, enrolled_at: datetime
    ) -> Enrolment:
        """Add a learner to the course; what was done follows by `record`."""
        enrolment = Enrolment(
            uuid=uuid,
            learner=learner,
            course=self.course,
            enrolled_at=enrolled_at,
            last_act_on=timezone.localdate(enrolled_at),
            organisation=organisation,
            district_code=organisation.district_id,
        )
        self.enrolments.append(enrolment)
        return enrolment

    def record(self, enrolment: Enrolment, results: Iterable[BulkResult]) -> None:
        """Add everything that a learner did, in its order, and bring the enrolment up to it."""
        statements = [self._of_course(enrolment, Verb.ENROLLED, enrolment.enrolled_at)]
        completed_keys: set[UUID] = set()
        for result in results:
            statements.append(self._of_activity(enrolment, result))
            if result.passed is not False:
                completed_keys.add(result.activity_key)
            if enrolment.completed_at is None and is_complete(self.outline, completed_keys):
                statements.append(self._of_course(enrolment, Verb.COMPLETED, result.at))
                enrolment.completed_at = result.at
        self.statements += statements
        self._project(enrolment, statements)

    def _of_course(self, enrolment: Enrolment, verb: Verb, at: datetime) -> Statement:
        return new_statement(
            enrolment, uuid=uuid5(enrolment.uuid, verb), verb=verb, provenance=Provenance(at)
        )

    def _of_activity(self, enrolment: Enrolment, result: BulkResult) -> Statement:
        return new_statement(
            enrolment,
            uuid=result.uuid,
            verb=result.verb,
            provenance=Provenance(result.at),
            activity_key=result.activity_key,
            score=result.score,
        )

    def _project(self, enrolment: Enrolment, statements: Sequence[Statement]) -> None:
        record = replay(
            {name: getattr(statement, name) for name in REPLAYED_FIELDS} for statement in statements
        )
        enrolment.state = record.state
        if record.completed_edition_id:
            enrolment.completed_edition = self.edition
        enrolment.last_act_on = timezone.localdate(statements[-1].received_at)
        for key in record.begun_keys:
            own = [statement for statement in statements if statement.activity_key == key]
            self.progress.append(progress_row(enrolment, key, record, own))


def progress_row(
    enrolment: Enrolment, key: UUID, record: ProjectedRecord, statements: Sequence[Statement]
) -> ActivityProgress:
    """Build, unsaved, where an enrolment stands in one activity, by its record and the statements
    about that activity.
    """
    is_completed = key in record.completed_keys
    success = Success.UNKNOWN
    if key in record.best:
        success = Success.PASSED if is_completed else Success.FAILED
    moments = [statement.received_at for statement in statements if statement.verb != Verb.FAILED]
    return ActivityProgress(
        enrolment=enrolment,
        activity_key=key,
        state=State.COMPLETED if is_completed else State.IN_PROGRESS,
        success=success,
        score=record.best.get(key),
        completed_on=timezone.localdate(moments[0]) if moments else None,
        updated_at=statements[-1].received_at,
    )
