"""Tells whom the rows of a list name who is there already, and what stands in the way; of people
out of reach it tells a few an hour.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import documents
from accounts.limits import OUTSIDERS_NAMED, take
from accounts.models import Membership, User
from accounts.permissions import people_in_reach
from audit.services import record_act
from lib.folding import folded_words
from roster.files.checks import Candidate, CheckedRow, TooManyRows, tell_all
from roster.models import RosterRow

AT_ONCE = 1000
# What many names share.
PARTICLES = {"de", "del", "la", "las", "los", "y", "san", "santa"}
Outcome = RosterRow.Outcome


class TooManyOutsiders(TooManyRows):
    """Too many rows name people out of reach; the message is for the person."""


@dataclass(frozen=True)
class Known:
    """Somebody whom a row may name: their keys, where they serve, and whether a list may move
    them.
    """

    pk: int
    learner_key: UUID
    organisation: int | None
    may_enter: bool
    has_role: bool
    in_reach: bool
    name: str


@dataclass(frozen=True)
class KnownPeople:
    """Those who are there already, by the digest of each document and by each e-mail of theirs:
    also by those of accounts that were merged into theirs.
    """

    by_document: Mapping[str, Known]
    by_email: Mapping[str, Known]

    def named_by(self, candidate: Candidate) -> Known | None:
        """Return who has the document of a row."""
        return self.by_document.get(documents.index(candidate.document_type, candidate.number))


def judged_people(
    rows: Sequence[CheckedRow], actor: User, now: datetime
) -> Callable[[Candidate], str]:
    """Tell in rows why somebody who is there already stands in the way; return what says what each
    of the others would do. Raises TooManyOutsiders.
    """
    candidates = [row.candidate for row in rows if row.candidate]
    known = known_people(candidates, actor)
    count_outsiders(sum(names_outsider(each, known) for each in candidates), actor, now)
    for row in rows:
        if row.candidate and (slip := slip_of(row.candidate, known)):
            row.slips.append(slip)
            row.candidate = None
    tell_same_person(rows, known)
    return lambda candidate: outcome_of(candidate, known)


def tell_same_person(rows: Sequence[CheckedRow], known: KnownPeople) -> None:
    """Tell of rows with several documents of one person, in all of them."""
    by_person: dict[int, list[CheckedRow]] = defaultdict(list)
    for row in rows:
        if row.candidate and (person := known.named_by(row.candidate)):
            by_person[person.pk].append(row)
    for same in by_person.values():
        tell_all(same, _("Filas %(rows)s son la misma persona, con dos documentos. Deja solo una."))


def names_outsider(candidate: Candidate, known: KnownPeople) -> bool:
    """Say whether a row has the document or the e-mail of somebody out of reach."""
    owners = (known.named_by(candidate), known.by_email.get(candidate.email))
    return any(owner is not None and not owner.in_reach for owner in owners)


def count_outsiders(count: int, actor: User, now: datetime) -> None:
    """Let somebody learn of so many people out of their reach that there is an account, and leave a
    line of it. Raises TooManyOutsiders.
    """
    if not count:
        return
    may_know = all(take(OUTSIDERS_NAMED, actor.pk, now=now) for _row in range(count))
    record_act(
        actor_key=actor.learner_key,
        action="roster_outsiders_named",
        object_type="roster_file",
        object_key="",
        now=now,
        details={"count": count},
    )
    if not may_know:
        raise TooManyOutsiders(
            _(
                "La lista nombra a muchas personas que ya tienen cuenta fuera de tu ámbito, y no "
                "la leímos. Pide en «Ayuda» que cambien su entidad, o espera una hora y sube menos."
            )
        )


def known_people(candidates: Sequence[Candidate], actor: User | AnonymousUser) -> KnownPeople:
    """Return who has a document or an e-mail of a list, and whether they are in somebody's reach.
    Twelve statements at most for each thousand rows.
    """
    indexes = [documents.index(each.document_type, each.number) for each in candidates]
    emails = [each.email for each in candidates if each.email]
    by_index: dict[str, int] = {}
    by_email: dict[str, int] = {}
    for chunk in chunks(indexes):
        by_index |= owners_by("document_index", chunk)
    for chunk in chunks(emails):
        by_email |= owners_by("email", chunk)
    people: dict[int, Known] = {}
    for keys in chunks(sorted({*by_index.values(), *by_email.values()})):
        people |= read_known(User.objects.filter(pk__in=keys), actor)
    return KnownPeople(
        {index: people[pk] for index, pk in by_index.items() if pk in people},
        {email.lower(): people[pk] for email, pk in by_email.items() if pk in people},
    )


def owners_by(field: str, values: Sequence[str]) -> dict[str, int]:
    """Return the account that has each value of a field: the one that stays, where two became one.
    One statement.
    """
    rows = User.objects.filter(**{f"{field}__in": values})
    return {
        value: kept or pk
        for value, pk, kept in rows.values_list(field, "pk", "merged_into")
        if value
    }


def chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Yield values by the thousand, fewer than any database takes at once."""
    return (values[begin : begin + AT_ONCE] for begin in range(0, len(values), AT_ONCE))


def read_known(people: QuerySet[User], actor: User | AnonymousUser) -> dict[int, Known]:
    """Return people by key. Four statements."""
    shown = ("pk", "learner_key", "is_active", "is_superuser", "first_name", "last_name")
    rows = list(people.only(*shown))
    posts = dict(
        Membership.objects.filter(user__in=[row.pk for row in rows], ended_on=None).values_list(
            "user_id", "organisation_id"
        )
    )
    with_role = set(
        User.objects.filter(pk__in=[row.pk for row in rows], grants__isnull=False).values_list(
            "pk", flat=True
        )
    )
    reached = people_in_reach(actor).filter(pk__in=[row.pk for row in rows])
    in_reach = set(reached.values_list("pk", flat=True))
    return {
        row.pk: Known(
            row.pk,
            row.learner_key,
            posts.get(row.pk),
            row.is_active,
            row.is_superuser or row.pk in with_role,
            row.pk in in_reach,
            row.get_full_name(),
        )
        for row in rows
    }


def outcome_of(candidate: Candidate, known: KnownPeople) -> str:
    """Return what a row would do today."""
    person = known.named_by(candidate)
    if person is None:
        return Outcome.NEW
    if person.organisation is None:
        return Outcome.JOINS
    return Outcome.KNOWN if person.organisation == candidate.organisation else Outcome.MOVES


def slip_of(candidate: Candidate, known: KnownPeople) -> str:
    """Return why a row cannot be carried out, whoever is there; an empty text when it can. Nobody
    is named.
    """
    person = known.named_by(candidate)
    owner = known.by_email.get(candidate.email) if candidate.email else None
    if person is None and owner is not None:
        return _(
            "Fila %(row)d, Correo: ese correo ya está en otra cuenta. Compruébalo con la persona, "
            "o deja la celda vacía."
        ) % {"row": candidate.row}
    would_move = person is not None and person.organisation != candidate.organisation
    if person is not None and would_move and not person.in_reach:
        # Whoever looks after people of one place must not take those of another: a code, or another
        # e-mail, would open their account. Nor does it tell who holds a role there.
        return _(
            "Fila %(row)d: esta persona ya tiene cuenta fuera de tu ámbito. Que cambie ella su "
            "entidad en «Mi cuenta», o pídelo en «Ayuda»."
        ) % {"row": candidate.row}
    if person is not None and would_move and (person.has_role or not person.may_enter):
        return _(
            "Fila %(row)d: su cuenta no se cambia con una lista. Búscala en «Personas», o escribe "
            "en «Ayuda»."
        ) % {"row": candidate.row}
    if person is not None and person.in_reach and not may_be_one(candidate, person.name):
        return _(
            "Fila %(row)d: ese documento es de %(name)s, y la fila nombra a otra persona. Revisa "
            "el número. Si es ella, corrige antes su nombre en su ficha."
        ) % {"row": candidate.row, "name": person.name}
    return ""


def may_be_one(candidate: Candidate, name: str) -> bool:
    """Say whether a row may name the person of an account: any word of both names is the same, or
    nearly. One wrong digit of a document would enrol and move somebody else.
    """
    theirs = _name_words(name)
    own = _name_words(f"{candidate.first_name} {candidate.last_name}")
    if not theirs or not own or theirs & own:
        return True
    return any(get_close_matches(word, theirs, n=1, cutoff=0.75) for word in own)


def _name_words(name: str) -> set[str]:
    return set(folded_words(name)) - PARTICLES
