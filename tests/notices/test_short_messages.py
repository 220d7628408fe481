"""Short messages leave only by an adapter, to who agreed, of few kinds, by day, and once."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEntry
from learning.services import enrol_learner
from notices.models import MutedKind, Notice, ShortMessage, ShortMessageConsent
from notices.services import forget_notices, hand_notices_over
from notices.short_messages import (
    NotForTelephones,
    agree,
    send_due_short_messages,
    send_short_message,
    text_for,
    withdraw_consent,
)
from privacy.data_map import holdings
from privacy.erasure import erase_person
from tests.notices.test_screens import shown

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # in Lima
NIGHT = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
NUMBER, CHOICES = "+51987654321", "/avisos/correos/"
AGREES = {"celular": "1", "telephone": "987 654 321", "agrees": "on"}


class Double:
    """Takes messages in the place of a company that carries them."""

    label = "SMS"
    sent: list[tuple[str, str]] = []
    is_away = False

    def send(self, *, telephone: str, text: str) -> None:
        if Double.is_away:
            raise ConnectionError(telephone)
        Double.sent.append((telephone, text))


@pytest.fixture
def carrier(settings, monkeypatch):
    """A site whose messages the double takes."""
    monkeypatch.setattr(Double, "sent", [])
    monkeypatch.setattr(Double, "is_away", False)
    settings.SHORT_MESSAGES = f"{__name__}.Double"
    return Double


@pytest.fixture
def agreed(lina):
    agree(person=lina, telephone=NUMBER, now=NOON)
    return lina


@pytest.fixture
def remind(course):
    """Tell somebody that they have not begun; return the notice."""
    causes = count()

    def act(person):
        enrolment = enrol_learner(user=person, course=course, received_at=NOON - timedelta(days=8))
        return Notice.objects.create(
            learner=person.learner_key,
            kind="unbegun",
            cause=f"c{next(causes)}",
            facts={"course": "Migración", "enrolment": str(enrolment.uuid)},
            happened_at=NOON,
        )

    return act


def send(person, kind="unbegun", cause="c", now=NOON, **more):
    return send_short_message(learner=person.learner_key, kind=kind, cause=cause, now=now, **more)


def test_without_an_adapter_nothing_leaves_and_no_screen_speaks_of_it(client, agreed, remind):
    remind(agreed)
    assert not send(agreed)
    assert send_due_short_messages(NOON) == 0
    assert not ShortMessage.objects.exists()
    client.force_login(agreed)
    body = client.get(CHOICES).content.decode()
    assert "celular" not in body
    client.post(CHOICES, AGREES | {"telephone": "911111111"})
    assert ShortMessageConsent.objects.get().agreed_at == NOON


def test_only_who_agreed_is_written_to(carrier, agreed, omar):
    assert send(agreed)
    assert not send(omar)
    assert [telephone for telephone, _text in carrier.sent] == [NUMBER]
    withdraw_consent(person=agreed, now=NOON)
    assert not send(agreed, cause="other")


@pytest.mark.parametrize("kind", ["enrolled", "certificate_ready", "weekly_digest", "of_nobody"])
def test_other_kinds_are_not_for_telephones(carrier, agreed, kind):
    with pytest.raises(NotForTelephones):
        send(agreed, kind=kind)
    assert not carrier.sent


@pytest.mark.parametrize("code", ["", "45678913", "001234567", "Lina", "14/20", "Migración 101"])
def test_what_is_no_code_is_not_sent_as_one(carrier, agreed, code):
    with pytest.raises(NotForTelephones):
        send(agreed, kind="access_code", code=code)
    with pytest.raises(NotForTelephones):
        send(agreed, code=code or "123456")
    assert not carrier.sent


def test_a_text_says_nothing_of_anybody(course):
    for kind in ("unbegun", "stalled"):
        text = text_for(kind)
        assert "%" not in text
        assert len(text) <= 160
    assert text_for("access_code", "4F7K-2M9P").startswith("Puriq: tu código es 4F7K-2M9P.")


def test_a_reminder_waits_for_the_day_and_a_code_does_not(carrier, agreed):
    assert not send(agreed, now=NIGHT)
    assert send(agreed, kind="access_code", code="123456", now=NIGHT)
    assert send(agreed)
    assert len(carrier.sent) == 2


def test_the_same_leaves_once(carrier, agreed):
    assert send(agreed)
    assert not send(agreed)
    assert send(agreed, cause="another")
    with pytest.raises(IntegrityError), transaction.atomic():
        ShortMessage.objects.create(
            learner=agreed.learner_key, kind="unbegun", cause="c", sent_at=NOON
        )


def test_what_fails_is_not_tried_again_and_tells_no_number(carrier, agreed, caplog):
    carrier.is_away = True
    assert not send(agreed)
    carrier.is_away = False
    assert not send(agreed)
    assert "not handed over" in caplog.text
    assert NUMBER not in caplog.text


def test_reminders_leave_once_a_day(carrier, agreed, omar, remind):
    for person in (agreed, agreed, omar):
        remind(person)
    assert send_due_short_messages(NIGHT) == 0
    assert send_due_short_messages(NOON) == 1
    assert send_due_short_messages(NOON + timedelta(minutes=1)) == 0
    assert send_due_short_messages(NOON + timedelta(days=1)) == 1
    ((number, text), _next) = carrier.sent
    assert number == NUMBER
    assert "Migración" not in text


@pytest.mark.parametrize("why", ["read", "muted", "old", "begun", "gone"])
def test_a_reminder_that_is_no_use_does_not_leave(carrier, agreed, remind, why):
    notice = remind(agreed)
    now = NOON
    if why == "read":
        Notice.objects.update(read_at=NOON)
    elif why == "muted":
        MutedKind.objects.create(learner=agreed.learner_key, kind="unbegun")
    elif why == "old":
        now += timedelta(days=3)
    elif why == "begun":
        Notice.objects.filter(pk=notice.pk).update(facts={"course": "Migración"})
    else:
        agreed.is_active = False
        agreed.save(update_fields=["is_active"])
    assert send_due_short_messages(now) == 0
    assert not carrier.sent


class TestScreen:
    @pytest.fixture
    def inside(self, client, lina, carrier):
        client.force_login(lina)
        return client

    def test_a_person_agrees_and_withdraws(self, inside, lina):
        assert "Recordatorios por SMS" in shown(inside.get(CHOICES))
        for _ in range(2):
            page = inside.post(CHOICES, AGREES, follow=True)
        assert "termina en 321" in shown(page)
        consent = ShortMessageConsent.objects.get(learner=lina.learner_key)
        assert "987654321" not in consent.telephone
        assert AuditEntry.objects.filter(action="short_messages_agreed").count() == 1
        page = inside.post(CHOICES, {"sin_celular": "1"}, follow=True)
        assert "Borramos tu celular" in shown(page)
        assert not ShortMessageConsent.objects.exists()
        entries = AuditEntry.objects.filter(action__startswith="short_messages")
        assert not [entry for entry in entries if "987" in str(entry.details)]

    @pytest.mark.parametrize("telephone", ["", "12345", "01 345 6789", "+1 555 123 4567", "nueve"])
    def test_a_number_that_is_none_is_told_and_kept(self, inside, telephone):
        page = inside.post(CHOICES, AGREES | {"telephone": telephone})
        assert page.status_code == 200
        assert page.context["form"].errors["telephone"]
        assert not ShortMessageConsent.objects.exists()

    def test_nobody_agrees_without_saying_so(self, inside):
        page = inside.post(CHOICES, {"celular": "1", "telephone": "987654321"})
        assert "Marca que quieres recibirlos." in page.content.decode()
        assert 'value="987654321"' in page.content.decode()
        assert not ShortMessageConsent.objects.exists()


def test_the_copy_holds_the_number_and_erasure_takes_it(carrier, agreed):
    send(agreed)
    held = {each.name: list(each.rows(agreed)) for each in holdings()}
    assert held["telephone"] == [{"telephone": NUMBER, "agreed_at": NOON}]
    assert len(held["short_messages"]) == 1
    erase_person(agreed.learner_key)
    assert not ShortMessageConsent.objects.exists()
    assert not ShortMessage.objects.exists()


def test_time_takes_what_left(carrier, agreed):
    send(agreed)
    forget_notices(NOON + timedelta(days=1))
    assert not ShortMessage.objects.exists()
    assert ShortMessageConsent.objects.exists()


def test_of_two_accounts_none_takes_the_agreement_of_the_other(carrier, agreed, omar):
    send(agreed)
    hand_notices_over(kept=omar.learner_key, merged=agreed.learner_key)
    assert not ShortMessageConsent.objects.exists()
    assert ShortMessage.objects.get().learner == omar.learner_key
