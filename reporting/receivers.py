"""Writes the differences of each change of the figures, inside the transaction that causes it."""

from dataclasses import replace
from uuid import UUID

from django.db import connection
from django.dispatch import receiver

from certificates.signals import certificate_created, certificate_revoked
from learning.models import Enrolment
from learning.signals import (
    course_completed,
    enrolment_transferred,
    enrolment_withdrawn,
    learner_enrolled,
    records_to_join,
)
from reporting.models import ANY_COURSE, Difference
from reporting.people import Record, Spot, changes, standing

# Names our locks among those of the database; the other half is the learner.
LOCKS_OF_PEOPLE = 0x50455253


def write_differences(
    enrolment: Enrolment, *of_course: tuple[Spot, dict[str, int]], before: Record | None
) -> None:
    """Insert the differences of a course, and those of its people: `before` is what the enrolment
    counted as until now, None for a new one.
    """
    others = records_besides(enrolment)
    if others or enrolment.state != Enrolment.State.COMPLETED:
        # One change of a person's counts follows the other: two courses may be completed at once.
        # Who completes the only one meets nobody but an enrolment, which changes nothing here.
        hold_counts_of(enrolment.learner)
        others = records_besides(enrolment)
    now = [] if enrolment.state == Enrolment.State.WITHDRAWN else [record_of(enrolment)]
    earlier = [] if before is None else [before]
    of_people = changes(standing([*others, *earlier]), standing([*others, *now]))
    rows = [difference(enrolment.course_id, *change) for change in of_course]
    rows += [difference(ANY_COURSE, *change) for change in of_people]
    Difference.objects.bulk_create(rows)


def difference(course_id: int, spot: Spot, counts: dict[str, int]) -> Difference:
    """Return a difference that is not stored yet."""
    return Difference(
        course_id=course_id,
        organisation_id=spot.organisation_id,
        district_code=spot.district_code,
        **counts,
    )


def hold_counts_of(learner: UUID) -> None:
    """Let one change of a person's counts follow the other; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        half = learner.int % 2**32 - 2**31
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS_OF_PEOPLE, half])


def records_besides(enrolment: Enrolment) -> list[Record]:
    """Return the other enrolments of the learner that count. One statement."""
    return records_of(enrolment.learner, besides=enrolment.pk)


def records_of(learner: UUID, besides: int | None = None) -> list[Record]:
    """Return the enrolments of a learner that count, but for one. One statement."""
    rows = Enrolment.objects.filter(learner=learner).exclude(state=Enrolment.State.WITHDRAWN)
    return [record_of(row) for row in rows.exclude(pk=besides).only(*DECISIVE)]


DECISIVE = ("state", "completed_at", "organisation", "district_code")


def record_of(enrolment: Enrolment) -> Record:
    """Return what of an enrolment decides where its learner is counted."""
    return Record(
        enrolment.pk,
        spot_of(enrolment),
        enrolment.state == Enrolment.State.ACTIVE,
        enrolment.completed_at is not None,
    )


def spot_of(enrolment: Enrolment) -> Spot:
    """Return where an enrolment is counted."""
    return Spot(enrolment.organisation_id or 0, enrolment.district_code)


@receiver(learner_enrolled)
def count_enrolment(enrolment, **kwargs):
    write_differences(enrolment, (spot_of(enrolment), {"assigned": 1}), before=None)


@receiver(enrolment_withdrawn)
def count_withdrawal(enrolment, **kwargs):
    # What was completed makes way only where two accounts become one: there it counts no more.
    is_over = enrolment.completed_at is not None
    before = replace(record_of(enrolment), is_active=not is_over)
    counts = {"assigned": -1, "completed": -int(is_over), "certified": -valid_for(enrolment)}
    write_differences(enrolment, (spot_of(enrolment), counts), before=before)


def valid_for(enrolment: Enrolment) -> int:
    """Return how many valid certificates stand for an enrolment. No statement without a
    completion.
    """
    if enrolment.completed_at is None:
        return 0
    return sum(certificate.is_valid for certificate in enrolment.certificates.only("state"))


@receiver(records_to_join)
def count_one_person(kept, merged, **kwargs):
    """Count two people as one from now on."""
    for learner in sorted((kept, merged)):
        hold_counts_of(learner)
    own, others = records_of(kept), records_of(merged)
    together = standing([*own, *others])
    apart = [*changes(standing(own), None), *changes(standing(others), None)]
    rows = [difference(ANY_COURSE, *change) for change in [*apart, *changes(None, together)]]
    Difference.objects.bulk_create(rows)


@receiver(course_completed)
def count_completion(enrolment, **kwargs):
    before = replace(record_of(enrolment), is_active=True, is_completed=False)
    write_differences(enrolment, (spot_of(enrolment), {"completed": 1}), before=before)


@receiver(enrolment_transferred)
def count_transfer(enrolment, origin, **kwargs):
    old_spot = Spot(origin.organisation_id or 0, origin.district_code)
    before = replace(record_of(enrolment), spot=old_spot)
    write_differences(
        enrolment,
        (old_spot, {"assigned": -1}),
        (spot_of(enrolment), {"assigned": 1}),
        before=before,
    )


@receiver(certificate_created)
def count_certificate(certificate, **kwargs):
    if certificate.enrolment.state == Enrolment.State.WITHDRAWN:
        return  # it made way for another completion of the same person
    change = difference(
        certificate.enrolment.course_id, spot_of(certificate.enrolment), {"certified": 1}
    )
    change.save(force_insert=True)


@receiver(certificate_revoked)
def count_revocation(certificate, **kwargs):
    # Of an erased person nobody can tell where it was counted: there it stays.
    if certificate.enrolment and certificate.enrolment.state != Enrolment.State.WITHDRAWN:
        change = difference(
            certificate.enrolment.course_id, spot_of(certificate.enrolment), {"certified": -1}
        )
        change.save(force_insert=True)
