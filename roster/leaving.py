"""Ends the posts of many people of one institution, each by the act that ends one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db.models import Case, Prefetch, Q, QuerySet, When
from django.utils import timezone

from accounts.corrections import NothingChanges, Why, end_post
from accounts.models import Membership, Organisation, ReasonedAct, RoleGrant, User
from accounts.permissions import stands_above
from accounts.services import BeyondTheCeiling, PostBeganLater
from lib.write_limit import let_others_write

MOST_LISTED = 500
# People in one answer, so that nobody waits for long: the next answer goes on.
IN_ONE_ANSWER = 200
IN_A_ROW = 20


@dataclass(frozen=True)
class Leaver:
    """A post that may end: `obstacle` says why somebody may not end it, «» when they may."""

    post: Membership
    roles: list[RoleGrant]
    obstacle: str

    @property
    def name(self) -> str:
        """What a form calls the person."""
        return self.post.user.username


@dataclass(frozen=True)
class Ended:
    """How far an act is: posts that ended by it, those that did not, those that still wait, and
    those that were not there any more.
    """

    done: int
    refused: list[User]
    waiting: int
    gone: int


def roles_held() -> QuerySet[RoleGrant]:
    """Return the roles that have not ended, but for that of a learner, with where they hold."""
    held = RoleGrant.objects.filter(RoleGrant.not_ended(timezone.localdate()))
    return held.exclude(role=RoleGrant.Role.LEARNER).select_related("organisation__district")


def posts_at(organisation: Organisation) -> QuerySet[Membership]:
    """Return the posts of today at an institution, by name, each with the roles of the person."""
    return (
        Membership.objects.filter(organisation=organisation, ended_on=None)
        .select_related("user")
        .prefetch_related(Prefetch("user__grants", roles_held(), to_attr="roles"))
        .order_by("user__last_name", "user__first_name", "user")
    )


def leavers(
    organisation: Organisation, actor: User, named: Collection[str] = ()
) -> tuple[list[Leaver], bool]:
    """Return who serves at an institution, at most 500, and whether there are more; those who are
    `named` come first, so that no mark is left out. Two statements.
    """
    is_named = Q(user__username__in=named) if named else Q(pk__in=[])
    posts_in_order = posts_at(organisation).order_by(
        Case(When(is_named, then=0), default=1), "user__last_name", "user__first_name", "user"
    )
    posts = list(posts_in_order[: MOST_LISTED + 1])
    rows = [_leaver(post, actor) for post in posts[:MOST_LISTED]]
    return rows, len(posts) > MOST_LISTED


def _leaver(post: Membership, actor: User) -> Leaver:
    roles: list[RoleGrant] = post.user.roles  # type: ignore[attr-defined]
    if post.user_id == actor.pk:
        return Leaver(post, roles, "self")
    return Leaver(post, roles, "" if stands_above(actor, post.user, roles) else "ceiling")


def reached_before(names: Sequence[str], uuid: UUID, actor: User) -> int:
    """Return how many of some people an act with that identifier reached already."""
    acts = [uuid5(uuid, name) for name in names]
    return ReasonedAct.objects.filter(uuid__in=acts, by_key=actor.learner_key).count()


def end_posts(
    names: Sequence[str],
    *,
    organisation: Organisation,
    ended_on: date,
    reason: str,
    uuid: UUID,
    actor: User,
    now: datetime,
) -> Ended:
    """End the posts of some people at an institution, at most 200, each in a transaction of its
    own; sent again it goes on, and who was reached is not reached twice.
    """
    done = reached_before(names, uuid, actor)
    posts = list(posts_at(organisation).filter(user__username__in=names))
    refused = []
    for number, post in enumerate(posts[:IN_ONE_ANSWER], start=1):
        why = Why(actor, reason, uuid5(uuid, post.user.username))
        try:
            end_post(
                person=post.user, organisation=organisation, ended_on=ended_on, why=why, now=now
            )
        except (BeyondTheCeiling, PostBeganLater):
            refused.append(post.user)
        except NothingChanges:
            pass  # they serve elsewhere since this moment
        else:
            done += 1
        if number % IN_A_ROW == 0:
            let_others_write()
    waiting = max(0, len(posts) - IN_ONE_ANSWER)
    return Ended(done, refused, waiting, len(set(names)) - done - len(refused) - waiting)
