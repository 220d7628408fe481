"""Many attempts at once are what the services would have stored one by one."""

from datetime import timedelta
from functools import partial
from random import Random
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.editions import outline_of
from demo.playing import played_responses
from learning.services import Provenance
from quizzes.bulk import BulkAttempts
from quizzes.invariants import check
from quizzes.models import Attempt, ResponseEvent
from quizzes.services import Order, save_response
from tests.factories.quizzes import submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(head, quiz):
    outline = outline_of(head.latest_edition_id)
    return BulkAttempts(outline.by_key[quiz.translation_key])


def add(rows, enrolment, *, number=1, right=1.0, ago=timedelta(0), **facts):
    return rows.add(
        enrolment,
        uuid=uuid4(),
        number=number,
        at=timezone.now() - ago,
        answers=partial(played_responses, right=right),
        random=Random(number),
        **facts,
    )


def broken():
    """The journal is the caller's, and these tests write none."""
    names = {finding.name for finding in check() if finding.violations}
    return {name for name in names if name.startswith("I")}


def test_attempts_are_whole(rows, enrolment):
    add(rows, enrolment, right=0.5, ago=timedelta(hours=1))
    passed = add(rows, enrolment, number=2)
    rows.store()
    assert [attempt.passed for attempt in Attempt.objects.order_by("number")] == [False, True]
    assert ResponseEvent.objects.filter(attempt=passed).count() == len(passed.paper) == 4
    assert broken() == set()


def test_it_gives_the_result_of_the_services(rows, enrolment):
    """Played again through the services, the same answers to the same paper end the same."""
    many = add(rows, enrolment, right=0.75)
    rows.store()
    one = Attempt.objects.get(pk=many.pk)
    again = Attempt.objects.create(
        enrolment=enrolment,
        learner=enrolment.learner,
        quiz_key=one.quiz_key,
        edition=one.edition,
        number=2,
        rules=one.rules,
        paper=one.paper,
        started_at=one.started_at,
    )
    for event in one.events.all():
        save_response(
            attempt_uuid=again.uuid,
            learner=again.learner,
            uuid=uuid4(),
            slot=event.slot,
            order=Order(event.sequence),
            answer=lambda _kind, event=event: event.response,
            is_marked=False,
            provenance=Provenance(timezone.now()),
        )
    done = submit(again)
    for name in ("state", "score_raw", "score_maximum", "score_scaled", "passed", "evidence"):
        assert getattr(done, name) == getattr(one, name)


def test_an_attempt_may_be_left_open(rows, enrolment):
    attempt = add(rows, enrolment, is_handed_in=False)
    rows.store()
    assert Attempt.objects.get().is_open
    assert submit(attempt).passed


def test_statements_do_not_grow_with_attempts(rows, enrolment):
    counts = []
    for numbers in (range(1, 2), range(2, 22)):
        for number in numbers:
            add(rows, enrolment, number=number)
        with CaptureQueriesContext(connection) as captured:
            rows.store()
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert (rows.attempts, rows.events) == ([], [])
