"""Reads the queue of letters."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _
from post_office.models import STATUS

from accounts.models import User
from notices.kinds import Kind, kinds
from notices.models import Letter, MailServer, MutedKind, Notice
from notices.quiet import is_quiet as is_quiet  # a door of this room

WAITING = (STATUS.queued, STATUS.requeued)
FAILED_SHOWN, NOTICES_SHOWN, LETTERS_SHOWN = 200, 100, 10


@dataclass(frozen=True)
class QueueState:
    """What an operator reads first: how many letters wait, left and failed, and the mail server."""

    waiting: int
    sent_today: int
    failed: int
    server: MailServer | None


@dataclass(frozen=True)
class ShownNotice:
    """A notice with its words."""

    notice: Notice
    title: str
    text: str
    kind: Kind


def due_letters(now: datetime, is_quiet: bool) -> "QuerySet[Letter, Any]":
    """Return the keys of the letters to send now, those that a person waits for first."""
    due = Letter.objects.filter(
        Q(email__scheduled_time=None) | Q(email__scheduled_time__lte=now),
        email__status__in=WAITING,
        held_since=None,
    )
    if is_quiet:
        due = due.filter(may_wait=False)
    return due.order_by("-email__priority", "pk").values_list("pk", flat=True)


def failed_letters(now: datetime) -> QuerySet[Letter]:
    """Return the letters that failed for good, the newest first; `may_go_again` says of each
    whether there is still a text that may leave.
    """
    return (
        Letter.objects.filter(email__status=STATUS.failed)
        .annotate(
            may_go_again=Case(
                When(_is_over(now), then=Value(False)),
                default=Value(True),
                output_field=BooleanField(),
            )
        )
        .select_related("email")
        .prefetch_related("email__logs")
        .order_by("-email__last_updated", "-pk")
    )


def letters_to_send_again(now: datetime) -> QuerySet[Letter]:
    """Return those of the failed letters that may still leave."""
    return Letter.objects.filter(email__status=STATUS.failed).exclude(_is_over(now))


def _is_over(now: datetime) -> Q:
    return Q(email__message="") | Q(email__expires_at__isnull=False, email__expires_at__lte=now)


def queue_state(now: datetime) -> QueueState:
    """Count the letters by where they are. Two statements."""
    counts = Letter.objects.aggregate(
        waiting=Count("pk", filter=Q(email__status__in=WAITING, held_since=None)),
        sent_today=Count(
            "pk",
            filter=Q(email__status=STATUS.sent, email__last_updated__gt=now - timedelta(hours=24)),
        ),
        failed=Count("pk", filter=Q(email__status=STATUS.failed)),
    )
    return QueueState(**counts, server=MailServer.objects.filter(pk=1).first())


def trouble_with_letters(failed_after: datetime, away_before: datetime) -> "QuerySet[Any, Any]":
    """Return a row for each letter given up since a moment, and one when the mail server takes
    nothing since before another.
    """
    failed = Letter.objects.filter(
        email__status=STATUS.failed, email__last_updated__gt=failed_after
    ).order_by()
    away = MailServer.objects.filter(away_since__lt=away_before).order_by()
    mark = Value(1, output_field=IntegerField())
    return failed.values_list(mark).union(away.values_list(mark), all=True)


@dataclass(frozen=True)
class ShownLetter:
    """What others may know of a letter: what it was about, when it was written, and whether it
    left; neither its text nor its address.
    """

    about: str
    written_at: datetime
    state: str
    has_failed: bool


LETTER_STATES = {
    STATUS.sent: _("Salió"),
    STATUS.failed: _("No salió"),
    STATUS.queued: _("Espera"),
    STATUS.requeued: _("Se intentará otra vez"),
}
_HELD = _("Retenida: un operador decide si sale")


def letters_written_to(person: User) -> list[ShownLetter]:
    """Return the last letters to a person, the newest first. One statement."""
    rows = Letter.objects.filter(learner=person.learner_key).select_related("email")
    fields = ("kind", "held_since", "email__created", "email__status")
    known = kinds()
    return [
        ShownLetter(
            str(known[row.kind].label if row.kind in known else _("Su cuenta")),
            row.email.created,
            str(_HELD if row.is_held else LETTER_STATES[row.email.status]),
            row.email.status == STATUS.failed,
        )
        for row in rows.only(*fields).order_by("-pk")[:LETTERS_SHOWN]
    ]


def is_letter(number: int) -> bool:
    """Say whether there is a letter with that number."""
    return Letter.objects.filter(pk=number).exists()


def notices_of(person: User) -> list[Notice]:
    """Return the newest notices of a person, whatever room they come from."""
    return list(
        Notice.objects.filter(learner=person.learner_key, kind__in=kinds()).order_by(
            "-happened_at", "-pk"
        )[:NOTICES_SHOWN]
    )


def shown_notices(rows: list[Notice]) -> tuple[list[ShownNotice], list[ShownNotice]]:
    """Return what waits for the person, and what is told only; an action that was taken, or that
    the person has read, waits no more.
    """
    waiting: list[ShownNotice] = []
    told: list[ShownNotice] = []
    for kind in kinds().values():
        of_kind = [row for row in rows if row.kind == kind.name]
        true_ones = kind.true_ones(of_kind) if of_kind and kind.needs_action else set()
        for row in of_kind:
            needs = kind.needs_action and row.pk in true_ones and row.read_at is None
            shown = ShownNotice(row, kind.title_of(row), kind.text_of(row), kind)
            (waiting if needs else told).append(shown)

    def newest(shown: ShownNotice) -> tuple[datetime, int]:
        return shown.notice.happened_at, shown.notice.pk

    return sorted(waiting, key=newest, reverse=True), sorted(told, key=newest, reverse=True)


def is_notice_of(person: User, number: int) -> bool:
    """Say whether a notice with that number is the person's."""
    return Notice.objects.filter(pk=number, learner=person.learner_key).exists()


def muted_kinds(person: User) -> set[str]:
    """Return the kinds of which a person wants no letters."""
    return set(MutedKind.objects.filter(learner=person.learner_key).values_list("kind", flat=True))
