"""Builds populations by place: tallies for what screens show, enrolments for what counts are checked against."""

import itertools
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Organisation
from learning.models import Enrolment
from reporting.models import Tally
from territory.models import District


@pytest.fixture
def institution(db):
    """Make one institution in a district."""
    numbers = itertools.count(1)

    def make(district_code: str, kind: str = "district", name: str = "") -> Organisation:
        return Organisation.objects.create(
            kind=kind, name=name or f"Entidad {next(numbers)}", district=District.objects.get(pk=district_code)
        )

    return make


@pytest.fixture
def tally(course, institution):
    """Write the figures of one institution of the course, as folding would have left them."""

    def write(
        district_code: str, assigned: int, *, active=0, completed=0, certified=None, kind="district", name="", course_id=None
    ) -> Tally:
        made = institution(district_code, kind, name)
        return Tally.objects.create(
            course_id=course_id or course.pk,
            organisation_id=made.pk,
            district_code=district_code,
            area_code=made.district.area_id,
            province_code=made.district.province_id,
            kind=kind,
            assigned=assigned,
            active=active,
            completed=completed,
            certified=completed if certified is None else certified,
        )

    return write


@pytest.fixture
def enrolments(course):
    """Insert many enrolments at once, without their acts; `completed` of them are completed."""

    def make(organisation, count: int, *, completed=0, now=None, days_ago=0) -> list[Enrolment]:
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
        return Enrolment.objects.bulk_create(rows)

    return make
