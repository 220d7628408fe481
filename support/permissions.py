"""Says which questions somebody may read and answer."""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import looks_after_everybody, people_in_reach
from support.models import HelpRequest


def help_requests_visible_to(user: User) -> QuerySet[HelpRequest]:
    """Return every question to an operator of the nation; to who looks after a part of it those of
    their people that such an operator passed on: somebody may ask for help against them.
    """
    if looks_after_everybody(user):
        return HelpRequest.objects.filter()
    asking = people_in_reach(user).exclude(pk=user.pk)
    return HelpRequest.objects.filter(
        Q(handed_at__isnull=False), learner__in=asking.values("learner_key")
    )
