"""Gives and ends roles: each act is one transaction."""

from collections.abc import Iterable
from datetime import date, datetime

from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Membership, Organisation, RoleGrant, User
from accounts.permissions import may_end, may_grant, scope_of
from accounts.roles import GROUP_OF_ROLE, group_name_of
from accounts.services.locks import hold_person
from accounts.services.records import record_act_on
from accounts.sessions import refit_sessions_of
from territory.models import Area

Kind = Organisation.Kind


class LastOperator(Exception):
    """Without them nobody would be operator for good: in time nobody could give a role any more."""


class BeyondTheCeiling(Exception):
    """Nobody grants or ends a role above their own or outside their own scope (R11)."""


def grant_role(  # noqa: PLR0913 - the facts of a grant
    *,
    user: User,
    role: str,
    now: datetime,
    is_national: bool = False,
    area_codes: Iterable[str] = (),
    kinds: Iterable[str] = (),
    organisation: Organisation | None = None,
    ends_on: date | None = None,
    granted_by: User | None = None,
) -> RoleGrant:
    """Give a person a role within a scope, until the day before `ends_on`; a grant of that role in
    force gets scope and end. A liaison has an `organisation` and an end, and nothing else.

    `granted_by` None is the system. Raises BeyondTheCeiling when the role, the scope or the end
    lies beyond the granter's own, or the granter is the person; LastOperator as ending does.
    ValueError for an unknown role, area or kind, a scope that is not the role's, or an end that is
    not to come.
    """
    grant = RoleGrant(
        role=role,
        is_national=is_national,
        area_codes=sorted(set(area_codes)),
        kinds=sorted(set(kinds)),
        organisation=organisation,
        ends_on=ends_on,
    )
    today = timezone.localdate(now)
    _check_grant(grant, today)
    if granted_by and (
        granted_by.pk == user.pk or not may_grant(granted_by, role, scope_of(grant), ends_on)
    ):
        raise BeyondTheCeiling(role)
    with transaction.atomic():
        hold_person(user)
        scope = {
            "is_national": grant.is_national,
            "area_codes": grant.area_codes,
            "kinds": grant.kinds,
        }
        place = {"organisation": str(organisation.uuid)} if organisation else {}
        former = _former(user, role, today)
        if (
            former
            and former.ends_on == ends_on
            and former.organisation == organisation
            and all(getattr(former, field) == value for field, value in scope.items())
        ):
            return former
        if former:
            _check_may_end(former, granted_by)
            if granted_by and not (grant.is_national and not grant.kinds and ends_on is None):
                check_an_operator_stays(former.user, besides=former)
            _end(former, now=now, ended_by=granted_by)
        grant.user, grant.starts_on = user, today
        grant.save()
        if group := group_name_of(grant):
            user.groups.add(Group.objects.get_or_create(name=group)[0])
        until = {"ends_on": ends_on.isoformat()} if ends_on else {}
        record_act_on(
            user, "role_granted", now, {"role": role, **scope, **place, **until}, actor=granted_by
        )
        _forget_grants(user)
        refit_sessions_of(user)
    return grant


def _former(user: User, role: str, today: date) -> RoleGrant | None:
    held = RoleGrant.objects.filter(RoleGrant.not_ended(today), user=user, role=role)
    return held.select_related("organisation__district").first()


def end_role(*, grant: RoleGrant, now: datetime, ended_by: User | None = None) -> None:
    """End a role today, at once; the group in Wagtail goes with it.

    Raises BeyondTheCeiling as granting does, and LastOperator.
    """
    _check_may_end(grant, ended_by)
    with transaction.atomic():
        if ended_by:
            check_an_operator_stays(grant.user, besides=grant)
        _end(grant, now=now, ended_by=ended_by)


def end_roles_of_post(*, post: Membership, now: datetime, ended_by: User | None = None) -> None:
    """End the role of a liaison that rests on a post which ends, whoever ends it: the person may.

    One whose institution was merged into another did not leave it: the role stays until somebody
    decides. The caller holds the transaction and the person.
    """
    resting = RoleGrant.objects.filter(
        RoleGrant.not_ended(timezone.localdate(now)),
        user=post.user_id,
        organisation=post.organisation_id,
        organisation__entry__merged_into=None,
    )
    for grant in resting.select_related("user"):
        _end(grant, now=now, ended_by=ended_by)


def _check_may_end(grant: RoleGrant, ended_by: User | None) -> None:
    if ended_by and (ended_by.pk == grant.user_id or not may_end(ended_by, grant)):
        raise BeyondTheCeiling(grant.role)


def check_an_operator_stays(person: User, *, besides: RoleGrant | None = None) -> None:
    """Raise LastOperator when nobody but a person is operator of the whole nation for good; with
    `besides`, only when that is the role by which they are.

    The caller holds the transaction.
    """
    for_good = RoleGrant.objects.filter(
        role=RoleGrant.Role.OPERATOR, ends_on=None, is_national=True, kinds=[]
    )
    if connection.features.has_select_for_update:  # two who end each other at once take turns
        for_good = for_good.select_for_update(of=("self",))
    held_by = {other.pk: other.user_id for other in for_good}
    # Asked once the turn has come: whoever was first may have switched the other off.
    active = set(
        User.objects.filter(pk__in=held_by.values(), is_active=True).values_list("pk", flat=True)
    )
    holds = person.pk in active and (besides is None or besides.pk in held_by)
    if holds and active == {person.pk}:
        raise LastOperator(RoleGrant.Role.OPERATOR)


def _end(grant: RoleGrant, *, now: datetime, ended_by: User | None) -> None:
    with transaction.atomic():
        grant.ends_on = timezone.localdate(now)
        grant.save(update_fields=["ends_on"])
        if grant.role in GROUP_OF_ROLE:
            grant.user.groups.remove(*Group.objects.filter(name=GROUP_OF_ROLE[grant.role]))
        record_act_on(grant.user, "role_ended", now, {"role": grant.role}, actor=ended_by)
        _forget_grants(grant.user)
        refit_sessions_of(grant.user)


def _check_grant(grant: RoleGrant, today: date) -> None:
    if grant.ends_on and grant.ends_on <= today:
        raise ValueError(f"a role ends after today: {grant.ends_on}")
    if grant.role not in RoleGrant.Role.values or not set(grant.kinds) <= set(Kind.values):
        raise ValueError(f"unknown role or kind: {grant.role} {grant.kinds}")
    is_liaison = grant.role == RoleGrant.Role.LIAISON
    is_whole = grant.is_national or grant.area_codes or grant.kinds
    if is_liaison != (grant.organisation is not None) or (
        is_liaison and (is_whole or grant.ends_on is None)
    ):
        raise ValueError("a liaison has one institution and an end, and nobody else has one")
    if Area.objects.filter(code__in=grant.area_codes).count() != len(grant.area_codes):
        raise ValueError(f"unknown area among {grant.area_codes}")


def _forget_grants(user: User) -> None:
    """What the person object remembered of its grants is out of date now."""
    vars(user).pop("_grants", None)
