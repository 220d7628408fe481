"""Says what a row of a list changes in the register of institutions, and carries it out."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import documents
from accounts.models import Headcount, Organisation, User
from accounts.services import (
    BeyondTheCeiling,
    Ground,
    RegisterRefusal,
    add_organisation,
    correct_organisation,
    record_headcount,
    relocate_organisation,
    rename_organisation,
)
from roster.files.institutions import plain_name
from roster.files.registered import INSTITUTIONS, InstitutionCandidate, Register, closed_in_words
from roster.models import RosterFile, RosterRow
from roster.register_words import refusal_of
from territory.models import District

Outcome = RosterRow.Outcome


def outcome_of_institution(candidate: InstitutionCandidate) -> str:
    """Return what a row would do today."""
    if not candidate.organisation:
        return Outcome.ADDED
    return Outcome.MENDED if candidate.changes else Outcome.KNOWN


@dataclass(frozen=True)
class Change:
    """One change that a row asks for: its name, what it is in words, and what does it."""

    name: str
    told: str
    do: Callable[[Organisation, Ground], object]


def changes_of(candidate: InstitutionCandidate, register: Register) -> list[Change]:
    """Return what a row changes in the institution that it means; for a new one, what follows its
    being added.
    """
    known = register.by_pk.get(candidate.organisation)
    changes = []
    # A list that shortens a name, or leaves its accents out, means the same name.
    if known is not None and plain_name(known.name) != plain_name(candidate.name):
        told = _("«%(before)s» pasa a llamarse «%(after)s».")
        words = {"before": known.name, "after": candidate.name}
        rename = lambda row, ground: rename_organisation(row, candidate.name, ground)  # noqa: E731
        changes.append(Change("rename", told % words, rename))
    if known and (known.kind, known.district_id) != (candidate.kind, candidate.district):
        told = _("«%(name)s» cambia de tipo o de distrito.") % {"name": candidate.name}
        changes.append(Change("move", told, _mover(candidate)))
    facts: dict[str, Any] = {
        name: value
        for name, value in candidate.told.items()
        if known is None or getattr(known.told, name) != value
    }
    if candidate.parent and (known is None or known.told.parent_id != candidate.parent):
        facts["parent"] = register.by_pk[candidate.parent]
    if known is not None and facts:
        names = ", ".join(str(INSTITUTIONS.fields[name]) for name in facts)
        told = _("«%(name)s» cambia en: %(fields)s.") % {"name": candidate.name, "fields": names}
        correct = lambda row, ground: correct_organisation(row, facts, ground)  # noqa: E731
        changes.append(Change("correct", told, correct))
    return changes + _counted(candidate, register)


def _mover(candidate: InstitutionCandidate) -> Callable[[Organisation, Ground], object]:
    def move(row: Organisation, ground: Ground) -> None:
        district = District.objects.get(code=candidate.district)
        relocate_organisation(row, kind=candidate.kind, district=district, ground=ground)

    return move


def _counted(candidate: InstitutionCandidate, register: Register) -> list[Change]:
    changes = []
    for group, count in candidate.counts.items():
        day = date.fromisoformat(candidate.counted_on)
        facts = {"count": count, "source": candidate.source, "counted_on": day}
        last = register.headcounts.get((candidate.organisation, group))
        is_older = last is not None and last.counted_on > day
        if last and (is_older or all(getattr(last, name) == facts[name] for name in facts)):
            continue
        told = _("«%(name)s»: %(group)s, %(count)d.") % {
            "name": candidate.name,
            "group": Headcount.Group(group).label,
            "count": count,
        }
        changes.append(Change(f"count_{group}", told, _counter(group, facts)))
    return changes


def _counter(group: str, facts: dict[str, Any]) -> Callable[[Organisation, Ground], object]:
    return lambda row, ground: record_headcount(row, group=group, ground=ground, **facts)


def carry_out_register(
    file: RosterFile,
    rows: Iterable[RosterRow],
    held: Mapping[int, dict[str, Any]],
    actor: User | None,
    now: datetime,
) -> None:
    """Carry rows out by what the register says at this moment, and say in each what became of it.

    The caller holds the transaction and stores the rows.
    """
    register = Register()
    for row in rows:
        facts = held[row.pk]
        slip = _("quien subió la lista ya no está. No se cambió nada.")
        if actor is not None:
            try:
                with transaction.atomic():
                    row.outcome = carried_out(file, facts["candidate"], register, actor, now)
                    slip = ""
            except BeyondTheCeiling:
                slip = _("ya está fuera del ámbito de quien subió la lista. No se cambió nada.")
            except RegisterRefusal as refusal:
                slip = refusal_of(refusal)
            except ValueError as refusal:
                slip = str(refusal)
        if slip:
            row.outcome = Outcome.WRONG
            told = _("Fila %(row)d: %(why)s") % {"row": row.number, "why": slip}
            sealed = {**facts, "candidate": None, "slips": [*facts["slips"], told]}
            row.sealed = documents.encrypt(json.dumps(sealed, ensure_ascii=False))
        row.done_at = now


def carried_out(
    file: RosterFile,
    candidate: InstitutionCandidate,
    register: Register,
    actor: User,
    now: datetime,
) -> str:
    """Add or change the institution of a row, and return the outcome. Raises BeyondTheCeiling,
    RegisterRefusal and ValueError.
    """
    district = District.objects.get(code=candidate.district)
    numbers = {name: candidate.told.get(name, "") for name in ("code", "ruc")}
    identity = {"kind": candidate.kind, "name": candidate.name, "district": candidate.district}
    known = register.find(identity | numbers, district.area_id)
    if known is not None and known.told.closed_on:
        raise ValueError(closed_in_words(known))
    reason = _("Lista «%(file)s»") % {"file": file.name}
    current = replace(candidate, organisation=known.pk if known else 0)
    changes = changes_of(current, register)
    outcome = outcome_of_institution(replace(current, changes=bool(changes)))

    def ground(name: str) -> Ground:
        return Ground(actor, now, uuid5(file.uuid, f"{candidate.row}:{name}"), reason[:300])

    if known is None:
        told = {**candidate.told, "parent": register.by_pk.get(candidate.parent)}
        known = add_organisation({**identity, **told, "district": district}, ground("add"))
    for change in changes:
        change.do(known, ground(change.name))
    return outcome
