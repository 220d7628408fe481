"""A letter waits in the database until a mail server took it: none is lost, none leaves twice, and
one that cannot leave is told.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from post_office.models import STATUS, Email

from accounts.services import email_change_token
from accounts.tasks import send_email_change_letter, send_recovery_letter
from notices.models import Letter, MailServer
from notices.queries import failed_letters, queue_state
from notices.services import BACK_OFF, REFUSALS_IN_A_ROW, send_again
from tests.notices.mail_server import Mailbox, serving, text_of

pytestmark = pytest.mark.django_db


def statuses():
    return list(Email.objects.order_by("pk").values_list("status", flat=True))


def test_a_letter_arrives_once(mailbox, write, work):
    write()
    assert (work(), work()) == (1, 0)
    (letter,) = mailbox.letters
    assert (letter["To"], letter["Subject"], text_of(letter)) == (
        "ana@example.pe", "Hola", "Un texto.\n",
    )  # fmt: skip
    assert statuses() == [STATUS.sent]


def test_a_letter_of_an_act_that_is_undone_never_leaves(mailbox, write, work):
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert work() == 0
    assert mailbox.letters == []


def test_a_letter_refused_for_good_is_not_tried_again(mailbox, write, work, clock):
    mailbox.answers = ["550 5.1.1 <ana@example.pe> no such user"]
    write()
    write("luis@example.pe")
    assert work() == 1
    assert mailbox.recipients == ["luis@example.pe"]
    clock.go_on(days=3)
    assert work() == 0
    (letter,) = failed_letters(clock())
    (log,) = letter.email.logs.all()
    assert log.message == "550 5.1.1 … no such user"


@pytest.mark.parametrize("answer", ["451 4.7.1 greylisted", "data: 452 4.3.1 mailbox full"])
def test_a_letter_refused_for_now_is_tried_later(mailbox, write, work, clock, answer):
    mailbox.answers = [answer]
    write()
    assert work() == 0
    assert work() == 0  # not before its time
    clock.go_on(minutes=1)
    assert work() == 1
    assert len(mailbox.letters) == 1


def test_pauses_grow_until_a_letter_is_given_up(mailbox, write, work, clock):
    mailbox.always = "452 4.2.2 mailbox full"
    write()
    for pause in BACK_OFF:
        work()
        assert statuses() == [STATUS.requeued]
        clock.go_on(seconds=pause.total_seconds() - 1)
        assert work() == 0
        assert Email.objects.get().logs.count() == Email.objects.get().number_of_retries
        clock.go_on(seconds=1)
    work()
    assert statuses() == [STATUS.failed]
    assert sum(BACK_OFF, timedelta()) > timedelta(days=2)


def test_letters_wait_while_nobody_listens(queued, write, work, clock, settings):
    for number in range(30):
        write(f"a{number}@example.pe")
    assert work() == 0
    server = MailServer.objects.get()
    assert (server.failed_count, server.away_since) == (1, clock())
    # No letter was blamed, and a dead server is not asked thirty times.
    assert set(statuses()) == {STATUS.queued}
    box = Mailbox()
    with serving(box, settings.EMAIL_PORT):
        assert work() == 0  # it is left alone for a while
        clock.go_on(minutes=1)
        assert work() == 30
    assert len(set(box.recipients)) == 30
    assert MailServer.objects.get().away_since is None


def test_a_server_that_dies_before_its_answer_gets_one_letter_twice_at_most(
    mailbox, write, work, clock
):
    mailbox.answers = ["dies"]
    write()
    write("luis@example.pe")
    work()
    for _ in range(5):
        clock.go_on(minutes=5)
        work()
    assert sorted(mailbox.recipients) == ["ana@example.pe", "ana@example.pe", "luis@example.pe"]
    twice = [letter["Message-ID"] for letter in mailbox.letters if "ana" in letter["To"]]
    assert twice[0] == twice[1]  # who reads them sees one
    assert statuses() == [STATUS.sent, STATUS.sent]


def test_a_server_that_always_dies_is_not_flooded(mailbox, write, work, clock):
    mailbox.always = "dies"
    write()
    for _ in range(20):
        clock.go_on(hours=1)
        work()
    assert len(mailbox.letters) == 2
    assert statuses() == [STATUS.failed]
    assert "no se sabe si llegó" in failed_letters(clock())[0].email.logs.last().message


def test_a_letter_over_which_the_worker_was_killed_is_sent_again_once(mailbox, write, work, clock):
    write()
    Letter.objects.update(sending_since=clock())
    assert work() == 1
    write("luis@example.pe")
    Letter.objects.filter(email__to="luis@example.pe").update(sending_since=clock(), unsure_count=1)
    assert work() == 0
    assert statuses() == [STATUS.sent, STATUS.failed]


def test_a_wrong_server_does_not_burn_all_letters(mailbox, write, work, clock):
    mailbox.always = "554 5.7.1 relay access denied"
    for number in range(50):
        write(f"a{number}@example.pe")
    work()
    assert queue_state(clock()).failed == REFUSALS_IN_A_ROW
    assert MailServer.objects.get().paused_until > clock()
    mailbox.always = ""
    clock.go_on(minutes=1)
    assert work() == 40


def test_a_refused_sender_is_no_fault_of_letters(mailbox, write, work, clock, monkeypatch):
    async def refuse(self, server, session, envelope, address, options):
        return "553 5.7.1 sender not allowed"

    monkeypatch.setattr(type(mailbox), "handle_MAIL", refuse, raising=False)
    write()
    write("luis@example.pe")
    assert work() == 0
    assert set(statuses()) <= {STATUS.queued, STATUS.requeued}
    assert "553" in MailServer.objects.get().why


def test_a_letter_with_a_link_is_unreadable_while_it_waits_and_wiped_afterwards(
    mailbox, work, lina
):
    send_recovery_letter.enqueue(lina.username)
    (email,) = Email.objects.all()
    assert "/cuenta/recuperar/" not in email.message
    assert work() == 1
    assert "/cuenta/recuperar/" in text_of(mailbox.letters[0])
    email.refresh_from_db()
    assert (email.message, email.html_message) == ("", "")


def test_a_link_that_is_over_does_not_leave(mailbox, work, lina, clock):
    token = email_change_token(user=lina, email="otra@example.pe", now=clock() - timedelta(days=4))
    send_email_change_letter.enqueue(token)
    assert work() == 0
    assert mailbox.letters == []
    assert statuses() == [STATUS.failed]
    assert Email.objects.get().message == ""


def test_an_operator_sends_a_failed_letter_again(mailbox, write, work, clock, oscar):
    mailbox.answers = ["550 no"]
    write()
    work()
    number = Letter.objects.get().pk
    assert send_again(number=number, operator=oscar, now=clock())
    assert not send_again(number=number, operator=oscar, now=clock())
    assert work() == 1


def test_an_odd_address_is_refused_where_an_operator_sees_it(mailbox, write, work, clock):
    write("ana@\nexample.pe")
    assert work() == 0
    assert queue_state(clock()).failed == 1
