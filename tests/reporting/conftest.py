"""Builds populations by place: tallies for what screens show, enrolments for what counts are checked against."""

import itertools
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Organisation
from courses.models import CourseHead
from learning.models import Enrolment
from reporting.models import Tally
from reporting.queries import areas, district_names, province_names
from reporting.suppression import MEASURES
from reporting.tables import Fact, Node
from territory.models import District
from tests.factories.courses import publish_course
from tests.reporting.attacker import Population

LIMA = ZoneInfo("America/Lima")


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


@pytest.fixture
def courses(site, django_capture_on_commit_callbacks):
    """Publish small courses; slugs `curso-1`, `curso-2`…"""

    def make(count: int) -> list[CourseHead]:
        with django_capture_on_commit_callbacks(execute=True):
            pages = [publish_course(site, f"curso-{number}", modules=1, lessons=1) for number in range(1, count + 1)]
        return [CourseHead.objects.get(key=page.translation_key) for page in pages]

    return make


@pytest.fixture
def stored(courses, institution):
    """Store an invented population in real places, as tallies and completed enrolments; return it with real places and courses."""

    def store(population: Population) -> Population:
        heads = dict(zip(population.courses, courses(len(population.courses)), strict=True))
        # The last hour of a month in Lima is in the next month in Greenwich.
        ends = {month: datetime(2026, month, monthrange(2026, month)[1], 23, tzinfo=LIMA) for month in population.months}
        real = {place: real_place(place, institution) for place in {place for place, _course, _month in population.people}}
        found = replace(
            population,
            people={
                (real[place], heads[course].pk, month and ends[month].date().replace(day=1)): count
                for (place, course, month), count in population.people.items()
            },
            active={real[place]: count for place, count in population.active.items()},
            certified={real[place]: count for place, count in population.certified.items()},
            months=[end.date().replace(day=1) for end in ends.values()],
            empty=tuple(rows_without_people(set(real.values()))),
        )
        Tally.objects.bulk_create(tally_of(fact) for fact in found.facts())
        Enrolment.objects.bulk_create(
            completed_enrolment(real[place], heads[course], ends[month])
            for (place, course, month), count in population.people.items()
            if month
            for _person in range(count)
        )
        return found

    return store


def rows_without_people(inhabited: set[Node]) -> Iterator[Node]:
    """Yield every place that the pages of inhabited places list beside them."""
    listed = {
        *((area.code,) for area in areas()),
        *((place[0], code) for place in inhabited if place[0] for code in province_names(place[0])),
        *((*place[:2], code) for place in inhabited if place[0] for code in district_names(place[1])),
    }
    yield from sorted(node for node in listed if not any(place[: len(node)] == node for place in inhabited))


def real_place(place: Node, institution) -> Node:
    """Return a place that exists, with a new institution, in the place of an invented one."""
    if place == ("",):
        return place
    area = ("24", "21", "23")[int(place[0][1:])]
    province = sorted(province_names(area))[int(place[1][1:])]
    district = sorted(district_names(province))[int(place[2][1:])]
    return area, province, district, str(institution(district).pk)


def tally_of(fact: Fact) -> Tally:
    """Return the tally that a fact would be counted from."""
    area, province, district, organisation = (*fact.place, "", "", "0")[:4] if len(fact.place) == 1 else fact.place
    return Tally(
        course_id=fact.course,
        organisation_id=int(organisation),
        district_code=district,
        area_code=area,
        province_code=province,
        kind="district" if area else "",
        **{name: getattr(fact.counts, name) for name in MEASURES},
    )


def completed_enrolment(place: Node, head: CourseHead, at: datetime) -> Enrolment:
    """Return an enrolment that was completed at that moment."""
    return Enrolment(
        learner=uuid4(),
        course=head,
        state=Enrolment.State.COMPLETED,
        enrolled_at=at,
        completed_at=at,
        completed_edition_id=head.latest_edition_id,
        last_act_on=at.date(),
        organisation_id=int(place[3]) if len(place) > 1 else None,
        district_code=place[2] if len(place) > 1 else "",
    )
