"""Reads pages of the trail in words, with the people that its keys lead to today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.models import AuditEntry
from audit.queries import Sought, entries_matching
from audit.services import record_act
from certificates.queries import codes_by_key
from lib.identifiers import read_key, read_uuid
from privacy.acts import act_for_others, facts_in_words

MOST_SHOWN = 50
THINGS: dict[str, Promise] = {
    "attempt": _("Intento"),
    "bank": _("Banco de preguntas"),
    "certificate": _("Certificado"),
    "collection": _("Colección del editor"),
    "document": _("Documento del editor"),
    "enrolment": _("Inscripción"),
    "figures": _("Cifras"),
    "help_request": _("Pedido de ayuda"),
    "image": _("Imagen"),
    "incident": _("Incidente"),
    "letter": _("Carta"),
    "organisation": _("Entidad"),
    "page": _("Página"),
    "person": _("Persona"),
    "provider": _("Institución responsable"),
    "question": _("Pregunta"),
    "roster_file": _("Lista de personas o entidades"),
    "site": _("Sitio"),
    "task": _("Tarea"),
    "workflow": _("Pasos de revisión"),
}


class UnreadableSearch(Exception):
    """The address of a search says what no form of ours writes."""


@dataclass(frozen=True)
class Search:
    """A search as it stands in an address: identifiers and days, never a name or a document."""

    person: UUID | None = None
    act: str = ""
    thing: str = ""
    key: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def sought(self) -> Sought:
        """The same for the trail; days are those of Lima."""
        return Sought(
            person=self.person,
            action=self.act,
            object_type=self.thing,
            object_key=self.key,
            since=_midnight(self.since) if self.since else None,
            before=_midnight(self.until + timedelta(days=1)) if self.until else None,
        )

    def of(self, person: UUID) -> "Search":
        """Return the same search about a person."""
        return replace(self, person=person)

    @property
    def address(self) -> str:
        """The address at which this search is answered."""
        facts = {
            "persona": self.person,
            "acto": self.act,
            "objeto": self.thing,
            "clave": self.key,
            "desde": self.since,
            "hasta": self.until,
        }
        asked = urlencode({name: value for name, value in facts.items() if value})
        return f"{reverse('operations:trail')}?{asked}" if asked else reverse("operations:trail")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def read_search(query: QueryDict) -> Search:
    """Return the search that an address asks for. Raises UnreadableSearch."""
    return Search(
        person=_read(query, "persona", read_uuid),
        act=query.get("acto", "")[:60],
        thing=query.get("objeto", "")[:60],
        key=query.get("clave", "")[:64],
        since=_read(query, "desde", _day),
        until=_read(query, "hasta", _day),
    )


def read_last(query: QueryDict) -> int | None:
    """Return behind which act a page begins, None for the first page. Raises UnreadableSearch."""
    return _read(query, "antes", read_key)


def _read(query, name, reader):
    text = query.get(name, "")
    value = reader(text) if text else None
    if text and value is None:
        raise UnreadableSearch(name)
    return value


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and date(2000, 1, 1) <= day < date(2100, 1, 1) else None


@dataclass(frozen=True)
class ShownEntry:
    """An act in words, with who did it and on whose record, when they are still there, and the
    identifier of what it was on, as it stands on paper.
    """

    entry: AuditEntry
    act: str
    who: User | None
    whom: User | None
    thing: str
    facts: str
    key: str


@dataclass(frozen=True)
class TrailPage:
    """Some acts, and the number of the last one when older ones follow."""

    entries: Sequence[ShownEntry]
    older: int | None


def page_of(search: Search, last: int | None) -> TrailPage:
    """Return the acts of a search, the newest first, behind the act `last`. Three statements at
    most.
    """
    found = entries_matching(search.sought)
    rows = list((found.filter(id__lt=last) if last else found)[: MOST_SHOWN + 1])
    shown = rows[:MOST_SHOWN]
    keys = {row.actor_key for row in shown} | {_person_key(row) for row in shown}
    people = {
        person.learner_key: person for person in User.objects.filter(learner_key__in=keys - {None})
    }
    codes = codes_by_key(
        key
        for row in shown
        if row.object_type == "certificate" and (key := read_uuid(row.object_key))
    )
    entries = [
        ShownEntry(
            row,
            act_for_others(row.action),
            people.get(row.actor_key) if row.actor_key else None,
            people.get(key) if (key := _person_key(row)) else None,
            str(THINGS.get(row.object_type, row.object_type)),
            facts_in_words(row.details),
            codes.get(read_uuid(row.object_key) or UUID(int=0), row.object_key),
        )
        for row in shown
    ]
    return TrailPage(entries, shown[-1].pk if len(rows) > MOST_SHOWN else None)


def _person_key(entry: AuditEntry) -> UUID | None:
    return read_uuid(entry.object_key) if entry.object_type == "person" else None


def note_search(search: Search, *, by: User, count: int, now: datetime) -> None:
    """Leave a line for a look into the trail: on the record of the person it was about, or on the
    site's, with what was asked, never its value.
    """
    asked = [name for name in ("act", "thing", "key", "since", "until") if getattr(search, name)]
    record_act(
        actor_key=by.learner_key,
        action="trail_seen" if search.person else "trail_searched",
        object_type="person" if search.person else "site",
        object_key=str(search.person) if search.person else "",
        now=now,
        details={"by": asked, "count": count},
    )
