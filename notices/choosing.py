"""Stores of which kinds a person wants no letters."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit.services import record_act
from notices.kinds import Kind, kinds_for, muted_with
from notices.models import MutedKind


def choose_letters(*, person: User, wanted: set[str], now: datetime) -> None:
    """Store of which kinds a person wants letters; those that nobody may mute are sent anyway, and
    of others than theirs nobody is asked.
    """
    muted = {
        kind.name for kind in kinds_for(person) if kind.may_be_muted and kind.name not in wanted
    }
    set_muted(learner=person.learner_key, muted=muted, actor_key=person.learner_key, now=now)


def mute(*, learner: UUID, kind: Kind, now: datetime) -> bool:
    """Let a person have no more letters of a kind, and with one reminder none of any; False when
    nobody is there any more.
    """
    if not User.objects.filter(learner_key=learner).exists():
        return False
    muted = set(MutedKind.objects.filter(learner=learner).values_list("kind", flat=True))
    set_muted(learner=learner, muted=muted | muted_with(kind), actor_key=None, now=now)
    return True


def set_muted(*, learner: UUID, muted: set[str], actor_key: UUID | None, now: datetime) -> None:
    """Store of which kinds a person wants no letter; the same again changes nothing."""
    with transaction.atomic():
        rows = MutedKind.objects.filter(learner=learner)
        before = set(rows.values_list("kind", flat=True))
        if before == muted:
            return
        rows.exclude(kind__in=muted).delete()
        MutedKind.objects.bulk_create(
            [MutedKind(learner=learner, kind=kind) for kind in muted - before],
            ignore_conflicts=True,
        )
        record_act(
            actor_key=actor_key,
            action="letters_chosen",
            object_type="person",
            object_key=str(learner),
            now=now,
            details={"without": sorted(muted)},
        )
