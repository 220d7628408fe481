"""Checks that enrolments and progress equal the replay of the journal, and that completion follows
its rule.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from courses.editions import outline_of
from courses.models import CourseHead
from learning.completing import enrolments_to_settle
from learning.completion import is_complete
from learning.models import ActivityProgress, Enrolment, Statement
from learning.replay import REPLAYED_FIELDS, ProjectedRecord, replay
from learning.transfers import misplaced_enrolments
from lib.findings import Finding

BATCH = 2000
# What of an enrolment the journal adds up to.
PROJECTED = ("state", "enrolled_at", "completed_at", "completed_edition", "last_act_on")
State = ActivityProgress.State
# State, success, score and day of completion of one activity.
Progress = tuple[str, str, float | None, date | None]


def check() -> Iterator[Finding]:
    """Yield the invariants of the record: projection = replay, and complete are those, and all
    those, who meet every condition.
    """
    wrong_enrolments = wrong_progress = unearned_count = 0
    records = journal()
    progress = progress_by_enrolment()
    for enrolment in Enrolment.objects.only(*PROJECTED).iterator(chunk_size=BATCH):
        record = records.pop(enrolment.pk, ProjectedRecord())
        wrong_enrolments += not is_projection(enrolment, record)
        wrong_progress += not agrees(progress.pop(enrolment.pk, {}), record)
        edition_id = enrolment.completed_edition_id
        unearned_count += bool(edition_id) and not is_complete(
            outline_of(edition_id), record.completed_keys
        )
    yield Finding("I7 enrolments equal the replay of the journal", wrong_enrolments)
    yield Finding("I7 progress equals the replay of the journal", wrong_progress)
    yield Finding("Every completion met every condition of its edition", unearned_count)
    yield Finding(
        "Every statement is of the person and the course of its enrolment", _strays().count()
    )
    yield Finding(
        "What is in progress is counted where its learner serves today",
        misplaced_enrolments().count(),
    )
    heads = CourseHead.objects.filter(latest_edition__isnull=False)
    due = sum(enrolments_to_settle(head).count() for head in heads)
    yield Finding(
        "Nobody in progress meets every condition: a minute after publishing, they are complete",
        due,
    )
    yield Finding(
        "What has a pass mark was finished with a grade, and nothing else", _wrongly_graded()
    )


def _strays() -> QuerySet[Statement]:
    """Return the statements of another person or another course than their enrolment."""
    is_own = Q(learner=F("enrolment__learner"), course_key=F("enrolment__course__key"))
    return Statement.objects.exclude(is_own)


def _wrongly_graded() -> int:
    """Count the statements about an activity that has a pass mark and no score, or the other way
    round.
    """
    rows = Statement.objects.exclude(activity_key=None).values_list(
        "edition_id", "activity_key", "verb", "score"
    )
    return sum(_is_wrongly_graded(*row) for row in rows.iterator(chunk_size=BATCH))


def _is_wrongly_graded(edition_id: int, key: UUID, verb: str, score: float | None) -> bool:
    activity = outline_of(edition_id).by_key.get(key)
    is_graded = verb in {Statement.Verb.PASSED, Statement.Verb.FAILED}
    if activity is None or is_graded != (score is not None):
        return True
    return is_graded != (activity.pass_mark is not None)


def is_projection(enrolment: Enrolment, record: ProjectedRecord) -> bool:
    """Say whether an enrolment is what its statements add up to; its last act was on the day of one
    of them.
    """
    row = (
        enrolment.state,
        enrolment.enrolled_at,
        enrolment.completed_at,
        enrolment.completed_edition_id,
    )
    replayed_row = (
        record.state,
        record.enrolled_at,
        record.course_completed_at,
        record.completed_edition_id,
    )
    days = {timezone.localdate(moment) for moment in record.moments}
    return row == replayed_row and enrolment.last_act_on in days


def journal() -> dict[int, ProjectedRecord]:
    """Return the replay of every enrolment."""
    rows = Statement.objects.order_by("enrolment_id", "id").values("enrolment_id", *REPLAYED_FIELDS)
    by_enrolment = groupby(rows.iterator(chunk_size=BATCH), key=lambda row: row["enrolment_id"])
    return {enrolment: replay(statements) for enrolment, statements in by_enrolment}


def progress_by_enrolment() -> dict[int, dict[UUID, Progress]]:
    """Return the progress rows by enrolment and activity."""
    progress: dict[int, dict[UUID, Progress]] = defaultdict(dict)
    rows = ActivityProgress.objects.values_list(
        "enrolment_id", "activity_key", "state", "success", "score", "completed_on"
    )
    for enrolment, key, state, success, score, day in rows.iterator(chunk_size=BATCH):
        progress[enrolment][key] = state, success, score, day
    return progress


def agrees(rows: dict[UUID, Progress], record: ProjectedRecord) -> bool:
    """Say whether the progress rows of one enrolment are what its statements add up to."""
    return rows == {
        key: (
            State.COMPLETED if key in record.completed_at else State.IN_PROGRESS,
            success,
            record.best.get(key),
            timezone.localdate(record.completed_at[key]) if key in record.completed_at else None,
        )
        for key, success in record.success.items()
    }
