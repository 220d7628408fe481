"""Checks that enrolments and progress equal the replay of the journal, and that completion follows
its rule.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

from courses.editions import outline_of
from courses.models import CourseHead
from learning.completing import enrolments_to_settle
from learning.completion import is_complete
from learning.models import ActivityProgress, Enrolment, Statement
from learning.replay import ProjectedRecord, replay
from learning.transfers import misplaced_enrolments
from lib.findings import Finding

BATCH = 2000


def check() -> Iterator[Finding]:
    """Yield the invariants of the record: projection = replay, and complete are those, and all
    those, who meet every condition.
    """
    wrong_enrolments = wrong_progress = unearned_count = 0
    records = journal()
    progress = progress_by_enrolment()
    for pk, state, edition_id in Enrolment.objects.values_list(
        "pk", "state", "completed_edition_id"
    ).iterator(chunk_size=BATCH):
        record = records.pop(pk, ProjectedRecord())
        wrong_enrolments += (record.state, record.completed_edition_id) != (state, edition_id)
        wrong_progress += not agrees(progress.pop(pk, {}), record)
        unearned_count += bool(edition_id) and not is_complete(
            outline_of(edition_id), record.completed_keys
        )
    yield Finding("I7 enrolments equal the replay of the journal", wrong_enrolments)
    yield Finding("I7 progress equals the replay of the journal", wrong_progress)
    yield Finding("Every completion met every condition of its edition", unearned_count)
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


def journal() -> dict[int, ProjectedRecord]:
    """Return the replay of every enrolment."""
    rows = Statement.objects.order_by("enrolment_id", "id").values(
        "enrolment_id", "verb", "activity_key", "edition_id", "score"
    )
    by_enrolment = groupby(rows.iterator(chunk_size=BATCH), key=lambda row: row["enrolment_id"])
    return {enrolment: replay(statements) for enrolment, statements in by_enrolment}


def progress_by_enrolment() -> dict[int, dict[UUID, tuple[str, float | None]]]:
    """Return state and score of every progress row by enrolment and activity."""
    progress: dict[int, dict[UUID, tuple[str, float | None]]] = defaultdict(dict)
    rows = ActivityProgress.objects.values_list("enrolment_id", "activity_key", "state", "score")
    for enrolment, key, state, score in rows.iterator(chunk_size=BATCH):
        progress[enrolment][key] = (state, score)
    return progress


def agrees(rows: dict[UUID, tuple[str, float | None]], expected: ProjectedRecord) -> bool:
    """Say whether the progress rows of one enrolment are what its statements add up to."""
    completed_keys = {
        key for key, (state, _) in rows.items() if state == ActivityProgress.State.COMPLETED
    }
    scores = {key: score for key, (_, score) in rows.items() if score is not None}
    return (
        set(rows) == expected.begun_keys
        and completed_keys == expected.completed_keys
        and scores == expected.best
    )
