"""Puts every letter of the site into the queue of the database, in the transaction of whoever sends
it: the worker hands them to the mail server.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import make_msgid
from django.db import transaction
from django.utils import timezone
from post_office.models import PRIORITY, STATUS, Email

from accounts import documents
from accounts.letters import LetterFacts
from notices.models import Letter


class LetterQueue(BaseEmailBackend):
    """Django's way to send, which only stores."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store the letters; return how many."""
        with transaction.atomic():
            for message in email_messages:
                queue_letter(message)
        return len(email_messages)


def queue_letter(message: EmailMessage) -> Letter:
    """Store one letter and its facts. Two statements.

    An address that the mail server will not take is refused there, where an operator sees it:
    django-post-office's own `save` would refuse the row, and the letter would be lost.
    """
    facts: LetterFacts = getattr(message, "facts", LetterFacts())
    seal = documents.encrypt if facts.holds_secret else str
    (email,) = Email.objects.bulk_create(
        [
            Email(
                from_email=message.from_email,
                to=list(message.to),
                cc=list(message.cc),
                bcc=list(message.bcc),
                subject=message.subject,
                message=seal(str(message.body)),
                html_message=seal(html) if (html := html_of(message)) else "",
                headers=dict(message.extra_headers) or None,
                status=STATUS.queued,
                priority=PRIORITY.low if facts.may_wait else PRIORITY.high,
                expires_at=facts.ends_at,
                message_id=make_msgid(domain=urlsplit(settings.BASE_URL).hostname),
                created=timezone.now(),
                last_updated=timezone.now(),
            )
        ]
    )
    return Letter.objects.create(
        email=email,
        learner=facts.learner,
        kind=facts.kind,
        holds_secret=facts.holds_secret,
        is_last=facts.is_last,
        follows_person=facts.follows_person,
        may_wait=facts.may_wait,
    )


def html_of(message: EmailMessage) -> str:
    """Return the part in HTML, when there is one."""
    return next(
        (str(text) for text, kind in getattr(message, "alternatives", []) if kind == "text/html"),
        "",
    )
