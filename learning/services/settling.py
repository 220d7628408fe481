"""Settles what a newer edition made true without an act of the learner."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from courses.editions import outline_of
from learning.completion import reaches
from learning.models import Enrolment, Statement
from learning.services.journal import Provenance, new_statement
from learning.services.recording import (
    lock_enrolment,
    meets_every_condition,
    note_completion,
    project_result,
)
from learning.signals import course_completed

Verb = Statement.Verb


def settle_enrolment(*, enrolment_id: int, learner: UUID, now: datetime) -> bool:
    """Record what the newest edition made true of an enrolment in progress without an act of the
    learner; say whether it is complete.

    A quiz is passed by a score that reaches a pass mark lowered since; a course is completed, and
    certified, by whoever meets every condition that is left. Nothing is ever taken away. Raises
    Enrolment.DoesNotExist.
    """
    with transaction.atomic():
        enrolment = lock_enrolment(enrolment_id, learner)
        if enrolment.state != Enrolment.State.ACTIVE:
            return enrolment.state == Enrolment.State.COMPLETED
        edition_id = enrolment.course.latest_edition_id
        outline = outline_of(edition_id)
        statements = []
        for activity in outline.activities:
            row = enrolment.progress.get(activity.key)
            if row and not row.is_completed and reaches(row.score, activity.pass_mark):
                project_result(enrolment, activity, passed=True, score=row.score, now=now)
                uuid = uuid5(enrolment.uuid, f"{edition_id} {activity.key}")
                statements.append(
                    new_statement(
                        enrolment,
                        uuid=uuid,
                        verb=Verb.PASSED,
                        provenance=Provenance(now),
                        activity_key=activity.key,
                        score=row.score,
                    )
                )
        is_over = meets_every_condition(enrolment, outline)
        if is_over:
            statements.append(
                new_statement(
                    enrolment,
                    uuid=uuid5(enrolment.uuid, f"{edition_id}"),
                    verb=Verb.COMPLETED,
                    provenance=Provenance(now),
                )
            )
        Statement.objects.bulk_create(statements)
        if is_over:
            enrolment.save(update_fields=note_completion(enrolment, now))
            course_completed.send(sender=Enrolment, enrolment=enrolment, now=now)
    return is_over
