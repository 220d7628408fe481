"""Checks that enrolments and progress equal the replay of the journal."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

from audit.findings import Finding
from learning.models import ActivityProgress, Enrolment, Statement
from learning.replay import Replayed, replay

BATCH = 2000


def check() -> Iterator[Finding]:
    """Yield the invariants of the record: projection = replay, and a completion has its statement."""
    wrong_enrolments = wrong_progress = 0
    replayed = journal()
    progress = progress_by_enrolment()
    for pk, state, edition_id in Enrolment.objects.values_list("pk", "state", "completed_edition_id").iterator(chunk_size=BATCH):
        expected = replayed.pop(pk, Replayed())
        wrong_enrolments += (expected.state, expected.completed_edition_id) != (state, edition_id)
        wrong_progress += not agrees(progress.pop(pk, {}), expected)
    yield Finding("I7 enrolments equal the replay of the journal", wrong_enrolments)
    yield Finding("I7 progress equals the replay of the journal", wrong_progress)


def journal() -> dict[int, Replayed]:
    """Return the replay of every enrolment."""
    rows = Statement.objects.order_by("enrolment_id", "id").values("enrolment_id", "verb", "activity_key", "edition_id", "score")
    grouped = groupby(rows.iterator(chunk_size=BATCH), key=lambda row: row["enrolment_id"])
    return {enrolment: replay(statements) for enrolment, statements in grouped}


def progress_by_enrolment() -> dict[int, dict[UUID, tuple[str, float | None]]]:
    """Return state and score of every progress row by enrolment and activity."""
    found: dict[int, dict[UUID, tuple[str, float | None]]] = defaultdict(dict)
    rows = ActivityProgress.objects.values_list("enrolment_id", "activity_key", "state", "score")
    for enrolment, key, state, score in rows.iterator(chunk_size=BATCH):
        found[enrolment][key] = (state, score)
    return found


def agrees(rows: dict[UUID, tuple[str, float | None]], expected: Replayed) -> bool:
    """Say whether the progress rows of one enrolment are what its statements add up to."""
    completed = {key for key, (state, _) in rows.items() if state == ActivityProgress.State.COMPLETED}
    scores = {key: score for key, (_, score) in rows.items() if score is not None}
    return set(rows) == expected.begun and completed == expected.completed and scores == expected.best
