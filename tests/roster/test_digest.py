"""Who coordinates reads once a week how many people wait: counts alone, from Monday on."""

from datetime import UTC, datetime, timedelta

import pytest
from post_office.models import Email

from learning.services import enrol_learner
from notices.choosing import set_muted
from notices.models import JournalPosition, MutedKind, Notice
from notices.queries import is_notice_of
from notices.writing import write_due_letters, write_notices
from roster.digest import DIGEST, counts_for
from roster.requests import ask

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)  # eight in the morning in Lima


@pytest.fixture
def waiting(nusta):
    """Ñusta never came in, and asks for something."""
    ask(
        person=nusta, kind="other", words="No sé cómo seguir",
        uuid="6f0f0f0e-0000-4000-8000-000000000001", now=MONDAY,
    )  # fmt: skip
    return nusta


def digests():
    return Notice.objects.filter(kind=DIGEST.name)


def test_a_coordinator_reads_counts_of_the_own_scope_once(nora, max_, waiting):
    for hours in (0, 1, 26):
        write_notices(MONDAY + timedelta(hours=hours))
    (told,) = digests()
    assert told.learner == nora.learner_key
    assert told.facts == {"inactive": "1", "stalled": "0", "stuck": "0", "requests": "1"}
    text = DIGEST.text_of(told)
    assert "sin activar, 1" in text
    assert waiting.last_name not in text
    write_notices(MONDAY + timedelta(days=7))
    assert digests().count() == 2


def test_who_waits_after_monday_is_told_the_week_after(nora, request):
    write_notices(MONDAY)
    request.getfixturevalue("waiting")
    for days in range(1, 7):
        write_notices(MONDAY + timedelta(days=days))
    assert not digests().exists()
    write_notices(MONDAY + timedelta(days=7))
    assert digests().count() == 1


@pytest.mark.parametrize("missed", [1, 3, 6])
def test_a_monday_without_a_worker_is_told_on_a_later_day_once(nora, waiting, missed):
    write_notices(MONDAY - timedelta(days=4))
    told = digests().count()
    for days in range(missed, 7):
        write_notices(MONDAY + timedelta(days=days))
    assert digests().count() == told + 1


def test_sunday_night_in_lima_is_no_monday(nora, waiting):
    write_notices(MONDAY - timedelta(days=4))
    told = digests().count()
    write_notices(datetime(2026, 11, 30, 3, 0, tzinfo=UTC))
    assert digests().count() == told


def test_it_is_written_once_though_the_day_is_asked_twice(nora, waiting):
    write_notices(MONDAY)
    JournalPosition.objects.update(number=0)
    write_notices(MONDAY + timedelta(hours=1))
    assert digests().count() == 1


def test_nobody_is_written_for_nothing(nora):
    write_notices(MONDAY)
    assert not digests().exists()


def test_who_does_not_want_the_letter_gets_none(nora, waiting, settings):
    settings.EMAIL_BACKEND = "notices.backend.LetterQueue"
    settings.LETTER_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    set_muted(learner=nora.learner_key, muted={DIGEST.name}, actor_key=nora.learner_key, now=MONDAY)
    write_notices(MONDAY)
    write_due_letters(MONDAY)
    assert is_notice_of(nora, digests().get().pk)
    assert not Email.objects.filter(letter__kind=DIGEST.name).exists()


def test_a_letter_leads_to_the_people_and_names_nobody(nora, waiting, settings):
    settings.EMAIL_BACKEND = "notices.backend.LetterQueue"
    settings.LETTER_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    write_notices(MONDAY)
    write_due_letters(MONDAY)
    letter = Email.objects.get(letter__kind=DIGEST.name)
    assert letter.to == [nora.email]
    assert "/personas/" in letter.message
    assert waiting.last_name not in letter.message


def test_who_stopped_in_two_courses_is_one_person(nora, nusta, course):
    enrol_learner(user=nusta, course=course, received_at=MONDAY)
    assert counts_for(nora, MONDAY)["inactive"] == 1


def test_only_who_coordinates_is_asked_about_it(client, nora, lina):
    client.force_login(lina)
    assert "Resumen semanal" not in client.get("/avisos/correos/").content.decode()
    client.force_login(nora)
    assert "Resumen semanal" in client.get("/avisos/correos/").content.decode()
    client.post("/avisos/correos/", {"correo": ["enrolled"]})
    muted = MutedKind.objects.filter(learner=nora.learner_key)
    assert "weekly_digest" in muted.values_list("kind", flat=True)
