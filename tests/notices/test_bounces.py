"""An address whose server refuses letters for good is told on the card, until it is another one."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.letters import LetterFacts, LetterMessage
from accounts.models import User
from accounts.services import grant_role
from notices.queries import letters_written_to
from notices.services import forget_letter_texts

pytestmark = pytest.mark.django_db
GONE = "550 5.1.1 no such user"
TOLD = "Las cartas a este correo no llegan"


@pytest.fixture
def send_to(work, clock):
    """Send a letter to a person and let the worker do its part."""

    def act(person, **facts):
        message = LetterMessage("Hola", "Un texto.\n", "puriq@example.pe", [person.email])
        message.facts = LetterFacts(kind="enrolled", learner=person.learner_key, **facts)
        message.send()
        work()

    return act


def bounces(person) -> bool:
    return User.objects.get(pk=person.pk).email_bounces


def test_an_address_refused_for_good_bounces_until_a_letter_leaves(mailbox, omar, send_to):
    assert not bounces(omar)
    mailbox.answers = [GONE]
    send_to(omar)
    assert bounces(omar)
    send_to(omar)
    assert not bounces(omar)


def test_another_address_does_not_bounce(mailbox, omar, send_to):
    mailbox.answers = [GONE]
    send_to(omar)
    omar.email = "omar.condori@example.pe"
    omar.save(update_fields=["email"])
    assert not bounces(omar)


def test_it_stays_when_the_letters_are_forgotten(mailbox, omar, send_to):
    mailbox.answers = [GONE]
    send_to(omar)
    forget_letter_texts(timezone.now() + timedelta(days=1))
    assert not letters_written_to(omar)
    assert bounces(omar)


def test_a_letter_to_an_address_of_before_says_nothing(mailbox, omar, send_to, clock):
    mailbox.answers = [GONE]
    send_to(omar)
    omar.email = "omar.condori@example.pe"
    omar.save(update_fields=["email"])
    send_to(omar)
    omar.email = "omar@demo.example"
    omar.save(update_fields=["email"])
    assert not bounces(omar)


@pytest.mark.parametrize("answer", ["451 4.7.1 greylisted", "data: 554 5.6.0 we do not like it"])
def test_what_is_no_fault_of_the_address_is_no_bounce(mailbox, omar, send_to, answer):
    mailbox.answers = [answer]
    send_to(omar)
    assert not bounces(omar)


def test_an_address_that_only_waits_is_told_by_the_letter_before(mailbox, omar, send_to, clock):
    mailbox.answers = [GONE, "451 4.7.1 greylisted"]
    send_to(omar)
    send_to(omar)
    assert bounces(omar)


def test_an_address_that_never_answered_for_now_is_no_bounce(mailbox, omar, send_to, work, clock):
    mailbox.answers = ["451 4.7.1 greylisted"] * 11
    send_to(omar)
    for _try in range(11):
        clock.go_on(days=1)
        work()
    (letter,) = letters_written_to(omar)
    assert letter.has_failed
    assert not bounces(omar)


def test_the_card_says_so_and_what_to_do(mailbox, client, nora, omar, send_to):
    mailbox.answers = [GONE]
    send_to(omar)
    client.force_login(nora)
    card = reverse("roster:card", args=[omar.username])
    body = client.get(card).content.decode()
    assert TOLD in body
    assert reverse("roster:act", args=[omar.username, "correo"]) in body.split(TOLD)[1][:500]
    grant_role(user=omar, role="coordinator", area_codes=["21"], now=timezone.now())
    assert "Llámala para que lo cambie" in client.get(card).content.decode()
    omar.email = "omar.condori@example.pe"
    omar.save(update_fields=["email"])
    assert TOLD not in client.get(card).content.decode()
