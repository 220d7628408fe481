"""Lists the people to call: those who do not come on, where they serve, and their last call."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.permissions import people_in_sight
from accounts.services import record_act_on
from courses.editions import outline_of
from learning.models import Enrolment
from learning.queries import stalled, unbegun
from lib.identifiers import identifier_for
from lib.texts import as_written
from quizzes.models import Attempt, QuizPage
from quizzes.queries import standings_in
from roster.models import Contact

# People on one page of a list, which is worked off by telephone, and in its file.
MOST_LISTED = 400
MOST_IN_FILE = 10_000


@dataclass(frozen=True)
class Call:
    """A person to call: where they serve, in which course they stopped, and since when."""

    person: User
    post: Membership | None
    course: str
    since: date
    contact: Contact | None


@dataclass(frozen=True)
class CallList:
    """A list, in words, and how it finds those of its people that stand in a window: (key of the
    person, course, since when).
    """

    name: str
    title: Any
    told: Any
    since: Any
    find: Callable[[User, datetime, slice], list[tuple[UUID, str, date]]]


def _not_activated(user: User, now: datetime, window: slice) -> list[tuple[UUID, str, date]]:
    never = people_in_sight(user).filter(is_active=True, last_login=None, first_entry_at=None)
    people = never.exclude(pk=user.pk).order_by("date_joined", "pk")[window]
    return [(person.learner_key, "", timezone.localdate(person.date_joined)) for person in people]


def _not_begun(user: User, now: datetime, window: slice) -> list[tuple[UUID, str, date]]:
    rows = _in_sight(user, unbegun()).order_by("enrolled_at", "pk")
    return _courses(rows, lambda row: timezone.localdate(row.enrolled_at), window)


def _stalled(user: User, now: datetime, window: slice) -> list[tuple[UUID, str, date]]:
    rows = _in_sight(user, stalled(now)).order_by("last_act_on", "pk")
    return _courses(rows, lambda row: row.last_act_on, window)


def _without_attempts(user: User, now: datetime, window: slice) -> list[tuple[UUID, str, date]]:
    """Find who failed a required quiz and may not try it now."""
    failed = Attempt.objects.filter(
        enrolment=OuterRef("pk"), state=Attempt.State.SUBMITTED, passed=False
    )
    active = Enrolment.objects.filter(Exists(failed), state=Enrolment.State.ACTIVE)
    rows = list(_in_sight(user, active).select_related("course").order_by("last_act_on", "pk"))
    quizzes = {
        row.pk: [
            activity
            for activity in outline_of(row.course.latest_edition_id).required
            if activity.kind == QuizPage.kind
        ]
        for row in rows
    }
    stuck = {
        enrolment
        for (enrolment, _key), standing in standings_in(quizzes, now).items()
        if standing.attempts
        and not standing.has_passed
        and not standing.left
        and not standing.open_attempt
        and not standing.awaits_mark
    }
    return _courses([row for row in rows if row.pk in stuck], lambda row: row.last_act_on, window)


def _in_sight(user: User, rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    people = people_in_sight(user).filter(is_active=True).values("learner_key")
    return rows.filter(learner__in=people)


def _courses(
    rows: QuerySet[Enrolment] | list[Enrolment],
    since: Callable[[Enrolment], date],
    window: slice,
) -> list[tuple[UUID, str, date]]:
    if isinstance(rows, QuerySet):
        rows = rows.select_related("course")
    return [
        (row.learner, outline_of(row.course.latest_edition_id).title, since(row))
        for row in rows[window]
    ]


LISTS = {
    call_list.name: call_list
    for call_list in (
        CallList(
            "sin-activar",
            _("Sin activar"),
            _("Tienen cuenta y nunca ingresaron. Dales su papeleta, o llámalas."),
            _("Desde"),
            _not_activated,
        ),
        CallList(
            "sin-empezar",
            _("Sin empezar"),
            _("Se inscribieron en un curso y no han hecho nada en él."),
            _("Inscrita el"),
            _not_begun,
        ),
        CallList(
            "detenidas",
            _("Detenidas"),
            _("Empezaron un curso y llevan 14 días o más sin avanzar."),
            _("Último avance"),
            _stalled,
        ),
        CallList(
            "sin-intentos",
            _("Sin intentos"),
            _("No aprobaron un cuestionario y ahora no les queda ningún intento."),
            _("Último avance"),
            _without_attempts,
        ),
    )
}


def first_of(call_list: CallList, user: User, now: datetime) -> list[tuple[UUID, str, date]]:
    """Return the first of a list, and one more where there are more than a page holds."""
    return call_list.find(user, now, slice(MOST_LISTED + 1))


def calls_in(
    call_list: CallList, user: User, now: datetime, *, page: int = 1, most: int = MOST_LISTED
) -> tuple[list[Call], bool]:
    """Return the people of a list in somebody's sight, those who wait longest first: those of one
    page of `most`, and whether there are more behind them. Seven statements at most, besides
    editions not seen.
    """
    start = (page - 1) * most
    found = call_list.find(user, now, slice(start, start + most + 1))
    rows = found[:most]
    keys = {key for key, _course, _since in rows}
    people = {row.learner_key: row for row in User.objects.filter(learner_key__in=keys)}
    posts = {
        row.user_id: row
        for row in Membership.objects.filter(
            user__in=[person.pk for person in people.values()], ended_on=None
        ).select_related("organisation__district")
    }
    contacts = last_contacts(keys)
    calls = [
        Call(people[key], posts.get(people[key].pk), course, since, contacts.get(key))
        for key, course, since in rows
        if key in people
    ]
    return calls, len(found) > most


def last_contacts(keys: Iterable[UUID]) -> dict[UUID, Contact]:
    """Return the last call of each person. One statement."""
    rows = Contact.objects.filter(learner__in=list(keys)).order_by("pk")
    return {row.learner: row for row in rows}


def note_contact(*, person: User, note: str, uuid: UUID, actor: User, now: datetime) -> bool:
    """Note that somebody called a person; False when the same note was sent before. Sent from the
    same page about somebody else, or in other words, it is another note.
    """
    facts = {
        "learner": person.learner_key,
        "by_key": actor.learner_key,
        "note": as_written(note),
    }
    with transaction.atomic():
        contact, is_new = _noted(uuid, facts, now)
        if not is_new and any(getattr(contact, name) != fact for name, fact in facts.items()):
            _contact, is_new = _noted(identifier_for(uuid, *facts.values()), facts, now)
        if is_new:
            record_act_on(person, "person_called", now, {}, actor=actor)
    return is_new


def _noted(uuid: UUID, facts: dict[str, Any], now: datetime) -> tuple[Contact, bool]:
    return Contact.objects.get_or_create(uuid=uuid, defaults={**facts, "at": now})
