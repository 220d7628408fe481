"""Finds who coordinates the training where a person serves, and how their office is reached."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.utils import timezone

from accounts.models import Membership, Organisation, RoleGrant, User
from accounts.permissions import scope_of, scope_of_organisation, stands_above

MOST_NAMED = 2
STATE_HOST = "gob.pe"


@dataclass(frozen=True)
class Coordinator:
    """Who coordinates where somebody serves: their name, the institution where they serve
    themselves, and how their office is reached; empty where nobody knows.
    """

    name: str
    organisation: str
    email: str
    telephone: str


def coordinators_of(person: User, *, who_may_act: bool = False) -> list[Coordinator]:
    """Return who coordinates where a person serves today and can sign in, the nearest first: two at
    most, never the person. With `who_may_act` only those who may change the person's account.

    Three statements; with `who_may_act` one more, and one for each where the person holds a role.
    """
    today = timezone.localdate()
    found = _nearest(_grants_over(person, today))
    if who_may_act:
        found = _who_may_act(found, person, today)
    named = list(islice(found, MOST_NAMED))
    offices = _offices_of(named) if named else {}
    return [_told(user, offices.get(user.pk)) for user in named]


def _grants_over(person: User, today: date) -> list[RoleGrant]:
    """Return the grants by which others coordinate where a person serves."""
    served = (
        Membership.objects.filter(user=person, ended_on=None)
        .select_related("organisation__district")
        .first()
    )
    if served is None:
        return []
    scope = scope_of_organisation(served.organisation)
    grants = RoleGrant.objects.filter(
        RoleGrant.not_ended(today), role=RoleGrant.Role.COORDINATOR, starts_on__lte=today
    ).exclude(user=person)
    return [
        grant
        for grant in grants.select_related("user")
        if scope_of(grant).contains(scope)
        and grant.user.may_enter
        and grant.user.has_usable_password()
    ]


def _nearest(grants: list[RoleGrant]) -> Iterator[User]:
    """Yield each coordinator once: who has the smallest scope first, then who is there longest."""

    def distance(grant: RoleGrant) -> tuple[bool, int, bool, int, date, int]:
        kinds = len(grant.kinds)
        places = grant.is_national, len(grant.area_codes), not kinds, kinds
        return *places, grant.starts_on, grant.pk

    yield from dict.fromkeys(grant.user for grant in sorted(grants, key=distance))


def _who_may_act(users: Iterable[User], person: User, today: date) -> Iterator[User]:
    held = list(
        RoleGrant.objects.filter(RoleGrant.not_ended(today), user=person)
        .exclude(role=RoleGrant.Role.LEARNER)
        .select_related("organisation__district")
    )
    for user in users:
        if stands_above(user, person, held):
            yield user


def _offices_of(users: list[User]) -> dict[int, Organisation]:
    rows = Membership.objects.filter(user__in=users, ended_on=None)
    return {row.user_id: row.organisation for row in rows.select_related("organisation__entry")}


def _told(user: User, office: Organisation | None) -> Coordinator:
    """Return what others may know: an address of the State is the office's, any other is private,
    and then that of the institution stands in.
    """
    entry = getattr(office, "entry", None)
    email = user.email if is_official(user.email) else entry.email if entry else ""
    return Coordinator(
        name=str(user),
        organisation=office.name if office else "",
        email=email,
        telephone=entry.telephone if entry else "",
    )


def is_official(email: str) -> bool:
    """Say whether an address is one that the State gave for work."""
    host = email.rpartition("@")[2].lower()
    return host == STATE_HOST or host.endswith(f".{STATE_HOST}")
