"""Checks that figures are what the records add up to, whatever happens at the same moment."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Membership, User
from accounts.services import move_person
from certificates.models import Certificate
from certificates.services import revoke_certificate
from courses.editions import outline_of
from learning.models import Enrolment
from learning.services import complete_activity, enrol_learner, withdraw_enrolment
from reporting.invariants import check
from reporting.keys import Filters, ReportKey
from reporting.models import ANY_COURSE, ActivityCount, Difference, Tally
from reporting.permissions import scopes_of_figures
from reporting.queries import report
from reporting.services import (
    MEASURES,
    count_active,
    fold_differences,
    kept_figures,
    one_moment,
    rebuild_tallies,
    recount,
    refresh_active,
)
from tests.racing import at_once
from tests.reporting.asking import counts_by_row

NOON = datetime(2026, 10, 12, 17, 0, tzinfo=UTC)
TOGETHER = 8


def differences(count: int, organisations=3) -> list[Difference]:
    return [
        Difference(
            course_id=1 + number % 2,
            organisation_id=1 + number % organisations,
            district_code="240101",
            assigned=1,
        )
        for number in range(count)
    ]


def figures_by_place() -> dict[tuple, tuple]:
    rows = Tally.objects.values_list("course_id", "organisation_id", "district_code", *MEASURES)
    return {row[:3]: row[3:] for row in rows if any(row[3:])}


@pytest.mark.django_db(transaction=True)
def test_simultaneous_folds_count_every_difference_once():
    Difference.objects.bulk_create(differences(400))
    folded = at_once([lambda: fold_differences(batch=20)] * TOGETHER)
    assert sum(folded) == 400
    assert not Difference.objects.exists()
    assert sum(tally.assigned for tally in Tally.objects.all()) == 400
    assert Tally.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_folding_while_people_go_on_loses_nothing():
    def write():
        for difference in differences(25):
            difference.save()

    at_once([*[write] * 4, *[lambda: fold_differences(batch=5)] * 4])
    fold_differences()
    assert sum(tally.assigned for tally in Tally.objects.all()) == 100


@pytest.mark.django_db(transaction=True)
def test_who_only_reads_one_moment_lets_people_write_and_does_not_see_it():
    def write():
        for difference in differences(3):
            difference.save()

    with one_moment(only_reads=True):
        before = kept_figures()
        at_once([write])
        assert kept_figures() == before
    assert kept_figures() != before
    at_once([write] * 2)  # writers of this connection's kind take turns as ever
    assert Difference.objects.count() == 9


@pytest.mark.django_db
def test_figures_are_the_same_before_and_after_folding(course, institution, lucia):
    place = institution("240101")
    Difference.objects.bulk_create(
        Difference(
            course_id=course.pk,
            organisation_id=place.pk,
            district_code="240101",
            assigned=1,
            completed=number % 2,
        )
        for number in range(60)
    )
    Difference.objects.create(
        course_id=course.pk, organisation_id=place.pk, district_code="240101", assigned=-1
    )
    before = report(ReportKey(tuple(scopes_of_figures(lucia)))).total
    assert before.counts.assigned == 59
    assert fold_differences() == 61
    assert report(ReportKey(tuple(scopes_of_figures(lucia)))).total == before
    assert fold_differences() == 0


@pytest.mark.django_db
def test_rebuilding_gives_what_was_there(course, institution, enrolments):
    for code in ("240101", "210101"):
        enrolments(institution(code), 30, completed=12)
    rebuild_tallies(now=timezone.now())
    before = figures_by_place()
    assert before
    call_command("rebuild_tallies")
    assert figures_by_place() == before
    assert rebuild_tallies(now=timezone.now()) == 0


@pytest.mark.django_db
def test_rebuilding_repairs_what_is_wrong_and_says_how_many(
    course, institution, enrolments, capsys
):
    enrolments(institution("240101"), 30, completed=12)
    rebuild_tallies(now=timezone.now())
    right = figures_by_place()
    Tally.objects.update(assigned=7)
    Difference.objects.create(
        course_id=course.pk + 1, organisation_id=1, district_code="240101", assigned=1
    )
    assert next(check()).violations > 0
    call_command("rebuild_tallies")
    assert "Corregidas: 3" in capsys.readouterr().out
    assert figures_by_place() == right
    assert next(check()).violations == 0


@pytest.mark.django_db
def test_active_are_those_of_the_last_thirty_days_counted_every_fifteen_minutes(
    course, institution, enrolments
):
    place = institution("240101")
    for days, count in {0: 3, 29: 4, 30: 5}.items():
        enrolments(place, count, now=NOON, days_ago=days)
    enrolments(place, 6, now=NOON, has_result=False)
    count_active(now=NOON)
    assert Tally.objects.get().active == 7
    assert not refresh_active(now=NOON + timedelta(minutes=14))
    assert refresh_active(now=NOON + timedelta(days=1))
    assert Tally.objects.get().active == 3
    assert ActivityCount.objects.get().counted_at == NOON + timedelta(days=1)


@pytest.mark.django_db
def test_being_enrolled_is_no_activity_and_the_first_result_is(courses, institution, lina):
    (head,) = courses(1)
    enrol_learner(user=lina, course=head, received_at=NOON)
    count_active(now=NOON)
    assert sum(tally.active for tally in Tally.objects.all()) == 0
    key = outline_of(head.latest_edition_id).activities[0].key
    complete_activity(
        learner=lina.learner_key,
        course_slug=head.slug,
        activity_key=key,
        uuid=uuid4(),
        received_at=NOON,
    )
    count_active(now=NOON)
    assert sum(tally.active for tally in Tally.objects.all()) == 1


class History:
    """Plays invented acts through the services of the screens, and keeps its own count of what they
    should add up to.
    """

    def __init__(self, seed: int, courses, offices):
        self.source, self.courses, self.offices = Random(seed), courses, offices
        self.outlines = {
            head.pk: [activity.key for activity in outline_of(head.latest_edition_id).activities]
            for head in courses
        }
        self.people = [
            User.objects.create(first_name="P", last_name="Q", email=f"{uuid4()}@demo.example")
            for _person in range(5)
        ]
        self.where = dict.fromkeys(self.people)
        self.now = NOON
        # Person and course to place, lessons done and whether the certificate stands.
        self.open: dict[tuple, dict] = {}

    def play(self, acts: int) -> None:
        for _act in range(acts):
            self.now += timedelta(hours=self.source.randint(1, 200))
            chosen = self.source.choices(
                [self.move, self.enrol, self.study, self.withdraw, self.revoke, fold_differences],
                [2, 4, 12, 1, 1, 1],
            )
            chosen[0]()

    def move(self) -> None:
        """Move somebody, who takes along what is not complete; or let a post end, which moves
        nothing.
        """
        person, office = self.source.choice(self.people), self.source.choice([*self.offices, None])
        self.where[person] = office
        if office is None:
            today = timezone.localdate(self.now)
            Membership.objects.filter(user=person, ended_on=None).update(ended_on=today)
            return
        move_person(user=person, organisation=office, post="", now=self.now)
        for (somebody, course), record in self.open.items():
            if somebody == person and not self.is_complete((somebody, course)):
                record["place"] = (course.pk, office.pk, office.district_id)

    def enrol(self) -> None:
        person, course = self.source.choice(self.people), self.source.choice(self.courses)
        enrol_learner(user=person, course=course, received_at=self.now)
        office = self.where[person]
        place = (course.pk, office.pk if office else 0, office.district_id if office else "")
        self.open.setdefault((person, course), {"place": place, "done": set(), "revoked": False})

    def study(self) -> None:
        if not self.open:
            return
        person, course = self.source.choice(list(self.open))
        key = self.source.choice(self.outlines[course.pk])
        uuid = uuid4()
        for _sent in range(self.source.choice((1, 1, 2))):
            complete_activity(
                learner=person.learner_key,
                course_slug=course.slug,
                activity_key=key,
                uuid=uuid,
                received_at=self.now,
            )
        self.open[person, course]["done"].add(key)

    def is_complete(self, key: tuple) -> bool:
        return self.open[key]["done"] == set(self.outlines[key[1].pk])

    def withdraw(self) -> None:
        unfinished = [key for key in self.open if not self.is_complete(key)]
        if unfinished:
            person, course = key = self.source.choice(unfinished)
            enrolment = Enrolment.objects.exclude(state="withdrawn").get(
                learner=person.learner_key, course=course
            )
            withdraw_enrolment(enrolment=enrolment, now=self.now)
            del self.open[key]

    def revoke(self) -> None:
        finished = [key for key in self.open if self.is_complete(key)]
        if finished:
            person, course = key = self.source.choice(finished)
            certificate = Certificate.objects.get(
                enrolment__learner=person.learner_key, enrolment__course=course
            )
            revoke_certificate(certificate=certificate, reason="Error", actor=person, now=self.now)
            self.open[key]["revoked"] = True

    def expected(self) -> dict[tuple, dict[str, int]]:
        """Return what the figures should be, by place."""
        counts: dict[str, Counter] = defaultdict(Counter)
        for key, record in self.open.items():
            counts["assigned"][record["place"]] += 1
            counts["completed"][record["place"]] += self.is_complete(key)
            counts["certified"][record["place"]] += self.is_complete(key) and not record["revoked"]
        for person in self.people:
            self._count_person(person, counts)
        return {
            place: {name: counts[name][place] for name in ("assigned", "completed", "certified")}
            for place in counts["assigned"]
        }

    def _count_person(self, person, counts: dict[str, Counter]) -> None:
        """Count a person once: where the newest course in progress is, else where the newest is."""
        keys = [key for key in self.open if key[0] == person]
        if keys:
            newest = ([key for key in keys if not self.is_complete(key)] or keys)[-1]
            place = (ANY_COURSE, *self.open[newest]["place"][1:])
            counts["assigned"][place] += 1
            counts["completed"][place] += any(self.is_complete(key) for key in keys)


@pytest.mark.django_db
def test_figures_are_those_of_thirty_invented_histories(courses, institution, lucia):
    heads = courses(2)
    offices = [
        institution(code, kind)
        for code, kind in (("240101", "district"), ("240102", "ugel"), ("210101", "district"))
    ]
    scopes = scopes_of_figures(lucia)
    expected: dict[tuple, Counter] = defaultdict(Counter)
    for seed in range(30):
        history = History(seed, heads, offices)
        history.play(40)
        for place, values in history.expected().items():
            expected[place].update(values)
        assert (
            kept_figures()
            == recount()
            == {place: dict(values) for place, values in expected.items()}
        )
    assert next(check()).violations == 0
    for head in heads:
        read = counts_by_row(scopes, Filters(head.pk))
        counted = sum(
            (Counter(values) for place, values in expected.items() if place[0] == head.pk),
            Counter(),
        )
        told = {name: sum(getattr(counts, name) for counts in read.values()) for name in counted}
        assert told == counted
    before = kept_figures()
    assert rebuild_tallies(now=timezone.now()) == 0
    assert kept_figures() == before


@pytest.mark.django_db(transaction=True)
def test_who_completes_two_courses_in_one_moment_counts_as_one_person(courses, lina):
    heads = courses(2)
    keys = {}
    for head in heads:
        enrol_learner(user=lina, course=head, received_at=NOON)
        (keys[head],) = [activity.key for activity in outline_of(head.latest_edition_id).activities]
    at_once(
        [
            lambda head=head: complete_activity(
                learner=lina.learner_key,
                course_slug=head.slug,
                activity_key=keys[head],
                uuid=uuid4(),
                received_at=NOON,
            )
            for head in heads
        ]
    )
    of_people = {
        place[1:]: counts for place, counts in kept_figures().items() if place[0] == ANY_COURSE
    }
    assert list(of_people.values()) == [{"assigned": 1, "completed": 1, "certified": 0}]
    assert kept_figures() == recount()
