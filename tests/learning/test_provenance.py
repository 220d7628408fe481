"""An act that comes late tells when it happened and what was read; the server's clock and the
newest edition decide.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.editions import outline_of
from courses.models import Edition
from learning.models import ActivityProgress, Statement
from learning.services import complete_activity, enrol_learner

pytestmark = pytest.mark.django_db
LATE = timedelta(days=3)


@pytest.fixture
def enrolment(lina, course):
    return enrol_learner(user=lina, course=course, received_at=timezone.now())


def first_lesson(course):
    return next(
        item for item in outline_of(course.latest_edition_id).activities if item.kind == "lesson"
    )


def read(enrolment, lesson, **told):
    """Mark a lesson as read; return its line of the journal."""
    uuid = uuid4()
    complete_activity(
        enrolment_id=enrolment.pk,
        learner=enrolment.learner,
        activity_key=lesson.key,
        uuid=uuid,
        **told,
    )
    return Statement.objects.get(learner=enrolment.learner, uuid=uuid)


def test_the_journal_keeps_both_clocks_and_the_server_s_counts(enrolment, course):
    now = timezone.now()
    line = read(enrolment, first_lesson(course), received_at=now, occurred_at=now - LATE)
    assert (line.occurred_at, line.received_at) == (now - LATE, now)
    enrolment.refresh_from_db()
    assert enrolment.last_act_on == timezone.localdate(now)
    progress = ActivityProgress.objects.get(enrolment=enrolment)
    assert progress.completed_on == timezone.localdate(now)


def test_what_says_nothing_happened_when_it_was_received(enrolment, course):
    line = read(enrolment, first_lesson(course), received_at=timezone.now())
    assert line.occurred_at == line.received_at
    assert line.edition_id == course.latest_edition_id


def test_a_clock_that_runs_ahead_is_set_back(enrolment, course):
    now = timezone.now()
    line = read(enrolment, first_lesson(course), received_at=now, occurred_at=now + LATE)
    assert line.occurred_at == now


def test_the_edition_that_was_read_is_kept(enrolment, course):
    newest = Edition.objects.get(pk=course.latest_edition_id)
    facts = {"outline": newest.outline, "content_hash": "0" * 64, "frozen_at": newest.frozen_at}
    earlier = Edition.objects.create(
        course=newest.course, major=newest.major, minor=newest.minor + 1, **facts
    )
    line = read(enrolment, first_lesson(course), received_at=timezone.now(), edition_id=earlier.pk)
    assert line.edition_id == earlier.pk


def test_an_edition_that_is_not_of_the_course_is_the_newest(enrolment, course):
    line = read(enrolment, first_lesson(course), received_at=timezone.now(), edition_id=987_654)
    assert line.edition_id == course.latest_edition_id


def test_the_database_refuses_what_happened_after_it_was_received(enrolment):
    line = Statement.objects.get(enrolment=enrolment)
    line.pk, line.uuid, line.occurred_at = None, uuid4(), line.received_at + LATE
    with pytest.raises(IntegrityError, match="occurs_before"), transaction.atomic():
        line.save(force_insert=True)
