"""Simultaneous acts end in one attempt and one result: the database is the guard, not the button."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone

from learning.models import Enrolment, Statement
from quizzes.models import Attempt, ResponseEvent
from quizzes.services import NoAttemptsLeft, start_attempt
from tests.factories.quizzes import answer, answer_all, submit

pytestmark = pytest.mark.django_db(transaction=True)
TOGETHER = 8


def at_once(act):
    """Run `act` in several threads that begin at the same moment; return the outcomes."""
    barrier = Barrier(TOGETHER)

    def run(number):
        try:
            barrier.wait()
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TOGETHER) as threads:
        return list(threads.map(run, range(TOGETHER)))


def fresh(enrolment):
    return Enrolment.objects.select_related("course").get(pk=enrolment.pk)


def test_simultaneous_starts_open_one_attempt(enrolment, quiz):
    def act(number):
        return start_attempt(enrolment=fresh(enrolment), quiz_key=quiz.translation_key, uuid=uuid4(), now=timezone.now()).pk

    assert len(set(at_once(act))) == 1
    assert Attempt.objects.count() == 1


def test_simultaneous_starts_with_one_attempt_left(enrolment, quiz):
    for _number in range(2):
        submit(start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now()))

    def act(number):
        try:
            return start_attempt(enrolment=fresh(enrolment), quiz_key=quiz.translation_key, now=timezone.now()).number
        except NoAttemptsLeft:
            return None

    assert set(at_once(act)) <= {3, None}
    assert list(Attempt.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_simultaneous_submissions_give_one_result(attempt):
    answer_all(attempt)
    results = at_once(lambda number: submit(attempt).submitted_at)
    assert len(set(results)) == 1
    assert Statement.objects.filter(activity_key=attempt.quiz_key).count() == 1


def test_same_answer_sent_in_parallel_is_stored_once(attempt):
    uuid = uuid4()
    assert len(set(at_once(lambda number: answer(attempt, 1, [0], uuid=uuid).event.pk))) == 1
    assert ResponseEvent.objects.count() == 1


def test_answers_of_two_devices_are_all_kept_and_the_last_by_sequence_counts(attempt):
    at_once(lambda number: answer(attempt, 1, [number % 2], sequence=number + 1))
    assert ResponseEvent.objects.count() == TOGETHER
    assert attempt.events.last().sequence == TOGETHER
