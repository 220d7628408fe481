"""Finds acts in the trail by who, what, on what, and when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from audit.models import AuditEntry, ChainCheck, Seal
from audit.sealing import FIRST


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


def acts_of(actor: UUID, since: datetime | None, before: datetime | None) -> "QuerySet[AuditEntry]":
    """Return what somebody did and saw in a time, the oldest first, with the seals. `since` belongs
    to the time, `before` does not.
    """
    sought = {"at__gte": since, "at__lt": before}
    time = {name: moment for name, moment in sought.items() if moment}
    return AuditEntry.objects.filter(actor_key=actor, **time).select_related("seal").order_by("id")


def people_touched(entries: "QuerySet[AuditEntry]") -> Iterator[tuple[str, int]]:
    """Yield on whose records some acts are, as their keys, with how many acts each; a look at many
    people at once is on nobody's.
    """
    of_people = entries.filter(object_type="person").exclude(object_key="").select_related(None)
    counted = of_people.order_by("object_key").values("object_key").annotate(acts=Count("pk"))
    for row in counted.iterator(chunk_size=500):
        yield row["object_key"], row["acts"]


def last_seal() -> Seal | None:
    """Return the end of the chain; None while nothing is sealed."""
    return Seal.objects.order_by("-number").first()


def digests_of(numbers: Iterable[int]) -> dict[int, str]:
    """Return the digests of some seals by their numbers; before the first one stand zeros."""
    found = Seal.objects.filter(number__in=list(numbers)).values_list("number", "digest")
    return {0: FIRST, **dict(found)}
