"""A mail server of the tests: a real one, on this machine, that answers as it is told."""

import email
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller

from tools.harness.servers import free_port


class Mailbox:
    """Keeps what the server took, and what it shall answer next.

    `answers` are used up one for each letter: a text refuses its recipient with it, `"data: …"`
    refuses its text, and `"dies"` takes the letter and closes before the answer.
    """

    def __init__(self):
        self.letters: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.answers: list[str] = []
        self.always = ""

    def next_answer(self) -> str:
        return self.answers.pop(0) if self.answers else self.always

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        self.answer = self.next_answer()
        if self.answer and self.answer[:3].isdecimal():
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.answer.startswith("data: "):
            return self.answer.removeprefix("data: ")
        self.letters.append(email.message_from_bytes(envelope.content, policy=default))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        if self.answer == "dies":
            server.transport.abort()
        return "250 OK"

    @property
    def recipients(self) -> list[str]:
        return [address for _sender, addresses in self.envelopes for address in addresses]


@contextmanager
def serving(mailbox: Mailbox, port: int | None = None):
    """Yield the port of a server that fills the mailbox."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def text_of(letter: EmailMessage) -> str:
    """Return the plain text of a letter that arrived."""
    return letter.get_body(("plain",)).get_content().replace("\r\n", "\n")
