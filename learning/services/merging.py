"""Makes one record of those of two accounts of the same person: whole enrolments change hands, and
in each course one stays in force (decision 0041).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from django.db.models import Count, Q, QuerySet

from learning.models import ActivityProgress, Enrolment, Statement
from learning.services.journal import Provenance, new_statement
from learning.signals import enrolment_withdrawn, records_to_join

State = Enrolment.State
# What the journal's line says of an enrolment that made way; nobody left a course by it.
MADE_WAY = "made_way_for"


@dataclass(frozen=True)
class SameCourse:
    """Two enrolments of one person in a course: which stays in force, and which makes way."""

    stays: Enrolment
    makes_way: Enrolment


def same_courses(kept: UUID, merged: UUID) -> list[SameCourse]:
    """Return the courses in which both of two accounts are, each with what stays in force: what was
    completed, else where more was done, else that of the account that stays. One statement.
    """
    done = Count("progress_rows", filter=Q(progress_rows__state=ActivityProgress.State.COMPLETED))
    rows = (
        Enrolment.objects.filter(learner__in=(kept, merged))
        .exclude(state=State.WITHDRAWN)
        .select_related("course")
        .annotate(done=done)
    )
    by_course: dict[int, list[Enrolment]] = defaultdict(list)
    for row in rows.order_by("pk"):
        by_course[row.course_id].append(row)

    def worth(row: Enrolment) -> tuple[bool, int, bool]:
        count: int = row.done  # type: ignore[attr-defined] # annotated
        is_over = row.state == State.COMPLETED
        return is_over, 0 if is_over else count, row.learner == kept

    pairs = [sorted(rows, key=worth) for rows in by_course.values() if len(rows) > 1]
    return [SameCourse(stays=rows[-1], makes_way=rows[0]) for rows in pairs]


def join_records(*, kept: UUID, merged: UUID, now: datetime) -> None:
    """Give one learner what another did: enrolments with their progress and their journal.

    No line of the journal is changed but for whom it is about, and none is taken away. The caller
    holds the transaction and both people.
    """
    held = Enrolment.objects.select_for_update(of=("self",)).filter(learner__in=(kept, merged))
    list(held.order_by("pk").values_list("pk"))
    for pair in same_courses(kept, merged):
        _make_way(pair, now)
    # While both are apart: who counts people has to see them so.
    records_to_join.send(sender=Enrolment, kept=kept, merged=merged, now=now)
    for row in _sent_by_both(kept, merged):
        Statement.objects.filter(pk=row.pk).update(uuid=uuid5(merged, str(row.uuid)))
    for model in (Enrolment, Statement):
        model._default_manager.filter(learner=merged).update(learner=kept)


def _make_way(pair: SameCourse, now: datetime) -> None:
    """Take the enrolment that is not in force out of its course; a completion keeps its day, its
    edition and its certificate.
    """
    own = pair.makes_way
    own.state = State.WITHDRAWN
    own.save(update_fields=["state"])
    line = new_statement(
        own, uuid=uuid4(), verb=Statement.Verb.WITHDRAWN, provenance=Provenance(now)
    )
    line.answer = {MADE_WAY: str(pair.stays.uuid)}
    line.save(force_insert=True)
    enrolment_withdrawn.send(sender=Enrolment, enrolment=own, now=now)


def _sent_by_both(kept: UUID, merged: UUID) -> QuerySet[Statement]:
    """Return the lines whose identifier both accounts sent: each is unique for its learner."""
    others = Statement.objects.filter(learner=kept).values("uuid")
    return Statement.objects.filter(learner=merged, uuid__in=others)
