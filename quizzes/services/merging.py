"""Gives one learner the attempts of another account of theirs; numbers go on without a hole."""

from uuid import UUID

from django.db.models import F

from accounts.merging import MergeRefused
from learning.models import Enrolment
from quizzes.models import Attempt, MoreTime


class AttemptIsOpen(MergeRefused):
    """One of both accounts is answering a quiz."""


def has_open_attempt(*learners: UUID) -> bool:
    """Say whether one of some learners has begun a quiz and not handed it in. One statement."""
    return Attempt.objects.filter(learner__in=learners, state=Attempt.State.OPEN).exists()


def refuse_open_attempts(*learners: UUID) -> None:
    """Raise AttemptIsOpen while one of some learners is answering a quiz. Their enrolments are held
    until the transaction ends: nobody begins meanwhile.
    """
    held = Enrolment.objects.select_for_update(of=("self",)).filter(learner__in=learners)
    list(held.order_by("pk").values_list("pk"))
    if has_open_attempt(*learners):
        raise AttemptIsOpen


def join_attempts(*, kept: UUID, merged: UUID) -> None:
    """Number the attempts of `merged` after those of `kept` at the same quiz, and make them theirs;
    minutes given for an attempt go with it, and those for the next one wait for the next of both.

    The caller holds the transaction and both people.
    """
    own, others = (Attempt.objects.filter(learner=learner) for learner in (kept, merged))
    given, given_to_other = (MoreTime.objects.filter(learner=each) for each in (kept, merged))
    quizzes = set(others.values_list("quiz_key", flat=True))
    for quiz in quizzes | set(given_to_other.values_list("quiz_key", flat=True)):
        first, second = (rows.filter(quiz_key=quiz).count() for rows in (own, others))
        given.filter(quiz_key=quiz, number__gt=first).update(number=F("number") + second)
        for rows in (given_to_other, others):
            rows.filter(quiz_key=quiz).update(learner=kept, number=F("number") + first)
