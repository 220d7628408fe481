"""Says what a letter is besides its text: whom it is for, and what must become of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.mail import EmailMultiAlternatives


@dataclass(frozen=True)
class LetterFacts:
    """What the queue of letters wants to know.

    One that `holds_secret` is encrypted while it waits and wiped afterwards; after `ends_at` it is
    not sent. `is_last` goes to a person who was erased; one that `follows_person` goes to the
    address that the person has when it leaves, and one that `may_wait` does not leave at night.
    """

    kind: str = "other"
    learner: UUID | None = None
    holds_secret: bool = False
    ends_at: datetime | None = None
    is_last: bool = False
    follows_person: bool = False
    may_wait: bool = False


class LetterMessage(EmailMultiAlternatives):
    """A message that carries its facts to the queue; other ways to send do not mind them."""

    facts = LetterFacts()
