"""What an operator and learners meet on bad days: a mail server that is wrong, slow or full, people
who leave while their letters wait.
"""

import socket
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.tasks import send_recovery_letter
from learning.services import enrol_learner
from notices.models import Letter, MailServer, Notice
from notices.queries import failed_letters
from notices.services import repeat_interrupted_letters, send_due_letters
from notices.writing import write_due_letters, write_notices
from privacy.erasure import ask_for_erasure, carry_out

pytestmark = pytest.mark.django_db


@contextmanager
def talking(port, words):
    """Serve one greeting to whoever comes, and nothing else."""
    door = socket.create_server(("127.0.0.1", port))
    connections = []

    def greet():
        while True:
            try:
                link, _address = door.accept()
            except OSError:
                return
            connections.append(link)
            link.sendall(words)

    thread = threading.Thread(target=greet, daemon=True)
    thread.start()
    try:
        yield connections
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        for link in connections:
            link.close()
        thread.join()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (b"421 too busy\r\n", "421 too busy"),
        (b"554 not for you\r\n", "554 not for you"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", ""),
        (b"", "timed out"),
    ],
    ids=["busy", "refuses us", "no mail server", "silent"],
)
def test_a_server_that_takes_nobody_blames_no_letter(queued, write, work, settings, words, told):
    settings.EMAIL_TIMEOUT = 0.2
    write()
    write("luis@example.pe")
    with talking(settings.EMAIL_PORT, words) as connections:
        assert work() == 0
        assert len(connections) == 1
    assert set(Email.objects.values_list("status", flat=True)) == {STATUS.queued}
    assert told in MailServer.objects.get().why


def test_a_name_that_nobody_knows_is_told(queued, write, work, settings):
    settings.EMAIL_HOST = "correo.invalid"
    write()
    assert work() == 0
    assert MailServer.objects.get().why


def test_a_password_that_is_refused_blames_no_letter(mailbox, write, work, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "puriq@example.pe", "secreto"
    write()
    assert work() == 0
    server = MailServer.objects.get()
    assert server.why
    assert "secreto" not in server.why
    assert Email.objects.get().status == STATUS.queued


def test_a_full_mailbox_is_tried_again_and_others_go_on(mailbox, write, work, clock):
    mailbox.answers = ["452 4.2.2 mailbox full"]
    write()
    write("luis@example.pe")
    assert work() == 1
    clock.go_on(minutes=1)
    assert work() == 1


def test_keys_that_are_lost_hold_up_no_other_letter(mailbox, write, work, lina, oscar):
    send_recovery_letter.enqueue(lina.username)
    Email.objects.update(message="not what we encrypted")
    write()
    assert work() == 1
    assert mailbox.recipients == ["ana@example.pe"]


def test_who_is_erased_gets_the_last_letter_alone(
    course, lina, oscar, mailbox, clock, tmp_path, settings
):
    settings.ERASURE_LIST = str(tmp_path / "erasures.jsonl")
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    write_notices(timezone.now())
    write_due_letters(timezone.now())
    send_recovery_letter.enqueue(lina.username)
    assert Letter.objects.count() == 2
    request = ask_for_erasure(user=lina, now=timezone.now())
    carry_out(request=request, operator=oscar, now=timezone.now())
    send_due_letters(clock)
    (letter,) = mailbox.letters
    assert letter["Subject"] == "Borramos tus datos de Puriq"
    assert Notice.objects.count() == 0
    assert Email.objects.get().to == []


def test_who_is_erased_while_the_letter_is_handed_over_leaves_nothing(
    course, lina, mailbox, write, work, monkeypatch
):
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    write_notices(timezone.now())
    write_due_letters(timezone.now())
    take = Email.dispatch

    def erased_meanwhile(email, **options):
        lina.delete()
        return take(email, **options)

    monkeypatch.setattr(Email, "dispatch", erased_meanwhile)
    work()
    assert (Email.objects.count(), Letter.objects.count()) == (0, 0)


def test_a_bounced_address_is_told_to_the_operator_without_it(mailbox, write, work, clock):
    mailbox.answers = ["550 5.1.1 <ana@example.pe>: user unknown (ana@example.pe)"]
    write()
    work()
    (letter,) = failed_letters(clock())
    assert "ana@" not in letter.email.logs.get().message


def test_nothing_is_repeated_of_tasks_that_ended(db):
    assert repeat_interrupted_letters(now=timezone.now() + timedelta(days=1)) == 0
