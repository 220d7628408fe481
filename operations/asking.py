"""Takes questions from the help page, and notes which were answered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from operations.models import HelpRequest


@dataclass(frozen=True)
class Asked:
    """One question with the person who asked, when they were signed in and are still there."""

    request: HelpRequest
    person: User | None


def ask_for_help(*, learner: UUID | None, text: str, contact: str, now: datetime) -> HelpRequest:
    """Store a question."""
    return HelpRequest.objects.create(learner=learner, text=text.strip(), contact=contact.strip(), asked_at=now)


def mark_answered(*, number: int, operator: User, now: datetime) -> bool:
    """Note that a question was answered; False when there is none that waits with that number."""
    waiting = HelpRequest.objects.filter(pk=number, answered_at=None)
    return bool(waiting.update(answered_at=now, answered_by_key=operator.learner_key))


def unanswered() -> list[Asked]:
    """Return the questions that wait, the oldest first. Two statements."""
    waiting = list(HelpRequest.objects.filter(answered_at=None))
    people = {person.learner_key: person for person in User.objects.filter(learner_key__in=[row.learner for row in waiting if row.learner])}
    return [Asked(row, people.get(row.learner)) for row in waiting]


def forget_help_requests(before: datetime) -> int:
    """Delete what was asked before a moment; return how many."""
    return HelpRequest.objects.filter(asked_at__lt=before).delete()[0]
