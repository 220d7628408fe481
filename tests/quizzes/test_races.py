"""Simultaneous acts end in one attempt and one result: the database is the guard, not the
button.
"""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.editions import outline_of
from learning.models import Enrolment, Statement
from learning.services import complete_activity, enrol_learner, withdraw_enrolment
from quizzes.models import Attempt, ResponseEvent
from quizzes.services import AttemptClosed, NoAttemptsLeft, start_attempt
from tests.factories.quizzes import answer, answer_all, submit
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TOGETHER = 8


def fresh(enrolment):
    return Enrolment.objects.select_related("course").get(pk=enrolment.pk)


def test_simultaneous_starts_open_one_attempt(enrolment, quiz):
    def act():
        return start_attempt(
            enrolment=fresh(enrolment),
            quiz_key=quiz.translation_key,
            uuid=uuid4(),
            now=timezone.now(),
        ).pk

    assert len(set(at_once([act] * TOGETHER))) == 1
    assert Attempt.objects.count() == 1


def test_simultaneous_starts_with_one_attempt_left(enrolment, quiz):
    for _number in range(2):
        submit(
            start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())
        )

    def act():
        try:
            return start_attempt(
                enrolment=fresh(enrolment), quiz_key=quiz.translation_key, now=timezone.now()
            ).number
        except NoAttemptsLeft:
            return None

    assert set(at_once([act] * TOGETHER)) <= {3, None}
    assert list(Attempt.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_simultaneous_starts_after_waiting_open_one_attempt(enrolment, quiz):
    past = timezone.now() - timedelta(hours=25)
    for _number in range(3):
        submit(
            start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=past), now=past
        )

    def act():
        try:
            return start_attempt(
                enrolment=fresh(enrolment),
                quiz_key=quiz.translation_key,
                uuid=uuid4(),
                now=timezone.now(),
            ).number
        except NoAttemptsLeft:
            return None

    assert set(at_once([act] * TOGETHER)) == {4}
    submit(Attempt.objects.get(state="open"))
    assert set(at_once([act] * TOGETHER)) == {None}
    assert list(Attempt.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]


def test_simultaneous_submissions_give_one_result(attempt):
    answer_all(attempt)
    results = at_once([lambda: submit(attempt).submitted_at] * TOGETHER)
    assert len(set(results)) == 1
    assert Statement.objects.filter(activity_key=attempt.quiz_key).count() == 1


def test_same_answer_sent_in_parallel_is_stored_once(attempt):
    uuid = uuid4()
    assert len(set(at_once([lambda: answer(attempt, 1, [0], uuid=uuid).event.pk] * TOGETHER))) == 1
    assert ResponseEvent.objects.count() == 1


def test_answers_of_two_devices_are_all_kept_and_the_last_by_sequence_counts(attempt):
    at_once(
        [
            partial(answer, attempt, 1, [number % 2], sequence=number + 1)
            for number in range(TOGETHER)
        ]
    )
    assert ResponseEvent.objects.count() == TOGETHER
    assert attempt.events.last().sequence == TOGETHER


def test_a_device_that_was_overtaken_while_it_waited_is_told_so_at_once(attempt):
    """What a repeat says is what the first time said, whoever held the attempt meanwhile."""
    for slot in range(1, len(attempt.paper) + 1):
        acts = [
            partial(answer, attempt, slot, [0], sequence=TOGETHER - number, uuid=uuid4())
            for number in range(TOGETHER)
        ]
        told = [saved.is_current for saved in at_once(acts)]
        assert told == [act().is_current for act in acts]


@pytest.fixture
def answered(head, quiz, person):
    """Attempts of several people, answered right and not submitted yet."""
    attempts = []
    for place in range(4):
        enrolment = enrol_learner(
            user=person(f"Persona{place}"), course=head, received_at=timezone.now()
        )
        attempts.append(
            start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())
        )
        answer_all(attempts[-1])
    return attempts


def test_a_quiz_and_the_last_lessons_finished_together_complete_the_course(answered, head):
    lessons = [
        activity.key
        for activity in outline_of(head.latest_edition_id).activities
        if activity.kind == "lesson"
    ]
    for attempt in answered:
        facts = {
            "enrolment_id": attempt.enrolment_id,
            "learner": attempt.learner,
            "received_at": timezone.now(),
        }
        reading = [
            partial(complete_activity, activity_key=key, uuid=uuid4(), **facts) for key in lessons
        ]
        at_once([partial(submit, attempt), *reading])
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"completed"}


def test_submitting_and_withdrawing_at_once_wait_for_each_other(answered):
    for attempt in answered:

        def hand_in(attempt=attempt):
            try:
                return submit(attempt).state
            except AttemptClosed:
                return "abandoned"

        state, _nothing = at_once(
            [hand_in, partial(withdraw_enrolment, enrolment=attempt.enrolment, now=timezone.now())]
        )
        attempt.refresh_from_db()
        assert attempt.state == state
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"withdrawn"}
