"""Counts the demonstration again by plain SQL, and compares that with what each reader sees on the
page and in the file.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from itertools import product
from math import floor
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.services import move_person
from certificates.models import Certificate
from certificates.services import revoke_certificate
from courses.editions import outline_of
from courses.models import CourseHead
from learning.models import Enrolment
from learning.services import complete_activity, enrol_learner, withdraw_enrolment
from reporting.services import count_active, fold_differences
from territory.models import Area, District, Province
from tests.factories.courses import publish_course
from tests.reporting.conftest import LIMA
from tests.reporting.pages import Row, file_rows, page_rows

# Every condition stands in the statement; what was not asked for lets everything through.
RECOUNT = """
    SELECT {by}, COUNT(*),
        SUM(CASE WHEN EXISTS (
            SELECT 1 FROM learning_statement s
            WHERE s.enrolment_id = e.id AND s.verb IN ('completed', 'passed', 'failed')
                AND s.received_at >= %(active_since)s
        ) THEN 1 ELSE 0 END),
        SUM(CASE WHEN e.completed_at >= %(since)s AND e.completed_at < %(until)s THEN 1 ELSE 0 END),
        SUM(CASE WHEN EXISTS (
            SELECT 1 FROM certificates_certificate c
            WHERE c.enrolment_id = e.id AND c.state IN ('waiting', 'issued')
        ) THEN 1 ELSE 0 END)
    FROM learning_enrolment e
    JOIN courses_coursehead h ON h.id = e.course_id
    LEFT JOIN accounts_organisation o ON o.id = e.organisation_id
    LEFT JOIN territory_district d ON d.code = e.district_code
    WHERE e.state <> 'withdrawn' AND h.slug LIKE %(course)s AND COALESCE(o.kind, '') LIKE %(kind)s
        AND COALESCE(o.kind, '') LIKE %(own_kind)s AND COALESCE(d.area_id, '') LIKE %(own_area)s
        AND COALESCE(d.area_id, '') LIKE %(area)s AND COALESCE(d.province_id, '') LIKE %(province)s
    GROUP BY {by}
"""
# A person counts where the newest enrolment in progress stands, without one where the newest of all
# does.
PEOPLE = """
    SELECT {by}, COUNT(*),
        SUM(CASE WHEN EXISTS (
            SELECT 1 FROM learning_enrolment f
            WHERE f.learner = e.learner AND f.completed_at IS NOT NULL
        ) THEN 1 ELSE 0 END)
    FROM learning_enrolment e
    LEFT JOIN accounts_organisation o ON o.id = e.organisation_id
    LEFT JOIN territory_district d ON d.code = e.district_code
    WHERE e.state <> 'withdrawn' AND COALESCE(o.kind, '') LIKE %(kind)s
        AND COALESCE(o.kind, '') LIKE %(own_kind)s AND COALESCE(d.area_id, '') LIKE %(own_area)s
        AND COALESCE(d.area_id, '') LIKE %(area)s AND COALESCE(d.province_id, '') LIKE %(province)s
        AND NOT EXISTS (
            SELECT 1 FROM learning_enrolment n
            WHERE n.learner = e.learner AND n.state <> 'withdrawn' AND (
                (n.state = 'active' AND (e.state <> 'active' OR n.id > e.id))
                OR (n.state <> 'active' AND e.state <> 'active' AND n.id > e.id)
            )
        )
    GROUP BY {by}
"""
EVER = (datetime(1971, 1, 1, tzinfo=LIMA), datetime(2999, 1, 1, tzinfo=LIMA))
OF_COURSE = ("Personas", "Activas", "Terminaron", "Certificadas")
OF_ALL = ("Inscripciones", "Activas", "Terminadas", "Certificadas")

EVERY = list(product(("%", "curso", "segundo"), ("%", "district", "ugel"), (None, 0, 1)))
SOME = [("%", "%", None), ("segundo", "district", 0), ("curso", "ugel", 1)]


@dataclass(frozen=True)
class Question:
    """A page as one reader asks for it; "%" where everything is asked for, or seen.

    `quarter` counts back from the one that ends this month.
    """

    now: datetime
    area: str = "%"
    province: str = "%"
    course: str = "%"
    kind: str = "%"
    quarter: int | None = None
    own_area: str = "%"
    own_kind: str = "%"

    @property
    def address(self) -> str:
        """The address with its filters."""
        steps = [Area.objects.get(pk=self.area).slug] if self.area != "%" else []
        steps += [self.province] if self.province != "%" else []
        chosen = {
            name: value
            for name, value in (("curso", self.course), ("tipo", self.kind))
            if value != "%"
        }
        if self.quarter is not None:
            since, until = self.period
            chosen |= {
                "desde": f"{since + timedelta(days=3):%Y-%m-%d}",
                "hasta": f"{until - timedelta(days=2):%Y-%m-%d}",
            }
        return f"/panel/{''.join(f'{step}/' for step in steps)}?{urlencode(chosen)}"

    @property
    def period(self) -> tuple[datetime, datetime]:
        """When the months asked for begin, and when they are over."""
        if self.quarter is None:
            return EVER
        local = self.now.astimezone(LIMA)
        last = local.year * 12 + local.month - 3 * self.quarter
        since, until = (
            datetime(months // 12, months % 12 + 1, 1, tzinfo=LIMA) for months in (last - 3, last)
        )
        return since, until

    def counted(self, by: str, statement: str) -> dict[str, tuple[int, ...]]:
        """Return by a column what a statement of plain SQL counts: enrolled, active, completed and
        certified, or people and those who completed a course.
        """
        since, until = self.period
        today = self.now.astimezone(LIMA).replace(hour=0, minute=0, second=0, microsecond=0)
        values = vars(self) | {
            "since": since,
            "until": until,
            "active_since": today - timedelta(days=29),
        }
        adapt = connection.ops.adapt_datetimefield_value
        named = {
            name: adapt(value) if isinstance(value, datetime) else value
            for name, value in values.items()
        }
        with connection.cursor() as cursor:
            cursor.execute(statement.format(by=by), named)
            return {str(row[0] or ""): tuple(map(int, row[1:])) for row in cursor.fetchall()}

    def expected(self) -> dict[tuple[str, ...], dict[str, str]]:
        """Return the figures of every row with people, by kind of row and name, and of the
        total.
        """
        by = "d.province_id" if self.area != "%" else "d.area_id"
        by = "d.code" if self.province != "%" else by
        groups = {"place": by, "total": "1"}
        if self.province != "%":
            groups["institution"] = "o.id"
        rows = {}
        for group, column in groups.items():
            courses, people = self.counted(column, RECOUNT), self.counted(column, PEOPLE)
            for key in {*courses, *people}:
                told = self.told(courses.get(key, (0, 0, 0, 0)), people.get(key, (0, 0)))
                rows[group, "" if group == "total" else key] = told
        rows.setdefault(("total", ""), self.told((0, 0, 0, 0), (0, 0)))
        return {key: told for key, told in rows.items() if key[0] == "total" or has_anybody(told)}

    def told(self, counts: tuple[int, ...], people: tuple[int, ...]) -> dict[str, str]:
        """Return counts under the headings of the page."""
        assigned, _active, completed, _certified = counts
        is_of_course = self.course != "%"
        share = 100 * completed / assigned if assigned else None
        percent = (
            ""
            if share is None
            else f"{max(1, min(99, floor(share + 0.5))) if 0 < share < 100 else int(share)} %"
        )
        if self.quarter is not None:
            verb = "Terminaron" if is_of_course else "Terminadas"
            return {f"{verb} en el periodo": str(completed)}
        told = dict(zip(OF_COURSE if is_of_course else OF_ALL, map(str, counts), strict=True))
        if not is_of_course:
            told |= dict(zip(("Personas", "Terminaron alguno"), map(str, people), strict=True))
        return told | {"Faltan": str(assigned - completed), "Avance": percent}


def has_anybody(figures: dict[str, str]) -> bool:
    """True for a row in which anything is counted."""
    return any(value not in {"0", "", "0 %"} for value in figures.values())


@pytest.fixture
def played(ready, site, django_capture_on_commit_callbacks):
    """The demonstration with a second course, in which some enrolled, finished, moved before or
    after, withdrew or lost a certificate; not all of it folded.
    """
    call_command("load_demo", learners=160, seed=7, stdout=StringIO())
    now = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        page = publish_course(site, "segundo", modules=1, lessons=2)
    second = CourseHead.objects.get(key=page.translation_key)
    keys = [activity.key for activity in outline_of(second.latest_edition_id).activities]
    people = User.objects.filter(
        memberships__ended_on=None, memberships__organisation__district__area__in=["21", "24", "15"]
    )
    offices = [
        office
        for area, count in {"21": 5, "24": 2, "15": 2}.items()
        for office in Organisation.objects.filter(district__area=area).order_by("pk")[:count]
    ]
    for number, user in enumerate(people.order_by("pk").distinct()):
        start = now - timedelta(days=20 * (number % 9))
        enrolment = enrol_learner(user=user, course=second, received_at=start)
        if number % 4 == 1:
            other = offices[number % len(offices)]
            move_person(user=user, organisation=other, post="", now=now)
        for key in keys[: number % 3]:
            complete_activity(
                learner=user.learner_key,
                course_slug=second.slug,
                activity_key=key,
                uuid=uuid4(),
                received_at=start,
            )
        if number % 4 == 2:
            move_person(user=user, organisation=offices[number % len(offices)], post="", now=now)
        enrolment.refresh_from_db()
        if number % 7 == 0:
            withdraw_enrolment(enrolment=enrolment, now=now)
        if number % 5 == 0:
            fold_differences()
    for certificate in Certificate.objects.order_by("pk")[:8]:
        revoke_certificate(certificate=certificate, reason="Error", actor=people[0], now=now)
    count_active(now=now)
    return now


# The sums are ours; that the next Django can still ask them is seen by the test at the end.
@pytest.mark.one_django
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "own_area", "own_kind"),
    [("lucia", "%", "%"), ("max", "24", "%"), ("teresa", "%", "ugel")],
)
def test_every_figure_of_screen_and_file_is_that_of_a_recount_under_any_filters(
    played, client, email, own_area, own_kind
):
    client.force_login(User.objects.get(email=f"{email}@demo.example"))
    reader = {"own_area": own_area, "own_kind": own_kind}
    compared = Counter()
    for area, province in places_of(own_area):
        for course, kind, quarter in EVERY if province in {"%", f"{area}01"} else SOME:
            if own_kind not in {"%", kind} and kind != "%":
                continue
            question = Question(played, area, province, course, kind, quarter, **reader)
            rows = page_rows(client.get(question.address).content)
            assert file_rows(client.post(question.address).content) == rows
            assert read(rows, question) == question.expected(), question
            compared["figures"] += sum(len(row.figures) for row in rows)
            compared["groups of one to nine"] += sum(
                0 < int(next(iter(row.figures.values()))) < 10 for row in rows
            )
    assert min(compared.values()) > 100, compared


def places_of(own_area: str) -> list[tuple[str, str]]:
    """Return the pages of a reader: all places, and of Puno, or of the own area, every province."""
    area = "21" if own_area == "%" else own_area
    return [
        ("%", "%"),
        (area, "%"),
        *(
            (area, code)
            for code in Province.objects.filter(area=area).values_list("code", flat=True)
        ),
    ]


def read(rows: list[Row], question: Question) -> dict[tuple[str, ...], dict[str, str]]:
    """Return the rows of a page with people, by kind of row and code, and its total; rows of nobody
    are left out.
    """
    found: dict[tuple[str, ...], dict[str, str]] = {}
    districts = question.province != "%"
    model, within = (District, {"province": question.province}) if districts else (Area, {})
    model, within = (
        (Province, {"area": question.area})
        if question.area != "%" and not districts
        else (model, within)
    )
    codes = {
        name: code for code, name in model.objects.filter(**within).values_list("code", "name")
    }
    # Below a province the districts come first: as many as there are.
    for number, row in enumerate(rows):
        if row.name == "Total":
            found["total", ""] = row.figures
        elif has_anybody(row.figures):
            is_place = not districts or number < len(codes)
            institution = Organisation.objects.filter(
                name=row.name, district__province=question.province
            )
            key = codes.get(row.name, "") if is_place else str(institution.get().pk)
            found["place" if is_place else "institution", key] = row.figures
    return found


@pytest.mark.django_db
def test_every_institution_of_puno_with_anybody_is_listed_and_nothing_of_puno_for_tumbes(
    played, client
):
    client.force_login(User.objects.get(email="lucia@demo.example"))
    listed = set()
    for province in Province.objects.filter(area="21"):
        listed |= {
            row.name for row in page_rows(client.get(f"/panel/puno/{province.code}/").content)
        }
    enrolled = Enrolment.objects.exclude(state="withdrawn").filter(
        organisation__district__area="21"
    )
    assert len(set(enrolled.values_list("organisation__name", flat=True))) > 3
    assert set(enrolled.values_list("organisation__name", flat=True)) <= listed
    client.force_login(User.objects.get(email="max@demo.example"))
    assert client.get("/panel/puno/").status_code == 404
    assert [row.name for row in page_rows(client.get("/panel/?tipo=district").content)] == [
        "Tumbes",
        "Total",
    ]
