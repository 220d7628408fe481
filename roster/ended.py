"""Lists the posts that were ended at an institution, and puts many of them back, each by the act
that puts one back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Exists, OuterRef, Prefetch, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.corrections import NothingChanges, Why
from accounts.ended_posts import (
    InstitutionClosed,
    ServesElsewhere,
    TooLate,
    ended_lately,
    put_back_post,
)
from accounts.models import Membership, Organisation, ReasonedAct, User
from accounts.permissions import stands_above
from accounts.services import BeyondTheCeiling
from lib.write_limit import let_others_write
from roster.leaving import IN_A_ROW, IN_ONE_ANSWER, MOST_LISTED, reached_before, roles_held

REFUSALS: dict[type[Exception], Any] = {
    BeyondTheCeiling: _("Lo pone otra vez quien tiene un rol más amplio que el suyo."),
    InstitutionClosed: _("Esta entidad ya está cerrada: nadie puede volver a ella."),
    NothingChanges: _("Ya trabaja en esta entidad."),
    ServesElsewhere: _(
        "Ya tiene un cargo en otra entidad. Si volvió a esta, pide su traslado a quien la atiende "
        "ahora, o escribe en «Ayuda»."
    ),
    TooLate: _(
        "Pasaron los 30 días para ponerlo otra vez. Pide en «Ayuda» que la pongan donde trabaja."
    ),
}


@dataclass(frozen=True)
class EndedPost:
    """A post that somebody ended, and why it cannot be put back, «» when it can."""

    post: Any
    obstacle: str

    @property
    def name(self) -> str:
        """What a form calls the person."""
        username: str = self.post.user.username
        return username


@dataclass(frozen=True)
class PutBack:
    """How far an act is: posts that are there again by it, those that are not, and why, how many
    wait, and how many did not wait any more.
    """

    done: int
    refused: list[tuple[User, str]]
    waiting: int
    gone: int


def posts_to_put_back(
    organisation: Organisation, actor: User, now: datetime
) -> tuple[list[EndedPost], bool]:
    """Return the posts that were ended at an institution within thirty days, the newest first, at
    most 500, each with its reason; and whether there are more. Two statements.
    """
    elsewhere = Membership.objects.filter(user=OuterRef("user"), ended_on=None)
    reasons = ReasonedAct.objects.filter(
        user=OuterRef("user"), action="post_ended", at=OuterRef("ended_at")
    )
    rows = list(
        ended_lately(organisation, now)
        .select_related("user")
        .prefetch_related(Prefetch("user__grants", roles_held(), to_attr="roles"))
        .annotate(
            serves_at=Subquery(elsewhere.values("organisation")[:1]),
            serves=Exists(elsewhere),
            reason=Subquery(reasons.order_by("-pk").values("reason")[:1]),
        )
        .order_by("-ended_at", "user__last_name", "user__first_name", "user")[: MOST_LISTED + 1]
    )
    listed = [EndedPost(row, _obstacle(row, organisation, actor)) for row in rows[:MOST_LISTED]]
    return listed, len(rows) > MOST_LISTED


def _obstacle(row: Any, organisation: Organisation, actor: User) -> str:
    if row.serves:
        is_here = row.serves_at == organisation.pk
        return str(REFUSALS[NothingChanges if is_here else ServesElsewhere])
    if organisation.told.closed_on is not None:
        return str(REFUSALS[InstitutionClosed])
    return "" if stands_above(actor, row.user, row.user.roles) else str(REFUSALS[BeyondTheCeiling])


def put_posts_back(
    names: Sequence[str],
    *,
    organisation: Organisation,
    reason: str,
    uuid: UUID,
    actor: User,
    now: datetime,
) -> PutBack:
    """Put the posts of some people at an institution back, at most 200, each in a transaction of
    its own; sent again it goes on, and who was reached is not reached twice.
    """
    done = reached_before(names, uuid, actor)
    posts = list(
        ended_lately(organisation, now).filter(user__username__in=names).select_related("user")
    )
    refused = []
    for number, post in enumerate(posts[:IN_ONE_ANSWER], start=1):
        why = Why(actor, reason, uuid5(uuid, post.user.username))
        try:
            put_back_post(person=post.user, organisation=organisation, why=why, now=now)
        except tuple(REFUSALS) as refusal:
            refused.append((post.user, str(REFUSALS[type(refusal)])))
        else:
            done += 1
        if number % IN_A_ROW == 0:
            let_others_write()
    waiting = max(0, len(posts) - IN_ONE_ANSWER)
    return PutBack(done, refused, waiting, len(set(names)) - done - len(refused) - waiting)
