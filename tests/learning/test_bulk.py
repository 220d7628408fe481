"""Checks that a record built in bulk is the one that the acts would have left."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from courses.editions import outline_of
from courses.models import CourseHead, ModulePage
from learning.bulk import BulkResult, BulkRows
from learning.invariants import check
from learning.models import ActivityProgress, Enrolment, Statement
from learning.services import Provenance, enrol_learner, lock_enrolment, record_result
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz

pytestmark = pytest.mark.django_db
ENROLMENT = ("state", "enrolled_at", "completed_at", "completed_edition_id", "last_act_on")
STATEMENT = ("verb", "activity_key", "edition_id", "score", "occurred_at", "received_at")
PROGRESS = ("activity_key", "state", "success", "score", "completed_on", "updated_at")


@pytest.fixture
def head(course, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 2)])
    return CourseHead.objects.get(pk=course.pk)


def results_of(head, scores, *, lessons=4):
    """Return what somebody did: some lessons, then tries at the quiz; a day lies between acts."""
    activities = outline_of(head.latest_edition_id).activities
    read = [(item.key, None, None) for item in activities if item.kind == "lesson"][:lessons]
    quiz = next(item for item in activities if item.kind == "quiz")
    tried = [(quiz.key, score >= quiz.pass_mark, score) for score in scores]
    start = timezone.now() - timedelta(days=30)
    return start, [
        BulkResult(uuid4(), key, start + timedelta(days=day), passed, score)
        for day, (key, passed, score) in enumerate([*read, *tried], start=1)
    ]


def act_by_act(head, user, start, results):
    """Record the same through the services."""
    enrolment = enrol_learner(user=user, course=head, received_at=start)
    for result in results:
        with transaction.atomic():
            record_result(
                enrolment=lock_enrolment(enrolment.pk, user.learner_key),
                activity_key=result.activity_key,
                kinds={"lesson", "quiz"},
                uuid=result.uuid,
                passed=result.passed,
                score=result.score,
                provenance=Provenance(result.at),
            )
    return enrolment


def at_once(head, user, start, results):
    """Build and store the same in bulk."""
    rows = BulkRows(head)
    enrolment = rows.enrol(
        uuid=uuid4(),
        learner=user.learner_key,
        organisation=Membership.objects.get(user=user).organisation,
        enrolled_at=start,
    )
    rows.record(enrolment, results)
    Enrolment.objects.bulk_create(rows.enrolments)
    for row in (*rows.statements, *rows.progress):
        row.enrolment = enrolment
    Statement.objects.bulk_create(rows.statements)
    ActivityProgress.objects.bulk_create(rows.progress)
    return enrolment


def stored(enrolment):
    """Return what the database holds of an enrolment, without identifiers."""
    of_enrolment = Enrolment.objects.filter(pk=enrolment.pk)
    journal = Statement.objects.filter(enrolment=enrolment).order_by("pk")
    progress = ActivityProgress.objects.filter(enrolment=enrolment).order_by("activity_key")
    return (
        of_enrolment.values_list(*ENROLMENT, "organisation_id", "district_code").get(),
        list(journal.values_list(*STATEMENT, "organisation_id", "district_code")),
        list(progress.values_list(*PROGRESS)),
    )


@pytest.mark.parametrize(
    ("scores", "lessons"),
    [((), 2), ((1 / 3,), 4), ((2 / 3, 1 / 6), 4), ((1 / 6, 5 / 6, 2 / 3), 4)],
    ids=["two lessons", "failed", "failed again", "passed, then worse"],
)
def test_what_is_built_in_bulk_is_what_the_acts_leave(head, person, scores, lessons):
    one, other = (person(name, organisation="tumbes") for name in ("Uno", "Dos"))
    start, results = results_of(head, scores, lessons=lessons)
    assert stored(at_once(head, one, start, results)) == stored(
        act_by_act(head, other, start, results)
    )
    assert [finding.name for finding in check() if finding.violations] == []
