"""Says which figures a person may read, and how small a group they may see."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q

from accounts.models import User
from accounts.permissions import READERS_OF_FIGURES, Role, Scope, current_grants, scopes_of
from reporting.suppression import THRESHOLD_ACROSS, THRESHOLD_OWN


def scopes_of_figures(user: User) -> list[Scope]:
    """Return the scopes within which a person reads figures."""
    return scopes_of(user, READERS_OF_FIGURES)


def inside(scopes: Iterable[Scope]) -> Q:
    """Return the condition on rows with `area` and `kind`: several grants are a union, no grant lets nothing through."""
    condition = Q(pk__in=[])
    for scope in scopes:
        part = ~Q(pk__in=[])
        if scope.areas is not None:
            part &= Q(area__in=sorted(scope.areas))
        if scope.kinds is not None:
            part &= Q(kind__in=sorted(scope.kinds))
        condition |= part
    return condition


def sees_area(scopes: list[Scope], code: str) -> bool:
    """True when at least a part of an area lies inside; nobody's area (empty) belongs to the whole nation only."""
    if not code:
        return any(scope.areas is None and scope.kinds is None for scope in scopes)
    return any(scope.covers_area(code) for scope in scopes)


def threshold_for(user: User) -> int:
    """Return the smallest group whose figures a person sees: 5 for those who only coordinate, 10 for who reads across institutions.

    `SMALL_GROUP_THRESHOLD` may raise both, never lower them.
    """
    is_own = all(grant.role == Role.COORDINATOR for grant in current_grants(user, READERS_OF_FIGURES))
    return max(THRESHOLD_OWN if is_own else THRESHOLD_ACROSS, settings.SMALL_GROUP_THRESHOLD)
