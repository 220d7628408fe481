"""Says which figures a person may read."""

from collections.abc import Iterable

from django.db.models import Q

from accounts.models import Organisation, User
from accounts.permissions import READERS_OF_FIGURES, Scope, scopes_of

# In the order of the model; to list them anew costs more than to use them.
KINDS = tuple(Organisation.Kind.values)


def scopes_of_figures(user: User) -> list[Scope]:
    """Return the scopes within which a person reads figures."""
    return scopes_of(user, READERS_OF_FIGURES)


def inside(scopes: Iterable[Scope]) -> Q:
    """Return the condition on rows with `area` and `organisation_id`: several grants are a union,
    no grant lets nothing through.
    """
    condition = Q(pk__in=[])
    for scope in scopes:
        part = ~Q(pk__in=[])
        if scope.areas is not None:
            part &= Q(area__in=sorted(scope.areas))
        if scope.kinds is not None:
            part &= of_kinds(scope.kinds)
        condition |= part
    return condition


def of_kinds(kinds: Iterable[str]) -> Q:
    """Return the condition on rows with `organisation_id`: the institution is today of one of these
    kinds.
    """
    return Q(organisation_id__in=Organisation.objects.filter(kind__in=sorted(kinds)).values("pk"))


def kinds_of(scopes: Iterable[Scope]) -> tuple[str, ...]:
    """Return the kinds of institution that lie inside, in the order of the model."""
    scopes = list(scopes)
    if any(scope.kinds is None for scope in scopes):
        return KINDS
    return tuple(kind for kind in KINDS if any(kind in (scope.kinds or ()) for scope in scopes))


def sees_area(scopes: Iterable[Scope], code: str) -> bool:
    """True when at least a part of an area lies inside; nobody's area (empty) belongs to the whole
    nation only.
    """
    if not code:
        return any(scope.areas is None and scope.kinds is None for scope in scopes)
    return any(scope.covers_area(code) for scope in scopes)
