"""Gives a learner more than the rules of a quiz do: attempts, or minutes."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.corrections import Why, begin_act
from accounts.models import User
from accounts.services import record_act_on
from learning.models import Enrolment
from learning.services import open_activity
from quizzes.models import QUIZ_KINDS, Accommodation, Attempt, MoreTime, ResponseEvent
from quizzes.queries import rules_of, standing_of
from quizzes.services.starting import TIME_LIMIT
from quizzes.timing import GRACE


class NeedsNoAttempt(Exception):
    """The learner has passed, has an attempt in hand or waiting for its mark, or may start one."""


class NeedsNoTime(Exception):
    """The quiz has no time limit, or the learner has passed or gets no attempt any more."""


def give_attempt(
    *,
    person: User,
    enrolment: Enrolment,
    quiz_key: UUID,
    why: Why,
    now: datetime,
    count: int = 1,
) -> None:
    """Give a person one attempt more, or a few, at a quiz that they did not pass and cannot try
    now. Those left over when the person passes are given to nobody.

    Raises NeedsNoAttempt, NotInOutline for a quiz that is not asked any more, and as `begin_act`
    does.
    """
    with transaction.atomic():
        if not begin_act(person, "attempt_given", why, now):
            return
        activity = open_activity(enrolment.course, quiz_key, kinds=QUIZ_KINDS, now=now)
        standing = standing_of(enrolment, quiz_key, rules_of(activity), now)
        if not standing.is_stuck:
            raise NeedsNoAttempt
        last = standing.attempts[-1]
        last.opens_more = count
        last.save(update_fields=["opens_more"])
        Accommodation.objects.create(
            after=last, count=count, given_at=now, given_by_key=why.actor.learner_key
        )
        facts = {"quiz": str(quiz_key), "count": count}
        record_act_on(person, "attempt_given", now, facts, actor=why.actor)


def give_time(
    *, person: User, enrolment: Enrolment, quiz_key: UUID, minutes: int, why: Why, now: datetime
) -> None:
    """Give a person minutes for the attempt that they have open at a quiz, or else for the next
    one; given again, they add up.

    An open attempt whose hour has come gets them from now. Raises NeedsNoTime, NotInOutline for a
    quiz that is not asked any more, and as `begin_act` does.
    """
    with transaction.atomic():
        if not begin_act(person, "time_given", why, now):
            return
        # Who starts an attempt with a time limit holds the enrolment too: nobody misses minutes.
        Enrolment.objects.select_for_update().get(pk=enrolment.pk)
        activity = open_activity(enrolment.course, quiz_key, kinds=QUIZ_KINDS, now=now)
        rules = rules_of(activity)
        standing = standing_of(enrolment, quiz_key, rules, now)
        attempt = standing.open_attempt
        has_limit = bool(attempt.deadline_at) if attempt else TIME_LIMIT in rules
        if standing.has_passed or standing.is_over or not has_limit:
            raise NeedsNoTime
        MoreTime.objects.create(
            learner=person.learner_key,
            quiz_key=quiz_key,
            number=attempt.number if attempt else standing.attempt_count + 1,
            minutes=minutes,
            given_at=now,
            given_by_key=why.actor.learner_key,
        )
        if attempt:
            _put_off(attempt, minutes, now)
        facts = {"quiz": str(quiz_key), "minutes": minutes}
        record_act_on(person, "time_given", now, facts, actor=why.actor)


def _put_off(attempt: Attempt, minutes: int, now: datetime) -> None:
    """Let an open attempt close later: answers that had come too late may count now."""
    held = Attempt.objects.select_for_update().only("deadline_at").get(pk=attempt.pk)
    closes = max(held.deadline_at or now, now) + timedelta(minutes=minutes)
    held.deadline_at = closes
    held.save(update_fields=["deadline_at"])
    ResponseEvent.objects.filter(
        attempt=attempt.pk, counts=False, received_at__lte=closes + GRACE
    ).update(counts=True)
