"""Lets letters go the whole way: through the queue to a mail server of the tests."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMessage

from notices.services import send_due_letters
from tests.notices.mail_server import Mailbox, serving
from tools.harness.servers import free_port

NOON = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # in Lima


class Clock:
    """The time of the tests: it stands until it is moved on."""

    def __init__(self, moment=NOON):
        self.moment = moment

    def __call__(self):
        return self.moment

    def go_on(self, **span):
        self.moment += timedelta(**span)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def queued(settings):
    """Put every letter of the site into the queue; its mail server is away."""
    settings.EMAIL_BACKEND = "notices.backend.LetterQueue"
    settings.LETTER_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_TIMEOUT = 5


@pytest.fixture
def mailbox(queued, settings):
    """A mail server that is there."""
    box = Mailbox()
    with serving(box, settings.EMAIL_PORT):
        yield box


@pytest.fixture
def work(clock):
    """Do what the worker does with letters; return how many left."""
    return lambda: send_due_letters(clock)


@pytest.fixture
def write():
    """Send a letter as any part of the site does."""

    def act(to="ana@example.pe", subject="Hola"):
        EmailMessage(subject, "Un texto.\n", "puriq@example.pe", [to]).send()

    return act
