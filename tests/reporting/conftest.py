"""Builds populations by place: tallies for what screens show, enrolments for what counts are
checked against.
"""

import itertools
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Organisation
from courses.models import CourseHead
from learning.models import ActivityProgress, Enrolment
from reporting.models import ANY_COURSE, Tally
from territory.models import District

LIMA = ZoneInfo("America/Lima")


@pytest.fixture
def institution(db):
    """Make one institution in a district."""
    numbers = itertools.count(1)

    def make(district_code: str, kind: str = "district", name: str = "") -> Organisation:
        return Organisation.objects.create(
            kind=kind,
            name=name or f"Entidad {next(numbers)}",
            district=District.objects.get(pk=district_code),
        )

    return make


@pytest.fixture
def tally(course, institution):
    """Write the figures of one institution of the course, and of its people, as folding would have
    left them.
    """

    def write(
        district_code: str,
        assigned: int,
        *,
        active=0,
        completed=0,
        certified=None,
        kind="district",
        name="",
        course_id=None,
    ) -> Tally:
        made = institution(district_code, kind, name)
        place = {
            "organisation_id": made.pk,
            "district_code": district_code,
            "area_code": made.district.area_id,
            "province_code": made.district.province_id,
        }
        Tally.objects.create(course_id=ANY_COURSE, assigned=assigned, completed=completed, **place)
        return Tally.objects.create(
            course_id=course_id or course.pk,
            **place,
            assigned=assigned,
            active=active,
            completed=completed,
            certified=completed if certified is None else certified,
        )

    return write


@pytest.fixture
def enrolments(course):
    """Insert many enrolments at once, without their statements; `completed` of them are completed.

    Each has a result unless told.
    """

    def make(
        organisation, count: int, *, completed=0, now=None, days_ago=0, has_result=True
    ) -> list[Enrolment]:
        now = now or timezone.now()
        rows = [
            Enrolment(
                learner=uuid4(),
                course=course,
                enrolled_at=now,
                last_act_on=timezone.localdate(now) - timedelta(days=days_ago),
                organisation=organisation,
                district_code=organisation.district_id if organisation else "",
                state=Enrolment.State.COMPLETED if number < completed else Enrolment.State.ACTIVE,
                completed_at=now if number < completed else None,
                completed_edition_id=course.latest_edition_id if number < completed else None,
            )
            for number in range(count)
        ]
        Enrolment.objects.bulk_create(rows)
        if has_result:
            ActivityProgress.objects.bulk_create(
                ActivityProgress(
                    enrolment=row,
                    activity_key=uuid4(),
                    state="in_progress",
                    success="failed",
                    updated_at=now,
                )
                for row in rows
            )
        return rows

    return make


def completed_enrolment(
    institution_id: int | None, district_code: str, head: CourseHead, at: datetime
) -> Enrolment:
    """Return an enrolment that was completed at that moment."""
    return Enrolment(
        learner=uuid4(),
        course=head,
        state=Enrolment.State.COMPLETED,
        enrolled_at=at,
        completed_at=at,
        completed_edition_id=head.latest_edition_id,
        last_act_on=at.date(),
        organisation_id=institution_id,
        district_code=district_code,
    )
