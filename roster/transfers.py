"""Reads the transfers that others asked for, as their two sides see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import ReasonedAct, Transfer, User
from accounts.permissions import STEWARDS, organisations_visible_to
from accounts.transfers import (
    AlreadyRejected,
    AskedForIt,
    ClosedMeanwhile,
    MovedAgain,
    TooLate,
    TransferStands,
    transfers_visible_to,
    why_it_stands,
)

REFUSALS: dict[type[TransferStands], Any] = {
    AlreadyRejected: _("Ya se rechazó: está otra vez en la entidad de antes."),
    AskedForIt: _("Lo pidió tu lado: lo rechaza el otro. Si fue un error, cámbiala en su ficha."),
    ClosedMeanwhile: _(
        "La entidad de antes ya está cerrada: nadie puede volver a ella. Pide en «Ayuda» que la "
        "pongan donde trabaja."
    ),
    MovedAgain: _(
        "Ya no trabaja ahí: cambió otra vez después de este traslado, o terminó su cargo."
    ),
    TooLate: _("Pasaron los 30 días para rechazarlo. Pide el cambio a quien atiende esa entidad."),
}


@dataclass(frozen=True)
class Asked:
    """A transfer as one of its sides sees it: who asked for it, None for who is not there any more,
    and why it cannot be rejected («» when it can).
    """

    transfer: Any
    asked_by: User | None
    refusal: str


def told_transfers(user: User, now: datetime) -> QuerySet[Transfer]:
    """Return the transfers that touch somebody's scope: those that others asked for, and of their
    own those that were rejected; the newest first, with their two reasons.
    """
    reasons = ReasonedAct.objects.filter(user=OuterRef("user")).order_by("pk").values("reason")
    asked = reasons.filter(action="person_moved", at=OuterRef("at"))
    rejected = reasons.filter(action="transfer_rejected", at=OuterRef("rejected_at"))
    return (
        transfers_visible_to(user, now)
        .exclude(asked_by_key=user.learner_key, rejected_at=None)
        .select_related("user", "before__organisation__entry", "after__organisation__entry")
        .annotate(reason=Subquery(asked[:1]), reason_rejected=Subquery(rejected[:1]))
        .order_by("-at", "-pk")
    )


def with_askers(transfers: Iterable[Transfer], user: User, now: datetime) -> list[Asked]:
    """Return transfers with who asked for them, and whether somebody may reject them. Two
    statements.
    """
    rows = list(transfers)
    askers = {
        person.learner_key: person
        for person in User.objects.filter(learner_key__in={row.asked_by_key for row in rows})
    }
    both = {row.before.organisation_id for row in rows} | {
        row.after.organisation_id for row in rows
    }
    theirs = organisations_visible_to(user, STEWARDS).filter(pk__in=both)
    places = set(theirs.values_list("pk", flat=True))
    return [
        Asked(
            row,
            askers.get(row.asked_by_key),
            refusal_of(why_it_stands(row, user, now, places)),
        )
        for row in rows
    ]


def refusal_of(error: TransferStands | None) -> str:
    """Return why a transfer stands, and what to do; «» for None."""
    return str(REFUSALS[type(error)]) if error else ""
