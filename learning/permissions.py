"""Says who may study what, and whose records a person may see."""

from uuid import UUID

from accounts.models import User
from accounts.permissions import people_in_sight
from learning.models import Enrolment, EnrolmentQuerySet
from lib.prepared import Parameter


def enrolments_of(user: User) -> EnrolmentQuerySet:
    """Return the person's own enrolments that were not withdrawn."""
    return enrolments_with(user.learner_key)


def enrolments_with(learner: UUID | Parameter) -> EnrolmentQuerySet:
    """Return the enrolments of a learner's key that were not withdrawn; the key may come later."""
    return Enrolment.objects.filter(learner=learner).exclude(state=Enrolment.State.WITHDRAWN)


def enrolments_visible_to(user: User) -> EnrolmentQuerySet:
    """Return the enrolments whose conditions the person may see: their own, and those of people in
    their sight.

    Who looks after people, or is the liaison of their institution, sees the state of conditions,
    never answers, attempts or drafts.
    """
    if not user.is_authenticated:
        return Enrolment.objects.none()
    in_scope = people_in_sight(user).values("learner_key")
    return (enrolments_of(user) | Enrolment.objects.filter(learner__in=in_scope)).exclude(
        state=Enrolment.State.WITHDRAWN
    )
