"""Gives a learner one attempt more than the rules of a quiz."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.corrections import Why, begin_act
from accounts.models import User
from accounts.services import record_act_on
from learning.models import Enrolment
from learning.services import open_activity
from quizzes.models import QUIZ_KINDS, Accommodation
from quizzes.queries import rules_of, standing_of


class NeedsNoAttempt(Exception):
    """The learner has passed, has an attempt in hand or waiting for its mark, or may start one."""


def give_attempt(
    *, person: User, enrolment: Enrolment, quiz_key: UUID, why: Why, now: datetime
) -> None:
    """Give a person one attempt more at a quiz that they did not pass and cannot try now.

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
        last.opens_another = True
        last.save(update_fields=["opens_another"])
        Accommodation.objects.create(after=last, given_at=now, given_by_key=why.actor.learner_key)
        record_act_on(person, "attempt_given", now, {"quiz": str(quiz_key)}, actor=why.actor)
