"""A program of mail stops what nobody waits for with one click, and nothing else (RFC 8058)."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.letters import LetterMessage
from notices.kinds import kinds
from notices.models import MutedKind, Notice
from notices.services import send_due_letters
from notices.unsubscribing import LASTS, unsubscribe_token
from notices.writing import message_for, write_due_letters
from tests.notices.test_screens import notice, shown
from tests.notices.test_screens import unbegun as unbegun  # a fixture

pytestmark = pytest.mark.django_db
HTTPS = "https://puriq.example.pe"
REMINDERS = {"unbegun", "stalled"}
HEADER, POST_HEADER = "List-Unsubscribe", "List-Unsubscribe-Post"


def letter_of(person, kind) -> LetterMessage:
    facts = dict.fromkeys(("inactive", "stalled", "stuck", "requests", "course", "days"), "2")
    return message_for(notice(person, kind, **facts), kinds()[kind], person)


def muted_by(person) -> set[str]:
    return set(MutedKind.objects.filter(learner=person.learner_key).values_list("kind", flat=True))


def path_in(letter) -> str:
    return re.search(r"(/avisos/sin-recordatorios/[^>]+)>", letter.extra_headers[HEADER])[1]


@pytest.fixture(autouse=True)
def https(settings):
    settings.BASE_URL = HTTPS


@pytest.fixture
def program():
    """A program of mail: no cookie, no page, and the browser's guard stands."""
    return Client(enforce_csrf_checks=True)


def one_click(program, path):
    return program.post(path, {HEADER: "One-Click"})


@pytest.mark.parametrize("kind", ["unbegun", "stalled", "weekly_digest"])
def test_what_nobody_waits_for_says_how_to_stop_it(lina, kind):
    letter = letter_of(lina, kind)
    assert letter.extra_headers[HEADER].startswith(f"<{HTTPS}/avisos/sin-recordatorios/")
    assert letter.extra_headers[POST_HEADER] == "List-Unsubscribe=One-Click"
    assert path_in(letter) in letter.body


def test_no_other_letter_does(lina):
    others = [kind for kind in kinds() if kind not in REMINDERS | {"weekly_digest"}]
    assert len(others) > 5
    assert not [kind for kind in others if letter_of(lina, kind).extra_headers]


def test_without_https_no_click_is_offered(lina, settings):
    settings.BASE_URL = "http://puriq.example.pe"
    headers = letter_of(lina, "unbegun").extra_headers
    assert HEADER in headers
    assert POST_HEADER not in headers


def test_the_headers_reach_the_program_whole(lina, unbegun, mailbox, clock):
    Notice.objects.update(letter_due_at=clock())
    write_due_letters(clock())
    send_due_letters(clock)
    (letter,) = mailbox.letters
    address = "".join(letter[HEADER].split())
    assert re.fullmatch(rf"<{HTTPS}/avisos/sin-recordatorios/[\w.:-]+/>", address)
    assert letter[POST_HEADER] == "List-Unsubscribe=One-Click"


def test_one_click_stops_reminders_alone(program, lina):
    path = path_in(letter_of(lina, "unbegun"))
    for _ in range(2):
        assert one_click(program, path).status_code == 200
    assert muted_by(lina) == REMINDERS


def test_one_click_stops_the_digest_alone(program, max_):
    path = path_in(letter_of(max_, "weekly_digest"))
    assert "Deja de recibir el resumen" in shown(program.get(path))
    assert muted_by(max_) == set()
    assert "Ya no recibirás este resumen" in shown(one_click(program, path))
    assert muted_by(max_) == {"weekly_digest"}


def test_a_letter_that_is_too_old_stops_nothing(program, lina, monkeypatch):
    path = path_in(letter_of(lina, "unbegun"))
    later = timezone.now() + LASTS + timedelta(minutes=1)
    monkeypatch.setattr("time.time", later.timestamp)
    assert "Este enlace ya venció" in shown(program.get(path))
    assert one_click(program, path).status_code == 410
    assert muted_by(lina) == set()


@pytest.mark.parametrize("kind", ["account_made", "enrolled", "of_nobody"])
def test_a_token_for_what_is_always_sent_is_none(program, lina, kind):
    path = f"/avisos/sin-recordatorios/{unsubscribe_token(lina.learner_key, kind)}/"
    assert one_click(program, path).status_code == 404
    assert muted_by(lina) == set()
