"""Lets who looks after people give and end roles with a reason, and keep those that are there."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.corrections import NothingChanges, Why, begin_act
from accounts.models import Membership, RoleGrant, User
from accounts.permissions import Role, Scope, may_end, people_in_reach
from accounts.services import BeyondTheCeiling, end_role, grant_role, hold_person, record_act_on

# Somebody looks at each role anew after so many days.
REVIEWED_EVERY = timedelta(days=90)


def give_role(
    *, person: User, role: str, scope: Scope, ends_on: date | None, why: Why, now: datetime
) -> None:
    """Give a person a role within a scope until the day before `ends_on`; a role that they hold
    already gets that scope and end.

    Raises NothingChanges, BeyondTheCeiling, LastOperator, and as `begin_act` does.
    """
    with transaction.atomic():
        if not begin_act(person, "role_granted", why, now):
            return
        before = set(RoleGrant.objects.filter(user=person).values_list("pk", flat=True))
        grant = grant_role(
            user=person,
            role=role,
            is_national=scope.areas is None,
            area_codes=scope.areas or (),
            kinds=scope.kinds or (),
            ends_on=ends_on,
            granted_by=why.actor,
            now=now,
        )
        if grant.pk in before:
            raise NothingChanges


class ServesNowhere(Exception):
    """A person has no post: there is no institution whose liaison they could be."""


def make_liaison(*, person: User, ends_on: date, why: Why, now: datetime) -> None:
    """Let a person be the liaison of the institution where they serve, until the day before
    `ends_on`.

    Raises ServesNowhere, NothingChanges, BeyondTheCeiling, and as `begin_act` does.
    """
    with transaction.atomic():
        if not begin_act(person, "role_granted", why, now):
            return
        posts = Membership.objects.filter(user=person, ended_on=None)
        post = posts.select_related("organisation__district").first()
        if post is None:
            raise ServesNowhere
        before = set(RoleGrant.objects.filter(user=person).values_list("pk", flat=True))
        grant = grant_role(
            user=person,
            role=Role.LIAISON,
            organisation=post.organisation,
            ends_on=ends_on,
            granted_by=why.actor,
            now=now,
        )
        if grant.pk in before:
            raise NothingChanges


def take_role(*, person: User, grant: RoleGrant, why: Why, now: datetime) -> None:
    """End a role of a person today.

    Raises NothingChanges when it is over, BeyondTheCeiling, LastOperator, and as `begin_act` does.
    """
    with transaction.atomic():
        if not begin_act(person, "role_ended", why, now):
            return
        fresh = RoleGrant.objects.select_related("user", "organisation__district").get(pk=grant.pk)
        if fresh.ends_on is not None and fresh.ends_on <= timezone.localdate(now):
            raise NothingChanges
        end_role(grant=fresh, now=now, ended_by=why.actor)


def is_due(grant: RoleGrant, today: date) -> bool:
    """Say whether somebody has to look at a role anew: 90 days after it began, or after the last
    time; at once when a backup brought it back.
    """
    return due_on(grant) <= today


def due_on(grant: RoleGrant) -> date:
    """Return from which day on somebody has to look at a role anew."""
    regular = (grant.reviewed_on or grant.starts_on) + REVIEWED_EVERY
    return min(regular, grant.came_back_on) if grant.came_back_on else regular


def roles_to_review(user: User, today: date) -> list[date]:
    """Return since when each role of somebody else in reach waits to be looked at anew, the first
    first. One statement.
    """
    held = RoleGrant.objects.filter(RoleGrant.not_ended(today), user__in=people_in_reach(user))
    others = held.exclude(user=user).exclude(role=Role.LEARNER)
    return sorted(due_on(grant) for grant in others if is_due(grant, today))


def let_roles_be_reviewed(now: datetime) -> int:
    """Make every role due to be looked at, as after a restore: one that somebody ended since the
    backup is back. Return how many.
    """
    today = timezone.localdate(now)
    holding = RoleGrant.objects.filter(RoleGrant.not_ended(today)).exclude(role=Role.LEARNER)
    return holding.update(came_back_on=today)


def keep_role(*, grant: RoleGrant, actor: User, now: datetime) -> bool:
    """Note that somebody looked at a role and it stays; False when that was done today already, or
    the role is over.

    Raises BeyondTheCeiling for one's own role, and one that the actor could not end.
    """
    today = timezone.localdate(now)
    if actor.pk == grant.user_id or not may_end(actor, grant):
        raise BeyondTheCeiling(grant.role)
    with transaction.atomic():
        hold_person(grant.user)
        others = RoleGrant.objects.filter(RoleGrant.not_ended(today), pk=grant.pk).exclude(
            reviewed_on=today, came_back_on=None
        )
        reviewed = {"reviewed_on": today, "reviewed_by_key": actor.learner_key}
        if not others.update(**reviewed, came_back_on=None):
            return False
        record_act_on(grant.user, "role_kept", now, {"role": grant.role}, actor=actor)
    return True
