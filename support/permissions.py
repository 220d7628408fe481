"""Says which questions somebody may read and answer."""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import Role, holds_role, people_visible_to
from support.models import HelpRequest


def help_requests_visible_to(user: User) -> QuerySet[HelpRequest]:
    """Return every question to an operator; to who coordinates those of their people that an
    operator passed on: somebody may ask for help against them.
    """
    if holds_role(user, Role.OPERATOR):
        return HelpRequest.objects.filter()
    asking = people_visible_to(user).exclude(pk=user.pk)
    return HelpRequest.objects.filter(
        Q(handed_at__isnull=False), learner__in=asking.values("learner_key")
    )
