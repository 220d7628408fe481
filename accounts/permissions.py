"""Says which roles a person holds today, within which scope, and which institutions and people lie
inside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, DateField, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, Organisation, RoleGrant, User
from lib.prepared import Parameter, PreparedQuery
from territory.models import District

Role = RoleGrant.Role
READERS_OF_FIGURES = (Role.COORDINATOR, Role.ANALYST)
# Who looks after people, each inside their own scope.
STEWARDS = (Role.COORDINATOR, Role.OPERATOR)
# Who sees people, their card and the lists for a call; a liaison changes nothing.
COMPANIONS = (*STEWARDS, Role.LIAISON)
EDITORS = (Role.AUTHOR, Role.REVIEWER, Role.OPERATOR)
PLACES = {"panel": READERS_OF_FIGURES, "personas": COMPANIONS}
SITE_PLACES = {"operacion": (Role.OPERATOR,), "gestion": EDITORS}
# Whose role holds only while a second factor guards their account.
GUARDED = (Role.OPERATOR,)
# Roles that no scope divides: whoever writes or reviews does so for every region.
UNDIVIDED = frozenset({Role.AUTHOR, Role.REVIEWER})
# What each role may hand on, always inside its own scope; a role that is not named hands on
# nothing.
GRANTABLE: dict[str, frozenset[str]] = {
    Role.OPERATOR: frozenset(Role.values),
    Role.COORDINATOR: frozenset({Role.LEARNER, Role.COORDINATOR, Role.LIAISON}),
}


@dataclass(frozen=True)
class Scope:
    """Areas (None: the whole nation) crossed with kinds of institution (None: all); of these, with
    an `organisation` (its key), that one alone.
    """

    areas: frozenset[str] | None
    kinds: frozenset[str] | None
    organisation: int | None = None

    @property
    def is_everything(self) -> bool:
        """True for the whole nation and every kind of institution."""
        return self.areas is None and self.kinds is None and self.organisation is None

    def covers_area(self, code: str) -> bool:
        """True when at least a part of that area lies inside."""
        return self.areas is None or code in self.areas

    def contains(self, other: "Scope") -> bool:
        """True when nothing of `other` lies outside."""
        areas = self.areas is None or (other.areas is not None and other.areas <= self.areas)
        kinds = self.kinds is None or (other.kinds is not None and other.kinds <= self.kinds)
        is_within = self.organisation is None or self.organisation == other.organisation
        return areas and kinds and is_within

    def organisation_filter(self, prefix: str = "") -> Q:
        """Return the filter on institutions; `prefix` leads to them from another table
        (`organisation__`).
        """
        condition = Q()
        if self.areas is not None:
            condition &= Q(**{f"{prefix}district__area__in": self.areas})
        if self.kinds is not None:
            condition &= Q(**{f"{prefix}kind__in": self.kinds})
        if self.organisation is not None:
            condition &= Q(**{f"{prefix}pk": self.organisation})
        return condition


# What may follow a password; recovery codes stand in for one of them, and are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
PERSON, DAY = Parameter("user", BigIntegerField()), Parameter("day", DateField())
grants_on = PreparedQuery(
    lambda: (
        RoleGrant.objects.filter(RoleGrant.not_ended(DAY), user=PERSON, starts_on__lte=DAY)
        .select_related("organisation__district")
        .annotate(
            has_second_factor=Exists(
                Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=FACTORS)
            )
        )
        .order_by("id")
    )
)


def current_grants(
    user: User | AnonymousUser, roles: tuple[str, ...] | None = None, today: date | None = None
) -> list[RoleGrant]:
    """Return the grants in force today: an operator's from the day a second factor guards it.

    One statement for each request, whatever is asked afterwards.
    """
    return [
        grant
        for grant in _grants_of(user, today)
        if (roles is None or grant.role in roles) and not _waits(grant)
    ]


def waits_for_second_factor(user: User | AnonymousUser, *roles: str) -> bool:
    """Say whether one of `roles` (none: any) would be in force today, if a second factor guarded
    the account.
    """
    return any(_waits(grant) for grant in _grants_of(user) if not roles or grant.role in roles)


def trust_on_server(user: User) -> None:
    """Let an operator act whom somebody names who works on the server itself: the second factor
    guards the way through the web.
    """
    for grant in _grants_of(user):
        grant.has_second_factor = True  # type: ignore[attr-defined]


def _grants_of(user: User | AnonymousUser, today: date | None = None) -> Sequence[RoleGrant]:
    if not user.is_authenticated or not user.is_active:
        return ()
    if not hasattr(user, "_grants"):
        user._grants = list(grants_on(user=user.pk, day=today or timezone.localdate()))
    return user._grants


def _waits(grant: RoleGrant) -> bool:
    has_factor: bool = grant.has_second_factor  # type: ignore[attr-defined]
    return grant.role in GUARDED and not has_factor


def scopes_of(user: User | AnonymousUser, roles: tuple[str, ...]) -> list[Scope]:
    """Return the scopes within which a person holds one of `roles` today."""
    return [scope_of(grant) for grant in current_grants(user, roles)]


def scope_of(grant: RoleGrant) -> Scope:
    """Return the scope of one grant: of a liaison the institution, where it lies today."""
    if grant.organisation is not None:
        return scope_of_organisation(grant.organisation)
    return Scope(
        areas=None if grant.is_national else frozenset(grant.area_codes),
        kinds=frozenset(grant.kinds) if grant.kinds else None,
    )


def scope_of_organisation(organisation: Organisation) -> Scope:
    """Return the scope of one institution alone."""
    area = frozenset({organisation.district.area_id})
    return Scope(area, frozenset({organisation.kind}), organisation.pk)


def may_grant(granter: User, role: str, scope: Scope, ends_on: date | None = None) -> bool:
    """Say whether a person may give a role within a scope: never above, outside or longer than
    their own (R11).
    """
    return any(
        role in grantable_by(grant)
        and scope_of(grant).contains(scope)
        and (grant.ends_on is None or (ends_on is not None and ends_on <= grant.ends_on))
        for grant in current_grants(granter)
    )


def grantable_by(grant: RoleGrant) -> frozenset[str]:
    """Return the roles that one grant lets its holder hand on: of a part of the nation none that
    is about all of it.
    """
    roles = GRANTABLE.get(grant.role, frozenset())
    return roles if scope_of(grant).is_everything else roles - UNDIVIDED


def may_end(person: User, grant: RoleGrant) -> bool:
    """Say whether a person may take a role away: one that they could give for today."""
    return may_grant(person, grant.role, scope_of(grant), ends_on=timezone.localdate())


def holds_role(user: User | AnonymousUser, *roles: str) -> bool:
    """Say whether a person holds one of `roles` today, in any scope."""
    return bool(current_grants(user, roles))


def holds_site_role(user: User | AnonymousUser, *roles: str) -> bool:
    """Say whether a person holds one of `roles` today for what no scope divides: pages, bank,
    letters, settings, requests of erasure.

    An operator has a part in it for the whole nation alone; of a part of the nation they look after
    its people and institutions.
    """
    return any(
        grant.role != Role.OPERATOR or scope_of(grant).is_everything
        for grant in current_grants(user, roles)
    )


def works_here(user: User) -> bool:
    """Say whether a person holds more than the role of a learner today, or would with a second
    factor.
    """
    return user.is_superuser or any(grant.role != Role.LEARNER for grant in _grants_of(user))


def places_of(user: User | AnonymousUser) -> list[str]:
    """Return the places that the menu offers to a person today: a hint, every view checks the right
    itself.
    """
    held = {place: holds_role(user, *roles) for place, roles in PLACES.items()}
    held |= {place: holds_site_role(user, *roles) for place, roles in SITE_PLACES.items()}
    return [place for place, is_open in held.items() if is_open]


def organisations_visible_to(
    user: User | AnonymousUser, roles: tuple[str, ...] = READERS_OF_FIGURES
) -> QuerySet[Organisation]:
    """Return the institutions inside the person's scopes; none without such a role."""
    condition = Q(pk__in=[])
    for scope in scopes_of(user, roles):
        condition |= ~Q(pk__in=[]) if scope.is_everything else scope.organisation_filter()
    return Organisation.objects.filter(condition)


def may_register_at(user: User | AnonymousUser, kind: str, district: District) -> bool:
    """Say whether somebody keeps the register of institutions of a kind in a district: an operator,
    within their scope.
    """
    return any(
        scope.covers_area(district.area_id) and (scope.kinds is None or kind in scope.kinds)
        for scope in scopes_of(user, (Role.OPERATOR,))
    )


def people_visible_to(user: User | AnonymousUser) -> QuerySet[User]:
    """Return the people who serve today in an institution that the person coordinates."""
    return _serving_in_scope_of(user, (Role.COORDINATOR,))


def looks_after_everybody(user: User | AnonymousUser) -> bool:
    """Say whether somebody operates the whole nation: they look after who serves nowhere too."""
    return holds_site_role(user, Role.OPERATOR)


def people_in_reach(user: User | AnonymousUser) -> QuerySet[User]:
    """Return the people whom a coordinator or an operator looks after: who serves today in an
    institution of their scope.

    An operator of the whole nation looks after everybody, also after who serves nowhere; an
    account that was merged into another is nobody any more.
    """
    if looks_after_everybody(user):
        return User.objects.filter(merged_into=None)
    return _serving_in_scope_of(user, STEWARDS)


def people_in_sight(user: User | AnonymousUser) -> QuerySet[User]:
    """Return the people whose card a person may open: those in reach, and for a liaison who serves
    today in their institution.
    """
    if looks_after_everybody(user):
        return User.objects.filter(merged_into=None)
    return _serving_in_scope_of(user, COMPANIONS)


def _serving_in_scope_of(user: User | AnonymousUser, roles: tuple[str, ...]) -> QuerySet[User]:
    if not holds_role(user, *roles):
        return User.objects.none()
    organisations = organisations_visible_to(user, roles)
    return User.objects.filter(
        pk__in=Membership.objects.filter(ended_on=None, organisation__in=organisations).values(
            "user"
        )
    )


def may_act_on(actor: User, person: User) -> bool:
    """Say whether a person may change another's account: in reach, not their own, and nobody who
    holds, or will hold, a role that the actor could not take away (R11).
    """
    if not people_in_reach(actor).filter(pk=person.pk).exists():
        return False
    grants = RoleGrant.objects.filter(RoleGrant.not_ended(timezone.localdate()), user=person)
    return stands_above(actor, person, grants.select_related("organisation__district"))


def stands_above(actor: User, person: User, grants: Iterable[RoleGrant]) -> bool:
    """Say whether nothing that a person holds is beyond another's ceiling; `grants` are those that
    have not ended. Nobody stands above themselves.
    """
    if actor.pk == person.pk or person.is_superuser:
        return False
    return all(grant.role == Role.LEARNER or may_end(actor, grant) for grant in grants)


def people_to_recover(user: User) -> QuerySet[User]:
    """Return the people whom a coordinator or an operator may let back in: those in reach who can
    sign in, but for whoever asks.

    Roles are checked one by one in `may_recover`; here those who hold one that a coordinator cannot
    give are left out.
    """
    above = RoleGrant.objects.filter(RoleGrant.not_ended(timezone.localdate())).exclude(
        role__in=GRANTABLE[Role.COORDINATOR]
    )
    in_reach = (
        people_in_reach(user)
        .filter(is_active=True, is_superuser=False)
        .exclude(pk__in=above.values("user"))
    )
    return in_reach.exclude(pk=user.pk)


def may_recover(coordinator: User, person: User) -> bool:
    """Say whether somebody may let a person back in: a code is the person's account, so nobody
    above or outside (R11).
    """
    if not people_to_recover(coordinator).filter(pk=person.pk).exists():
        return False
    grants = RoleGrant.objects.filter(
        RoleGrant.not_ended(timezone.localdate()), user=person
    ).exclude(role=Role.LEARNER)
    return all(may_end(coordinator, grant) for grant in grants)
