"""Makes notices of what journals hold, and letters of notices that are due."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.letters import LetterFacts, LetterMessage
from accounts.models import User
from lib.letters import leads_out
from notices.journals import Cause, Journal, journals, recurrences
from notices.kinds import Kind, kinds, reminder_kinds
from notices.models import JournalPosition, MutedKind, Notice
from notices.quiet import NIGHT_ENDS
from notices.services import recount_unread
from notices.unsubscribing import unsubscribe_address, unsubscribe_headers
from provider.queries import letter_signature, the_provider

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 500
LETTERS_AT_ONCE = 500
# A transaction may be committed after one that began later: what is younger is read again.
SETTLED_AFTER = timedelta(minutes=10)
# What a site did before it knew notices is told to nobody.
FIRST_LOOK_BACK = timedelta(days=1)
# The young rows that this process has told, by their numbers: while no other came, one statement
# says so each minute. Another process tells them once more, and nothing is told twice.
_told: dict[str, frozenset[int]] = {}


def write_notices(now: datetime) -> int:
    """Write the notices that journals and the new day cause; return how many are new.

    Safe to run again. A journal that fails is logged, and the others are read.
    """
    count = 0
    for journal in journals():
        try:
            count += _read_on(journal, now)
        except Exception:
            logger.exception("The journal %s could not be read", journal.name)
    today = timezone.localdate(now)
    for name, recurrence in recurrences().items():
        position, _is_new = JournalPosition.objects.get_or_create(name=name, defaults={"number": 0})
        if position.number >= recurrence.since(today).toordinal():
            continue
        try:
            found = list(recurrence.causes(now))  # asked before anything is held: it may take long
            with transaction.atomic():
                count += store_notices(found, now)
                JournalPosition.objects.filter(name=name).update(number=today.toordinal())
        except Exception:
            logger.exception("What the day makes due could not be told: %s", name)
    return count


def forget_told() -> None:
    """Read the young rows of every journal whole again."""
    _told.clear()


def _read_on(journal: Journal, now: datetime) -> int:
    position = JournalPosition.objects.filter(name=journal.name).first()
    if position is None:
        before = journal.rows().filter(**{f"{journal.at}__lt": now - FIRST_LOOK_BACK})
        first = before.aggregate(last=Max(journal.number))["last"] or 0
        position = JournalPosition.objects.create(name=journal.name, number=first)
    look = _look_after(journal, position.number, now)
    told = _told.get(journal.name, frozenset())
    has_news = (look.count, look.last) != (len(told), max(told, default=position.number))
    if not has_news and look.settled <= position.number:
        return 0
    number, count = position.number, 0
    while numbers := _numbers_after(journal, number):
        number = numbers[-1]
        count += _tell(journal, [row for row in numbers if row not in told], now)
        _move(position, min(number, look.settled))
    return count


@dataclass(frozen=True)
class Look:
    """What is to be read of a journal: how many rows, up to which number, and up to which one all
    are settled: never past a row that is young, as one with a smaller number may follow it.
    """

    count: int
    last: int
    settled: int


def _look_after(journal: Journal, number: int, now: datetime) -> Look:
    """Look at what follows a number. One statement."""
    young = Q(**{f"{journal.at}__gte": now - SETTLED_AFTER})
    look = (
        journal.rows()
        .filter(**{f"{journal.number}__gt": number})
        .aggregate(
            count=Count(journal.number),
            last=Max(journal.number),
            youngest=Min(journal.number, filter=young),
        )
    )
    last, youngest = look["last"] or number, look["youngest"]
    return Look(look["count"], last, last if youngest is None else youngest - 1)


def _move(position: JournalPosition, number: int) -> None:
    """Begin after a row from now on: what was told up to it need not be remembered."""
    if number <= position.number:
        return
    position.number = number
    position.save(update_fields=["number"])
    told = _told.get(position.name, frozenset())
    _told[position.name] = frozenset(row for row in told if row > number)


def _numbers_after(journal: Journal, number: int) -> list[int]:
    """Return the numbers of the next rows."""
    rows = journal.rows().filter(**{f"{journal.number}__gt": number}).order_by(journal.number)
    return list(rows.values_list(journal.number, flat=True)[:ROWS_AT_ONCE])


def _tell(journal: Journal, numbers: list[int], now: datetime) -> int:
    """Store what some rows of a journal cause; return how many notices are new."""
    if not numbers:
        return 0
    rows = journal.rows().filter(**{f"{journal.number}__in": numbers}).order_by(journal.number)
    count = store_notices(journal.read(list(rows)), now)
    transaction.on_commit(lambda: _remember(journal.name, numbers))
    return count


def _remember(name: str, numbers: list[int]) -> None:
    _told[name] = _told.get(name, frozenset()).union(numbers)


def store_notices(causes: Iterable[Cause], now: datetime) -> int:
    """Store what is not told yet, for people who are there; return how many are new.

    Few statements, however many they are: who is there, what is told, one insert, and how much each
    of these people has not read.
    """
    wanted = {(cause.learner, cause.kind, cause.key): cause for cause in causes}
    learners = {learner for learner, _kind, _key in wanted}
    if not wanted:
        return 0
    present = set(
        User.objects.filter(learner_key__in=learners).values_list("learner_key", flat=True)
    )
    told = set(
        Notice.objects.filter(
            learner__in=present, cause__in={key for _learner, _kind, key in wanted}
        ).values_list("learner", "kind", "cause")
    )
    new = [
        Notice(
            learner=cause.learner,
            kind=cause.kind,
            cause=cause.key,
            facts=cause.facts,
            happened_at=cause.happened_at,
            letter_due_at=now if leads_out() else None,
        )
        for key, cause in wanted.items()
        if cause.learner in present and key not in told
    ]
    with transaction.atomic():
        Notice.objects.bulk_create(new, ignore_conflicts=True)
        recount_unread({notice.learner for notice in new})
    return len(new)


def write_due_letters(now: datetime, *, waits_a_day: bool = True) -> int:
    """Queue the letters of notices that are due; return how many.

    One that cannot be written is logged and waits an hour; the others are written. A second
    reminder of one day waits for the next, unless letters are held anyhow (`waits_a_day`).
    """
    due = list(
        Notice.objects.filter(letter_due_at__lte=now).order_by("letter_due_at", "pk")[
            :LETTERS_AT_ONCE
        ]
    )
    people = {
        person.learner_key: person
        for person in User.objects.filter(
            learner_key__in={notice.learner for notice in due}, is_active=True
        ).exclude(email="")
    }
    muted = set(MutedKind.objects.filter(learner__in=people.keys()).values_list("learner", "kind"))
    count = 0
    for notice in due:
        try:
            with transaction.atomic():
                person = people.get(notice.learner)
                count += _write_letter(notice, person, muted, now, waits_a_day=waits_a_day)
        except Exception:
            logger.exception("The letter of notice %s could not be written", notice.pk)
            Notice.objects.filter(pk=notice.pk).update(letter_due_at=now + timedelta(hours=1))
    return count


def _write_letter(
    notice: Notice,
    person: User | None,
    muted: set[tuple[UUID, str]],
    now: datetime,
    *,
    waits_a_day: bool,
) -> bool:
    """Queue the letter of one notice where there is to be one; say whether it was."""
    kind = kinds().get(notice.kind)
    change: dict[str, Any] = {"letter_due_at": None}
    wants = (
        person is not None
        and kind is not None
        and (notice.learner, notice.kind) not in muted
        and notice.pk in kind.true_ones([notice])
    )
    if wants and waits_a_day and kind.is_reminder and was_reminded(notice.learner, now):
        change["letter_due_at"] = next_morning(now)
        wants = False
    if wants:
        change["letter_written_at"] = now
    # Who else took it in the meantime has written it.
    is_ours = Notice.objects.filter(pk=notice.pk, letter_due_at__isnull=False).update(**change)
    if not (wants and is_ours):
        return False
    message_for(notice, kind, person).send()
    return True


def was_reminded(learner: UUID, now: datetime) -> bool:
    """Say whether a person got the letter of a reminder today, by the calendar of Lima."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return Notice.objects.filter(
        learner=learner, kind__in=reminder_kinds(), letter_written_at__gte=start
    ).exists()


def next_morning(now: datetime) -> datetime:
    """Return when the next day begins for letters, in Lima."""
    tomorrow = timezone.localtime(now) + timedelta(days=1)
    return tomorrow.replace(hour=NIGHT_ENDS, minute=0, second=0, microsecond=0)


def message_for(notice: Notice, kind: Kind, person: User) -> LetterMessage:
    """Return the letter of a notice, as plain text and as simple HTML.

    It names nobody: nobody has proved that the address is the person's.
    """
    context = {
        "title": kind.title_of(notice),
        "text": kind.text_of(notice),
        "address": settings.BASE_URL + reverse(kind.page),
        "button": kind.button,
        "signature": letter_signature(the_provider()),
        "unsubscribe": "",
        "is_reminder": kind.is_reminder,
    }
    headers = {}
    if kind.is_sent_to_many:
        context["unsubscribe"] = unsubscribe_address(person.learner_key, kind)
        headers = unsubscribe_headers(context["unsubscribe"])
    message = LetterMessage(
        context["title"],
        render_to_string("notices/letter.txt", context).strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[person.email],
        headers=headers,
    )
    message.attach_alternative(render_to_string("notices/letter.html", context), "text/html")
    message.facts = LetterFacts(
        kind=notice.kind, learner=notice.learner, follows_person=True, may_wait=True
    )
    return message
