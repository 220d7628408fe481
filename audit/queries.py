"""Finds acts in the trail by who, what, on what, and when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from audit.models import AuditEntry, ChainCheck


@dataclass(frozen=True)
class Sought:
    """What of the trail is wanted; what is empty is not asked. `since` belongs to the time,
    `before` does not.
    """

    person: UUID | None = None
    action: str = ""
    object_type: str = ""
    object_key: str = ""
    since: datetime | None = None
    before: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """True where nothing is asked: everything would be meant."""
        return self == Sought()


def entries_matching(sought: Sought) -> QuerySet[AuditEntry]:
    """Return the acts that are meant, the newest first: of a person those that they did and those
    on their record.
    """
    entries = AuditEntry.objects.order_by("-id")
    if sought.person:
        of_record = Q(object_type="person", object_key=str(sought.person))
        entries = entries.filter(Q(actor_key=sought.person) | of_record)
    exact = {
        "action": sought.action,
        "object_type": sought.object_type,
        "object_key": sought.object_key,
        "at__gte": sought.since,
        "at__lt": sought.before,
    }
    return entries.filter(**{name: value for name, value in exact.items() if value})


def chain_check() -> ChainCheck:
    """Return how far the chain was walked. One statement."""
    return ChainCheck.objects.filter(pk=1).first() or ChainCheck(pk=1)


def entry_of_seal(number: int) -> AuditEntry | None:
    """Return the act that a seal is about; None when there is no such seal."""
    return AuditEntry.objects.filter(seal__number=number).first()
