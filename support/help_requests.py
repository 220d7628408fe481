"""Takes questions from the help page, and reads which wait."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet

from accounts.models import User
from lib.terms import Term, late_before, term_of
from support.models import HelpRequest

RECEIPT = "support.help_receipt"


@dataclass(frozen=True)
class Asked:
    """One question with the person who asked, when they were signed in and are still there."""

    request: HelpRequest
    person: User | None


def ask_for_help(
    *, learner: UUID | None, text: str, contact: str, now: datetime, uuid: UUID | None = None
) -> HelpRequest:
    """Return a stored question; sent twice with the identifier of the client and in the same words,
    it is one.
    """
    facts = {"learner": learner, "text": text.strip(), "contact": contact.strip()}
    help_request, is_new = HelpRequest.objects.get_or_create(
        uuid=uuid or uuid4(), defaults={**facts, "asked_at": now}
    )
    if is_new or all(getattr(help_request, name) == value for name, value in facts.items()):
        return help_request
    return HelpRequest.objects.create(uuid=uuid4(), asked_at=now, **facts)


def receipt_of(asked: HelpRequest) -> str:
    """Return the text by which who asked finds the question again: signed, so that nobody can make
    one up.
    """
    return signing.Signer(salt=RECEIPT).sign(asked.pk)


def asked_by(receipt: str) -> HelpRequest | None:
    """Return the question of a receipt; None for one of no question, or of one that was deleted."""
    try:
        number = signing.Signer(salt=RECEIPT).unsign(receipt)
    except signing.BadSignature:
        return None
    return HelpRequest.objects.filter(pk=number).first()


def waiting_requests() -> QuerySet[HelpRequest]:
    """Return the questions that nobody answered yet, the oldest first."""
    return HelpRequest.objects.filter(answered_at=None)


def term_of_help(asked: HelpRequest, now: datetime) -> Term | None:
    """Return until when the receipt promised an answer; None for what was answered."""
    if asked.answered_at is not None:
        return None
    return term_of(asked.asked_at, settings.HELP_ANSWER_DAYS, now)


def help_late_before(now: datetime) -> datetime:
    """Return the moment before which a question that still waits is late."""
    return late_before(settings.HELP_ANSWER_DAYS, now)


def with_people(requests: Iterable[HelpRequest]) -> list[Asked]:
    """Return questions with who asks. One statement, besides that of the questions."""
    rows = list(requests)
    people = {
        person.learner_key: person
        for person in User.objects.filter(
            learner_key__in=[row.learner for row in rows if row.learner]
        )
    }
    return [Asked(row, people.get(row.learner) if row.learner else None) for row in rows]


def own_help_requests(person: User) -> list[HelpRequest]:
    """Return what a person asked, the newest first."""
    return list(
        HelpRequest.objects.filter(learner=person.learner_key).order_by("-asked_at", "-pk")[:50]
    )


def forget_help_requests(before: datetime) -> int:
    """Delete what was asked before a moment; return how many."""
    return HelpRequest.objects.filter(asked_at__lt=before).delete()[0]
