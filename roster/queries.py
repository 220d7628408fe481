"""Finds people inside the reach of who looks after them, and reads what their card shows."""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from accounts.models import Membership, ReasonedAct, RoleGrant, User
from accounts.permissions import FACTORS, people_in_reach, people_in_sight
from accounts.queries import named_like, people_with_document, people_with_email
from audit.models import AuditEntry
from certificates.models import Certificate
from courses.outline import Activity
from learning.addresses import requirements_address
from learning.departures import studies_and_departures_of
from learning.models import Enrolment
from learning.queries import Study, studies_of
from lib.folding import sorting_key
from lib.identifiers import plain_email
from quizzes.queries import QuizStanding, standings_in
from quizzes.services import TIME_LIMIT
from roster.models import Request
from territory.models import Area

MOST_FOUND = 25
MOST_LOOKS = 20
# Official names change once a year: a process may show an old one for so many seconds.
NAMES_KEPT = 600
# Acts of the trail that say that somebody saw a person's record.
LOOKS = (
    "card_opened",
    "conditions_seen",
    "erasure_request_seen",
    "help_request_seen",
    "person_found",
    "person_opened",
    "request_seen",
    "trail_seen",
)


@dataclass(frozen=True)
class Sought:
    """What was typed to find a person, and how it is read: `document`, `email` or `name`."""

    by: str
    typed: str


def read_sought(typed: str) -> Sought | None:
    """Tell how what was typed is read: with @ an e-mail, with numbers a document, else a name; None
    for less than two letters of one.
    """
    if "@" in typed:
        return Sought("email", typed)
    if re.search(r"\d", typed):
        return Sought("document", typed)
    return Sought("name", typed) if named_like(typed) is not None else None


@dataclass(frozen=True)
class Found:
    """The people that a search found, at most `MOST_FOUND`, each with the post of today."""

    people: Sequence[User]
    has_more: bool


def find_people(user: User, sought: Sought) -> Found:
    """Return the people in the sight of a person that a search means. Two statements."""
    people = people_in_sight(user)
    if sought.by == "name":
        condition = named_like(sought.typed)
        people = people.filter(condition) if condition is not None else people.none()
    else:
        exactly = _exactly(sought).values("pk")
        is_sought = Q(pk__in=exactly) | Q(merged_accounts__in=exactly)
        people = people.filter(pk__in=User.objects.filter(is_sought).values("pk"))
    posts = Membership.objects.filter(ended_on=None).select_related("organisation__district")
    rows = list(
        people.order_by("last_name", "first_name", "pk").prefetch_related(
            Prefetch("memberships", posts, to_attr="posts")
        )[: MOST_FOUND + 1]
    )
    found = sorted(rows[:MOST_FOUND], key=_by_name)
    return Found(found, len(rows) > MOST_FOUND)


def _by_name(person: User) -> tuple[str, str, int]:
    """Return what people are sorted by: each database puts «Álvarez» elsewhere."""
    return sorting_key(person.last_name), sorting_key(person.first_name), person.pk


def _exactly(sought: Sought) -> QuerySet[User]:
    if sought.by == "email":
        return people_with_email(plain_email(sought.typed))
    return people_with_document(sought.typed).order_by()


def person_in_reach(user: User, username: str) -> User | None:
    """Return the person with an opaque name, if they are in reach; None like for nobody."""
    return people_in_reach(user).filter(username=username).first()


def person_on_card(user: User, username: str) -> User | None:
    """Return a person in sight with what their card tells beside themselves, in one statement:
    `has_second_factor`, whether another account was merged into theirs (`has_merged`), how many
    requests wait (`waiting_count`), and which waits longest.
    """
    waiting = Request.objects.filter(learner=OuterRef("learner_key"), state=Request.State.PENDING)
    counted = waiting.order_by().values("learner").annotate(count=Count("pk")).values("count")
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return (
        people_in_sight(user)
        .filter(username=username)
        .annotate(
            has_second_factor=Exists(factors),
            has_merged=Exists(User.objects.filter(merged_into=OuterRef("pk"))),
            waiting_count=Coalesce(Subquery(counted), 0),
            oldest_request=Subquery(waiting.order_by("asked_at", "pk").values("uuid")[:1]),
        )
        .first()
    )


def person_in_sight(user: User, username: str) -> User | None:
    """Return the person with an opaque name, if their card may be opened; None like for nobody."""
    return people_in_sight(user).filter(username=username).first()


@dataclass(frozen=True)
class Quiz:
    """A required quiz that a person has not passed: how many attempts are left, or when one
    opens.
    """

    name: str
    title: str
    left: int
    opens_at: datetime | None
    has_open_attempt: bool
    awaits_mark: bool
    is_stuck: bool
    may_get_time: bool


@dataclass(frozen=True)
class CourseRow:
    """Where a person stands in a course: what is done, what is missing, and the quizzes in it."""

    study: Study
    missing: list[Activity]
    quizzes: list[Quiz]

    @property
    def total(self) -> int:
        """How many steps the course asks for."""
        return len(self.study.outline.required)

    @property
    def requirements_url(self) -> str:
        """The address of every step of an open course, or an empty text."""
        if self.study.is_closed:
            return ""
        address = requirements_address(self.study.outline.slug)
        return address and f"{address}?persona={self.study.enrolment.learner}"

    @property
    def may_be_left(self) -> bool:
        """True while the course is in progress: what is finished stays."""
        return self.study.enrolment.state == Enrolment.State.ACTIVE

    @property
    def is_over(self) -> bool:
        """True for who has completed the course."""
        return self.study.enrolment.state == Enrolment.State.COMPLETED


def course_rows(person: User, now: datetime) -> tuple[list[CourseRow], list[Study]]:
    """Return the courses of a person, the most recent first, and those that they left. Two
    statements, besides what the process has not seen.
    """
    studies, left = studies_and_departures_of(person)
    unfinished = _unfinished_quizzes(studies, now)
    rows = []
    for study in studies:
        pk = study.enrolment.pk
        missing = [item.activity for item in study.conditions if not item.is_met]
        quizzes = [
            _quiz(quiz_name(study.enrolment, activity.key), activity, standing)
            for activity, standing in unfinished[pk]
        ]
        rows.append(CourseRow(study, missing, quizzes))
    return rows, left


def _unfinished_quizzes(
    studies: Iterable[Study], now: datetime
) -> dict[int, list[tuple[Activity, Any]]]:
    """Return, by enrolment, the required quizzes that were not passed, each with where the person
    stands. One statement at most.
    """
    waiting = {study.enrolment.pk: _quizzes_to_pass(study) for study in studies}
    standings = standings_in({pk: quizzes for pk, quizzes in waiting.items() if quizzes}, now)
    return {
        pk: [(activity, standings[pk, activity.key]) for activity in quizzes]
        for pk, quizzes in waiting.items()
    }


def _quizzes_to_pass(study: Study) -> list[Activity]:
    """Return the required quizzes of a course in progress that were not passed."""
    if study.enrolment.state != Enrolment.State.ACTIVE or study.is_closed:
        return []
    return [
        item.activity
        for item in study.conditions
        if not item.is_met and "pass_mark" in item.activity.facts
    ]


def quiz_name(enrolment: Enrolment, key: UUID) -> str:
    """Return what a form calls a quiz of an enrolment."""
    return f"{enrolment.uuid}:{key}"


def _quiz(name: str, activity: Activity, standing: Any) -> Quiz:
    return Quiz(
        name,
        activity.title,
        standing.left,
        standing.opens_at,
        standing.open_attempt is not None,
        standing.awaits_mark,
        standing.is_stuck,
        may_get_time(standing),
    )


@dataclass(frozen=True)
class RequiredQuiz:
    """A required quiz that a person did not pass."""

    enrolment: Enrolment
    key: UUID
    course: str
    title: str

    @property
    def name(self) -> str:
        """What a form calls it."""
        return quiz_name(self.enrolment, self.key)

    def __str__(self) -> str:
        return f"{self.title} · {self.course}"


def stuck_quizzes(person: User, now: datetime) -> list[RequiredQuiz]:
    """Return the quizzes at which a person could be given one attempt more. Two statements, besides
    what the process has not seen.
    """
    return _required_quizzes(person, now, lambda standing: standing.is_stuck)


def timed_quizzes(person: User, now: datetime) -> list[RequiredQuiz]:
    """Return the quizzes for which a person could be given more time. Two statements, besides what
    the process has not seen.
    """
    return _required_quizzes(person, now, may_get_time)


def may_get_time(standing: QuizStanding) -> bool:
    """Say whether more minutes would be of use: for an attempt with a limit, open or to come."""
    has_limit = bool(standing.rules.get(TIME_LIMIT))
    return has_limit and not (standing.has_passed or standing.is_over)


def _required_quizzes(
    person: User, now: datetime, is_chosen: Callable[[QuizStanding], bool]
) -> list[RequiredQuiz]:
    studies = studies_of(person)
    unfinished = _unfinished_quizzes(studies, now)
    return [
        RequiredQuiz(study.enrolment, activity.key, study.outline.title, activity.title)
        for study in studies
        for activity, standing in unfinished[study.enrolment.pk]
        if is_chosen(standing)
    ]


def certificates_held_by(person: User) -> list[Certificate]:
    """Return the certificates of a person, the newest first, without what nobody but they see. One
    statement.
    """
    rows = Certificate.objects.filter(learner=person.learner_key)
    return list(rows.defer("document_cipher", "score_scaled", "syllabus").order_by("-created_at"))


def is_outdated(certificate: Certificate, person: User) -> bool:
    """True when a certificate shows another name, or another document, than the person has."""
    return (
        certificate.holder_name != person.get_full_name()
        or certificate.document_type != person.document_type
        or certificate.document_last != person.document_number[-3:]
    )


def grants_of(accounts: Sequence[User]) -> list[RoleGrant]:
    """Return every role that accounts hold, will hold or held, the newest first. One statement."""
    rows = RoleGrant.objects.filter(user__in=accounts).exclude(role=RoleGrant.Role.LEARNER)
    rows = rows.select_related("organisation__district", "organisation__entry")
    return list(rows.order_by("-starts_on", "-pk"))


def grants_in_reach(user: User) -> QuerySet[RoleGrant]:
    """Return the roles in force or to come of the people in reach, with each person; those whose
    last review is longest ago first.
    """
    rows = RoleGrant.objects.filter(
        RoleGrant.not_ended(timezone.localdate()), user__in=people_in_reach(user)
    ).exclude(role=RoleGrant.Role.LEARNER)
    looked_at = Coalesce("reviewed_on", "starts_on")
    rows = rows.select_related("user", "organisation__district", "organisation__entry")
    return rows.order_by(F("came_back_on").asc(nulls_last=True), looked_at, "pk")


def area_names(grants: Iterable[RoleGrant]) -> dict[str, str]:
    """Return the names of areas by code, where some roles are about any. No statement when the
    process asked within ten minutes.
    """
    if not any(grant.area_codes for grant in grants):
        return {}
    return names_during(int(time.monotonic() // NAMES_KEPT))


@lru_cache(maxsize=1)
def names_during(turn: int) -> dict[str, str]:
    """Return the names of areas as they were when first asked in a turn."""
    return dict(Area.objects.values_list("code", "name"))


def about(accounts: Sequence[User]) -> QuerySet[AuditEntry]:
    """Return the lines of the trail about the accounts of a person."""
    keys = [str(account.learner_key) for account in accounts]
    return AuditEntry.objects.filter(object_type="person", object_key__in=keys)


def acts_on(accounts: Sequence[User]) -> list[tuple[ReasonedAct, dict[str, Any]]]:
    """Return the last changes that others made in the accounts of a person, the newest first, each
    with what its line of the trail tells: fields, role or quiz. One statement.
    """
    lines = about(accounts).filter(
        action=OuterRef("action"),
        at=OuterRef("at"),
    )
    acts = ReasonedAct.objects.filter(user__in=accounts).annotate(
        told=Subquery(lines.order_by("pk").values("details")[:1])
    )
    return [(act, act.told or {}) for act in acts.order_by("-id")[:MOST_LOOKS]]


@dataclass(frozen=True)
class Look:
    """That somebody saw the record of a person: the day, and the role that they held on it."""

    on: date
    role: str


def looks_at(accounts: Sequence[User]) -> list[Look]:
    """Return the last looks of others at the record of a person, the newest first; several of a
    day in the same role are one. One statement.
    """
    held = RoleGrant.objects.filter(
        RoleGrant.not_ended(OuterRef("on")),
        user__learner_key=OuterRef("actor_key"),
        starts_on__lte=OuterRef("on"),
    ).exclude(role=RoleGrant.Role.LEARNER)
    entries = about(accounts).filter(action__in=LOOKS)
    rows = (
        entries.exclude(actor_key__in=[each.learner_key for each in accounts])
        .exclude(actor_key=None)
        .annotate(on=TruncDate("at"))
        .annotate(role=Subquery(held.order_by("role").values("role")[:1]))
        .order_by("-id")
        .values_list("on", "role")[: 5 * MOST_LOOKS]
    )
    words = dict(RoleGrant.Role.choices)
    looks = [Look(on, str(words.get(role, ""))) for on, role in rows]
    return list(dict.fromkeys(looks))[:MOST_LOOKS]
