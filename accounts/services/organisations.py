"""Keeps the register of institutions: each act is one transaction, with its line of history and of
the trail; people and figures follow afterwards, in pieces.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import (
    Headcount,
    Membership,
    Organisation,
    OrganisationChange,
    RegisterEntry,
    User,
)
from accounts.permissions import STEWARDS, may_register_at, organisations_visible_to
from accounts.services.grants import BeyondTheCeiling
from audit.services import record_act
from territory.models import District

Action = OrganisationChange.Action
# What says which institution a row is; the rest tells about it.
IDENTITY = ("kind", "name", "district")
ABOUT = ("code", "ruc", "parent", "email", "telephone")
# What who looks after the people of an institution may correct too.
CONTACT = frozenset({"email", "telephone"})


class Obstacle(StrEnum):
    """Why the register is not changed."""

    CHANGED = "changed"
    CIRCLE = "circle"
    CLOSED = "closed"
    CODE_TAKEN = "code_taken"
    EXISTS = "exists"
    RUC_TAKEN = "ruc_taken"
    SAME = "same"
    SERVED = "served"
    UNCHANGED = "unchanged"


class RegisterRefusal(Exception):
    """The register stays as it is; `why` says the reason, `other` the institution that is in the
    way, and `count` how many people.
    """

    def __init__(self, why: Obstacle, other: Organisation | None = None, count: int = 0):
        super().__init__(why)
        self.why, self.other, self.count = why, other, count


@dataclass(frozen=True)
class Ground:
    """Who changes the register, when, why, and under which identifier of the client.

    `seen` is the last change that the page showed (0: none); None asks for none.
    """

    actor: User
    now: datetime
    uuid: UUID
    reason: str = ""
    seen: int | None = None


def was_changed(uuid: UUID | None) -> bool:
    """Say whether a change was made under an identifier of a client before."""
    return uuid is not None and OrganisationChange.objects.filter(uuid=uuid).exists()


def add_organisation(facts: Mapping[str, Any], ground: Ground) -> Organisation:
    """Store an institution by the fields of `IDENTITY` and `ABOUT`; sent again it is the same one.

    Raises BeyondTheCeiling outside the scope, and RegisterRefusal.
    """
    if not may_register_at(ground.actor, facts["kind"], facts["district"]):
        raise BeyondTheCeiling("organisation_added")
    with transaction.atomic():
        if done := OrganisationChange.objects.filter(uuid=ground.uuid).first():
            if not _is_told(done, Action.ADDED, facts):
                raise RegisterRefusal(Obstacle.EXISTS, done.organisation)
            return done.organisation
        organisation = Organisation(**{name: facts[name] for name in IDENTITY})
        told = {name: facts[name] for name in ABOUT if name in facts}
        entry = RegisterEntry(organisation=organisation, **told)
        check_apart(organisation, entry)
        _save(organisation, entry)
        after = _values(organisation, entry, (*IDENTITY, *ABOUT))
        _write(organisation, Action.ADDED, {}, after, ground)
    return organisation


def correct_organisation(
    organisation: Organisation, facts: Mapping[str, Any], ground: Ground
) -> None:
    """Change what is told about an institution, of the fields of `ABOUT`.

    Raises BeyondTheCeiling for a field that is not the actor's to change, and RegisterRefusal.
    """
    needs_operator = not CONTACT.issuperset(facts)
    with transaction.atomic():
        if row := _begin(
            organisation, Action.CORRECTED, facts, ground, needs_operator=needs_operator
        ):
            if needs_operator:
                _check_no_circle(row, facts.get("parent"))
            _change(row, Action.CORRECTED, facts, ground)


def rename_organisation(organisation: Organisation, name: str, ground: Ground) -> None:
    """Give an institution another name. Raises BeyondTheCeiling and RegisterRefusal."""
    with transaction.atomic():
        if row := _begin(organisation, Action.RENAMED, {"name": name}, ground):
            _change(row, Action.RENAMED, {"name": name}, ground)


def relocate_organisation(
    organisation: Organisation, *, kind: str, district: Any, ground: Ground
) -> None:
    """Let an institution be of another kind, or in another district, from today on.

    Who studies there goes on being counted at the new place (`learning.transfers`); what was
    completed stays where it was. Raises BeyondTheCeiling, also for a place outside the scope, and
    RegisterRefusal.
    """
    if not may_register_at(ground.actor, kind, district):
        raise BeyondTheCeiling("organisation_moved")
    facts = {"kind": kind, "district": district}
    with transaction.atomic():
        if row := _begin(organisation, Action.MOVED, facts, ground):
            _change(row, Action.MOVED, facts, ground)


def close_organisation(organisation: Organisation, ground: Ground) -> None:
    """Close an institution where nobody serves any more. Raises BeyondTheCeiling and
    RegisterRefusal.
    """
    with transaction.atomic():
        if row := _begin(organisation, Action.CLOSED, {}, ground):
            count = Membership.objects.filter(organisation=row, ended_on=None).count()
            if count:
                raise RegisterRefusal(Obstacle.SERVED, count=count)
            _change(row, Action.CLOSED, {"closed_on": timezone.localdate(ground.now)}, ground)


def reopen_organisation(organisation: Organisation, ground: Ground) -> None:
    """Open an institution again that was closed by itself. Raises BeyondTheCeiling, and
    RegisterRefusal for one that is open, or went into another.
    """
    with transaction.atomic():
        if row := _begin(organisation, Action.REOPENED, {}, ground, is_closed=True):
            if row.told.merged_into_id or row.told.closed_on is None:
                raise RegisterRefusal(Obstacle.UNCHANGED)
            _change(row, Action.REOPENED, {"closed_on": None}, ground)


def merge_organisation(organisation: Organisation, into: Organisation, ground: Ground) -> None:
    """Close an institution and let another one take its place: its people, with their posts, follow
    (`follow_merges`), and what depended on it depends on the other.

    Raises BeyondTheCeiling when one of them is outside the scope, and RegisterRefusal.
    """
    if organisation.pk == into.pk:
        raise RegisterRefusal(Obstacle.SAME)
    with transaction.atomic():
        # Two merges of the same two, each into the other, take turns in one order.
        list(
            Organisation.objects.select_for_update()
            .order_by("pk")
            .filter(pk__in=(organisation.pk, into.pk))
        )
        row = _begin(organisation, Action.MERGED, {"merged_into": into}, ground)
        if row is None:
            return
        other = Organisation.objects.select_related("district", "entry").get(pk=into.pk)
        if not may_register_at(ground.actor, other.kind, other.district):
            raise BeyondTheCeiling("organisation_merged")
        if other.told.closed_on:
            raise RegisterRefusal(Obstacle.CLOSED, other)
        below = RegisterEntry.objects.filter(parent=row)
        below.filter(organisation=other).update(parent=row.told.parent)
        below.update(parent=other)
        _change(
            row,
            Action.MERGED,
            {"closed_on": timezone.localdate(ground.now), "merged_into": other},
            ground,
        )
        _write(other, Action.JOINED, {}, {"organisation": str(row.uuid)}, _beside(ground))


def record_headcount(
    organisation: Organisation,
    *,
    group: str,
    count: int,
    source: str,
    counted_on: date,
    ground: Ground,
) -> None:
    """Note how many people of a group an institution has. Who looks after its people may, too.

    Raises BeyondTheCeiling, and RegisterRefusal when the newest of the group says the same.
    """
    facts = {"count": count, "source": source, "counted_on": counted_on}
    with transaction.atomic():
        told = {"group": group, **facts}
        row = _begin(organisation, Action.COUNTED, told, ground, needs_operator=False)
        if row is None:
            return
        last = row.headcounts.filter(group=group).order_by("-counted_on", "-pk").first()
        before = {name: getattr(last, name) for name in facts} if last else {}
        if before == facts:
            raise RegisterRefusal(Obstacle.UNCHANGED)
        Headcount.objects.create(organisation=row, group=group, recorded_at=ground.now, **facts)
        kept = {name: _kept(value) for name, value in told.items()}
        _write(row, Action.COUNTED, {"count": last.count} if last else {}, kept, ground)


def check_apart(organisation: Organisation, entry: RegisterEntry) -> None:
    """Refuse an institution that another one of the register is, or whose code or RUC another one
    has. Three statements at most.
    """
    others = Organisation.objects.exclude(pk=organisation.pk).select_related("district")
    same = {name: getattr(organisation, name) for name in IDENTITY}
    if other := others.filter(**same).first():
        raise RegisterRefusal(Obstacle.EXISTS, other)
    there = others.filter(entry__merged_into=None)
    if entry.code and (other := there.filter(entry__code=entry.code).first()):
        raise RegisterRefusal(Obstacle.CODE_TAKEN, other)
    if entry.ruc and (other := there.filter(entry__ruc=entry.ruc).first()):
        raise RegisterRefusal(Obstacle.RUC_TAKEN, other)


def _begin(
    organisation: Organisation,
    action: Action,
    facts: Mapping[str, Any],
    ground: Ground,
    *,
    needs_operator: bool = True,
    is_closed: bool = False,
) -> Organisation | None:
    """Hold an institution and return it as it is now; None when the same change was made before
    under this identifier. What is sent under it with other facts is no repetition: it is refused.
    """
    held = Organisation.objects.select_for_update(of=("self",))
    row = held.select_related("district", "entry__parent").get(pk=organisation.pk)
    if done := OrganisationChange.objects.filter(uuid=ground.uuid).first():
        if done.organisation_id == row.pk and _is_told(done, action, facts):
            return None
        raise RegisterRefusal(Obstacle.CHANGED)
    is_in_scope = (
        may_register_at(ground.actor, row.kind, row.district)
        if needs_operator
        else organisations_visible_to(ground.actor, STEWARDS).filter(pk=row.pk).exists()
    )
    if not is_in_scope:
        raise BeyondTheCeiling("organisation")
    last = row.changes.order_by("-pk").values_list("pk", flat=True).first() or 0
    if ground.seen is not None and ground.seen != last:
        raise RegisterRefusal(Obstacle.CHANGED)
    if row.told.closed_on and not is_closed:
        raise RegisterRefusal(Obstacle.CLOSED, row)
    return row


def _change(row: Organisation, action: Action, facts: Mapping[str, Any], ground: Ground) -> None:
    """Give an institution other values, and tell both in its history."""
    # A new name or place is told together with what it belongs to: who it was can be found by it.
    is_of_identity = not facts.keys().isdisjoint(IDENTITY)
    told = {*facts, *(IDENTITY if is_of_identity else ())}
    entry = row.told
    before = _values(row, entry, told)
    for name, value in facts.items():
        setattr(row if name in IDENTITY else entry, name, value)
    after = _values(row, entry, told)
    changed = [name for name in before if before[name] != after[name]]
    if not changed:
        raise RegisterRefusal(Obstacle.UNCHANGED)
    check_apart(row, entry)
    _save(row, entry)
    _write(
        row,
        action,
        {name: before[name] for name in (told if is_of_identity else changed)},
        {name: after[name] for name in changed},
        ground,
    )


def _values(row: Organisation, entry: RegisterEntry, names: Iterable[str]) -> dict[str, Any]:
    """Return values of an institution as its history keeps them: others by code or identifier."""
    kept: dict[str, Any] = {}
    for name in names:
        value = getattr(row if name in IDENTITY else entry, name)
        kept[name] = _kept(value)
    return kept


def _kept(value: Any) -> Any:
    if isinstance(value, Organisation):
        return str(value.uuid)
    if isinstance(value, District):
        return value.code
    return value.isoformat() if isinstance(value, date) else value


def _is_told(change: OrganisationChange, action: Action, facts: Mapping[str, Any]) -> bool:
    """Say whether a change did what is asked for now. What it left as it was is not in it: then the
    institution as it is tells.
    """
    row = change.organisation
    if change.action != action:
        return False
    names = [name for name in facts if name not in change.after]
    after = {**_values(row, row.told, names), **change.after}
    return all(after[name] == _kept(value) for name, value in facts.items())


def _save(row: Organisation, entry: RegisterEntry) -> None:
    """Store an institution; what another one took meanwhile is refused."""
    try:
        with transaction.atomic():
            row.save()
            entry.organisation = row
            entry.save()
    except IntegrityError:
        check_apart(row, entry)
        raise


def _check_no_circle(row: Organisation, parent: Organisation | None) -> None:
    """Refuse a parent that depends on the institution itself."""
    above, steps = parent, 0
    while above is not None and steps < 10:
        if above.pk == row.pk:
            raise RegisterRefusal(Obstacle.CIRCLE, parent)
        above, steps = above.told.parent, steps + 1


def _beside(ground: Ground) -> Ground:
    """Return the ground of a change that another one brings along."""
    return Ground(ground.actor, ground.now, uuid4(), ground.reason)


def _write(
    row: Organisation,
    action: Action,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    ground: Ground,
) -> None:
    """Write the line of history, and that of the trail, which names neither values nor reason."""
    OrganisationChange.objects.create(
        uuid=ground.uuid,
        organisation=row,
        action=action,
        before=dict(before),
        after=dict(after),
        reason=ground.reason,
        at=ground.now,
    )
    record_act(
        actor_key=ground.actor.learner_key,
        action=action,
        object_type="organisation",
        object_key=str(row.uuid),
        now=ground.now,
        details={"fields": sorted(after)},
    )
