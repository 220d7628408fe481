"""Keeps incidents with data of people: what is learned and done is appended, the 48 hours run from
when it was seen, and every change is a line of the trail.

D.S. 016-2024-JUS asks to tell the authority within 48 hours; counsel confirms the legal detail.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import looks_after_everybody
from audit.services import record_act
from lib.identifiers import identifier_for
from operations.models import Incident, IncidentEntry

Kind = IncidentEntry.Kind
TERM = timedelta(hours=48)
# In this order; closing asks for whatever of it is missing.
STEPS = (Kind.CONTAINED, Kind.EVIDENCE, Kind.AUTHORITY, Kind.AFFECTED)


class AlreadyClosed(Exception):
    """An incident that takes notes alone."""


@dataclass(frozen=True)
class Told:
    """What somebody writes about an incident."""

    kind: str
    words: str
    done_at: datetime | None = None
    is_skipped: bool = False
    people: int | None = None


@dataclass(frozen=True)
class Countdown:
    """How the 48 hours of an incident stand: `told` is the entry that stopped them."""

    ends_at: datetime
    left: timedelta
    told: IncidentEntry | None

    @property
    def is_over(self) -> bool:
        """True when nobody told the authority in time, or wrote why not."""
        return self.told is None and self.left <= timedelta(0)

    @property
    def hours(self) -> int:
        """The whole hours that are left, or that passed since the end."""
        return int(abs(self.left).total_seconds() // 3600)


def incidents_visible_to(user: User) -> QuerySet[Incident]:
    """Return every incident to an operator of the nation, none to others."""
    return Incident.objects.all() if looks_after_everybody(user) else Incident.objects.none()


def open_incidents(user: User, now: datetime) -> list[tuple[Incident, Countdown]]:
    """Return the incidents that are open with their countdown, the one that ends first first. Two
    statements.
    """
    rows = incidents_visible_to(user).filter(closed_at=None).prefetch_related("entries")
    counted = [(row, countdown(row, row.entries.all(), now)) for row in rows]
    return sorted(counted, key=lambda pair: pair[1].ends_at)


def countdown(incident: Incident, entries: Iterable[IncidentEntry], now: datetime) -> Countdown:
    """Return how the 48 hours of an incident stand."""
    ends_at = incident.detected_at + TERM
    told = done_steps(entries).get(Kind.AUTHORITY)
    stopped = told.done_at or told.at if told else now
    return Countdown(ends_at, ends_at - stopped, told)


def done_steps(entries: Iterable[IncidentEntry]) -> dict[str, IncidentEntry]:
    """Return the first entry that says that a step was done, or else skipped with its reason: what
    is told again later moves no moment. The entries come as they were written.
    """
    steps: dict[str, IncidentEntry] = {}
    for entry in entries:
        first = steps.get(entry.kind)
        if first is None or (first.is_skipped and not entry.is_skipped):
            steps[entry.kind] = entry
    return {kind: entry for kind, entry in steps.items() if kind in {*STEPS, Kind.CLOSED}}


def open_incident(
    *,
    by: User,
    title: str,
    what: str,
    scope: Told,
    detected_at: datetime,
    uuid: UUID,
    now: datetime,
) -> Incident:
    """Return an opened incident; sent twice with one identifier it is one, and with other content
    another.
    """
    facts = {"title": title, "detected_at": detected_at, "opened_by_key": by.learner_key}
    told = identifier_for(uuid, *facts.values(), what, scope)
    with transaction.atomic():
        incident, is_new = _opened(uuid, facts, now)
        if not is_new and not incident.entries.filter(uuid=identifier_for(told, 0)).exists():
            incident, is_new = _opened(told, facts, now)
        if is_new:
            _record("incident_opened", incident, by, now)
            for number, part in enumerate((Told(Kind.HAPPENED, what), scope)):
                _append(incident, part, by, identifier_for(told, number), now)
    return incident


def _opened(uuid: UUID, facts: dict[str, Any], now: datetime) -> tuple[Incident, bool]:
    return Incident.objects.get_or_create(uuid=uuid, defaults={**facts, "opened_at": now})


def note(*, incident: Incident, told: Told, by: User, uuid: UUID, now: datetime) -> None:
    """Append what was learned or done; sent twice it is one, and in other words, or about another
    incident, it is more. Raises AlreadyClosed for more than a note.
    """
    with transaction.atomic():
        held = Incident.objects.select_for_update().get(pk=incident.pk)
        sent = IncidentEntry.objects.filter(uuid=uuid).first()
        if sent and not _says(sent, held, told, by):
            uuid = identifier_for(uuid, held.uuid, told, by.learner_key)
            sent = IncidentEntry.objects.filter(uuid=uuid).first()
        if sent:
            return
        if held.closed_at and told.kind != Kind.NOTE:
            raise AlreadyClosed
        _append(held, told, by, uuid, now)
        _record("incident_noted", held, by, now, step=told.kind)


def close(
    *, incident: Incident, steps: Mapping[str, Told], words: str, by: User, now: datetime
) -> None:
    """Close an incident, with what was told to whom and when; sent twice it is one.

    A step that somebody else wrote down meanwhile gets an entry more. Raises AlreadyClosed where
    another one closed it, and KeyError for a step that nobody wrote anything about.
    """
    with transaction.atomic():
        held = Incident.objects.select_for_update().get(pk=incident.pk)
        if held.closed_at:
            said = {"by_key": by.learner_key, "words": words}
            if held.entries.filter(kind=Kind.CLOSED, **said).exists():
                return
            raise AlreadyClosed
        missing = missing_steps(held.entries.all())
        for step in STEPS:
            if step in missing or step in steps:
                _append(held, steps[step], by, uuid4(), now)
        _append(held, Told(Kind.CLOSED, words), by, uuid4(), now)
        held.closed_at = now
        held.save(update_fields=["closed_at"])
        _record("incident_closed", held, by, now)


def missing_steps(entries: Iterable[IncidentEntry]) -> list[str]:
    """Return the steps that nobody wrote anything about, in their order."""
    done = done_steps(entries)
    return [step for step in STEPS if step not in done]


def forget_closed_incidents(before: datetime) -> int:
    """Delete the incidents that were closed before a moment; return how many rows."""
    return Incident.objects.filter(closed_at__lt=before).delete()[0]


def _says(entry: IncidentEntry, incident: Incident, told: Told, by: User) -> bool:
    said = Told(entry.kind, entry.words, entry.done_at, entry.is_skipped, entry.people)
    return (entry.incident_id, entry.by_key, said) == (incident.pk, by.learner_key, told)


def _append(incident: Incident, told: Told, by: User, uuid: UUID, now: datetime) -> None:
    IncidentEntry.objects.create(
        incident=incident,
        uuid=uuid,
        kind=told.kind,
        words=told.words,
        people=told.people,
        done_at=told.done_at,
        is_skipped=told.is_skipped,
        at=now,
        by_key=by.learner_key,
    )


def _record(action: str, incident: Incident, by: User, now: datetime, **details: str) -> None:
    record_act(
        actor_key=by.learner_key,
        action=action,
        object_type="incident",
        object_key=str(incident.uuid),
        now=now,
        details=details,
    )
