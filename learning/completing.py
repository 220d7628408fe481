"""Completes whoever meets every condition without an act of their own: what a course asks for
changes when authors publish.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from courses.editions import outline_of
from courses.models import CourseHead
from courses.outline import Outline
from learning.models import ActivityProgress, ConditionsCheck, Enrolment
from learning.services import settle_enrolment

logger = logging.getLogger(__name__)
# Each is a short transaction of its own, and the other due jobs get their turn in between: what is
# left follows a minute later.
MOST_AT_ONCE = 2000
# An act that began by the edition before may be stored this long after the new one was frozen.
LATE_ACTS = timedelta(minutes=5)


def complete_met_enrolments(*, now: datetime) -> int:
    """Settle every enrolment in progress that a new edition completes, or whose quiz it passes;
    return how many.

    Safe to run again: a course is looked at until nobody is left and no act by the edition before
    can arrive any more.
    """
    heads = CourseHead.objects.filter(latest_edition__isnull=False).exclude(
        conditions_check__edition=F("latest_edition")
    )
    count = 0
    for head in heads.annotate(frozen_at=F("latest_edition__frozen_at")).order_by("pk"):
        due = list(enrolments_to_settle(head)[: MOST_AT_ONCE - count])
        settlements = sum(_settle(enrolment_id, learner, now) for enrolment_id, learner in due)
        count += settlements
        if settlements == len(due) and count < MOST_AT_ONCE and head.frozen_at <= now - LATE_ACTS:
            ConditionsCheck.objects.update_or_create(
                course=head, defaults={"edition_id": head.latest_edition_id}
            )
    return count


def enrolments_to_settle(head: CourseHead) -> QuerySet[Enrolment, tuple[int, UUID]]:
    """Return (identifier, learner) of the enrolments in progress of which the newest edition makes
    more true than is recorded.

    One statement however many study there. Who was erased is nobody to certify.
    """
    outline = outline_of(head.latest_edition_id)  # type: ignore[arg-type] # the caller has one
    rows = ActivityProgress.objects.filter(
        enrolment__course=head, enrolment__state=Enrolment.State.ACTIVE
    )
    due = Q(
        pk__in=rows.filter(_passed(outline), state=ActivityProgress.State.IN_PROGRESS).values(
            "enrolment"
        )
    )
    if outline.required:
        is_done = Q(state=ActivityProgress.State.COMPLETED) | _passed(outline)
        met = rows.filter(is_done, activity_key__in=[activity.key for activity in outline.required])
        every = (
            met.order_by()
            .values("enrolment")
            .annotate(met=Count("pk"))
            .filter(met=len(outline.required))
        )
        due |= Q(pk__in=every.values("enrolment"))
    active = Enrolment.objects.filter(
        course=head, state=Enrolment.State.ACTIVE, learner__in=User.objects.values("learner_key")
    )
    return active.filter(due).order_by("pk").values_list("pk", "learner")


def _passed(outline: Outline) -> Q:
    """Return what is true of progress in an activity whose score reaches its pass mark of today."""
    marks = [
        (activity.key, activity.pass_mark)
        for activity in outline.activities
        if activity.pass_mark is not None
    ]
    return (
        Q(*(Q(activity_key=key, score__gte=mark) for key, mark in marks), _connector=Q.OR)
        if marks
        else Q(pk__in=[])
    )


def _settle(enrolment_id: int, learner: UUID, now: datetime) -> bool:
    """Settle one; a fault is logged and leaves the others alone: the next run tries again."""
    try:
        settle_enrolment(enrolment_id=enrolment_id, learner=learner, now=now)
    except Exception:
        logger.exception("Enrolment %s meets its conditions and could not be settled", enrolment_id)
        return False
    return True
