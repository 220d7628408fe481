"""Mends progress that no longer says what the journal adds up to."""

from datetime import datetime

from django.db import transaction

from audit.services import record_act
from learning.invariants import BATCH, journal
from learning.models import ActivityProgress, Enrolment, Statement
from learning.replay import REPLAYED_FIELDS, ProjectedRecord, replay


def mend_scores(*, now: datetime) -> int:
    """Give every progress row the best score of the journal again, exactly; return how many rows
    had another one.

    Each is a short transaction of its own, which reads the journal of one enrolment again: nobody
    waits for the whole. It leaves a line of the trail for that enrolment.
    """
    records = journal()
    rows = ActivityProgress.objects.values_list("enrolment_id", "activity_key", "score").iterator(
        chunk_size=BATCH
    )
    wrong = sorted(
        {
            enrolment
            for enrolment, key, score in rows
            if records.get(enrolment, ProjectedRecord()).best.get(key) != score
        }
    )
    return sum(_mend(enrolment, now) for enrolment in wrong)


def _mend(enrolment_id: int, now: datetime) -> int:
    with transaction.atomic():
        uuid = (
            Enrolment.objects.select_for_update(of=("self",))
            .values_list("uuid", flat=True)
            .get(pk=enrolment_id)
        )
        statements = Statement.objects.filter(enrolment=enrolment_id).order_by("id")
        best = replay(statements.values(*REPLAYED_FIELDS)).best
        wrong = [
            row
            for row in ActivityProgress.objects.filter(enrolment=enrolment_id)
            if row.score != best.get(row.activity_key)
        ]
        for row in wrong:
            row.score = best.get(row.activity_key)
        ActivityProgress.objects.bulk_update(wrong, ["score"])
        if wrong:
            record_act(
                actor_key=None,
                action="progress_mended",
                object_type="enrolment",
                object_key=str(uuid),
                now=now,
                details={
                    "fields": ["score"],
                    "activities": sorted(str(row.activity_key) for row in wrong),
                },
            )
    return len(wrong)
