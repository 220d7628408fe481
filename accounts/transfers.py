"""Lets the side that did not ask for a transfer reject it, for thirty days."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.corrections import Why, begin_act
from accounts.models import RoleGrant, Transfer, User
from accounts.permissions import STEWARDS, organisations_visible_to, stands_above
from accounts.services import take_back
from accounts.transfer_models import REJECTED_WITHIN


class TransferStands(Exception):
    """A transfer cannot be rejected, or no more."""


class AlreadyRejected(TransferStands):
    """Somebody else rejected it meanwhile."""


class MovedAgain(TransferStands):
    """The person does not serve there any more."""


class TooLate(TransferStands):
    """The thirty days are over."""


class ClosedMeanwhile(TransferStands):
    """The institution before is closed: nobody can serve there."""


class AskedForIt(TransferStands):
    """Who would reject it, or their side, asked for it."""


def transfers_visible_to(user: User, now: datetime) -> QuerySet[Transfer]:
    """Return the transfers of thirty days that touch the scope of who looks after people."""
    theirs = organisations_visible_to(user, STEWARDS)
    touching = Q(before__organisation__in=theirs) | Q(after__organisation__in=theirs)
    return Transfer.objects.filter(touching, at__gt=now - REJECTED_WITHIN).exclude(user=user)


def why_it_stands(
    transfer: Transfer, user: User, now: datetime, places: Iterable[int] | None = None
) -> TransferStands | None:
    """Return why somebody cannot reject a transfer; None when they may. `places` are the keys of
    those of its institutions that they look after, asked for when it is None.
    """
    if transfer.rejected_at is not None:
        return AlreadyRejected()
    if transfer.asked_by_key == user.learner_key or not _stands_at_another_side(
        transfer, _places(transfer, user) if places is None else places
    ):
        return AskedForIt()
    if transfer.after.ended_on is not None:
        return MovedAgain()
    if now >= transfer.ends_at:
        return TooLate()
    if transfer.before.organisation.told.closed_on is not None:
        return ClosedMeanwhile()
    return None


def _stands_at_another_side(transfer: Transfer, places: Iterable[int]) -> bool:
    sides = {
        Transfer.Side.ORIGIN: transfer.before.organisation_id,
        Transfer.Side.DESTINATION: transfer.after.organisation_id,
    }
    return any(key in places for side, key in sides.items() if side != transfer.asked_side)


def _places(transfer: Transfer, user: User) -> set[int]:
    both = (transfer.before.organisation_id, transfer.after.organisation_id)
    theirs = organisations_visible_to(user, STEWARDS).filter(pk__in=both)
    return set(theirs.values_list("pk", flat=True))


def may_reject_of(transfer: Transfer, actor: User, person: User) -> bool:
    """Say whether somebody looks after a side of a transfer, and nothing that the person holds is
    beyond their ceiling (R11).
    """
    grants = RoleGrant.objects.filter(RoleGrant.not_ended(timezone.localdate()), user=person)
    is_above = stands_above(actor, person, grants.select_related("organisation__district"))
    return is_above and bool(_places(transfer, actor))


def reject_transfer(*, transfer: Transfer, why: Why, now: datetime) -> None:
    """Let a person serve again where they did before a transfer; its post ends today, and what is
    in progress follows as with any move.

    Raises a TransferStands, and as `begin_act` does.
    """
    with transaction.atomic():

        def may(actor: User, person: User) -> bool:
            return may_reject_of(transfer, actor, person)

        if not begin_act(transfer.user, "transfer_rejected", why, now, may=may):
            return
        rows = Transfer.objects.select_for_update(of=("self",)).select_related(
            "user", "after__organisation", "before__organisation__entry"
        )
        held = rows.get(pk=transfer.pk)
        if refusal := why_it_stands(held, why.actor, now):
            raise refusal
        take_back(transfer=held, now=now, actor=why.actor)
