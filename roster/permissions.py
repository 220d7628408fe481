"""Says which lists of people and which requests somebody may see, while they look after people."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import STEWARDS, holds_role, people_in_reach
from roster.models import Request, RosterFile


def files_visible_to(user: User) -> QuerySet[RosterFile]:
    """Return the lists that somebody uploaded and whose rows are all there; none of who looks after
    nobody any more.
    """
    if not holds_role(user, *STEWARDS):
        return RosterFile.objects.none()
    return RosterFile.objects.filter(by_key=user.learner_key, row_count__gt=0)


def requests_visible_to(user: User) -> QuerySet[Request]:
    """Return what the people in reach ask for; what somebody asks for themselves goes to others."""
    asking = people_in_reach(user).exclude(pk=user.pk)
    return Request.objects.filter(learner__in=asking.values("learner_key"))
