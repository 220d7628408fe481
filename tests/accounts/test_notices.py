"""Who owns an account hears of a new password and of a new e-mail, whoever made the change; a
letter never stops it.
"""

import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.utils import timezone

from accounts.limits import NOTICES_OF_PERSON
from accounts.new_password import take_new_password
from accounts.notices import tell_of_new_email
from accounts.recovery import issue_code
from accounts.services import create_person
from tools.harness.servers import free_port

pytestmark = pytest.mark.django_db
PASSWORD, NEW = "tres palabras juntas", "otra frase bien larga"
EVENING = datetime(2026, 11, 30, 1, 5, tzinfo=UTC)


@pytest.fixture
def rosa(organisations):
    """Serves in Puno, where Nora coordinates; has a DNI and an e-mail."""
    return create_person(
        first_name="Rosa",
        last_name="Ñahui",
        email="rosa@example.org",
        document_type="dni",
        document_number="40123678",
        organisation=organisations["puno"],
        password=PASSWORD,
        now=timezone.now(),
    )


def link_in(letter) -> str:
    return re.search(r"https?://[^/\s]+(/cuenta/\S+)", letter.body)[1]


def by_account(client, rosa, nora):
    client.force_login(rosa)
    client.post("/cuenta/contrasena/", {"oldpassword": PASSWORD, "password1": NEW})


def by_link(client, rosa, nora):
    client.post("/cuenta/recuperar/", {"username": "rosa@example.org"})
    form = client.get(client.get(link_in(mail.outbox.pop()))["Location"]).context["action_url"]
    client.post(form, {"password1": NEW})


def by_code(client, rosa, nora):
    code = issue_code(person=rosa, coordinator=nora, now=timezone.now())
    client.post(
        "/cuenta/recuperar/codigo/", {"username": "40123678", "code": code, "password": NEW}
    )


WAYS = pytest.mark.parametrize(
    "way", [by_account, by_link, by_code], ids=["account", "link", "code"]
)


@WAYS
def test_a_new_password_is_told(client, rosa, nora, way, settings):
    way(client, rosa, nora)
    (letter,) = mail.outbox
    assert letter.to == ["rosa@example.org"]
    assert letter.subject == "Tu contraseña en Puriq cambió"
    assert "(hora de Lima)" in letter.body
    for what_to_do in (f"{settings.BASE_URL}/cuenta/recuperar/", f"{settings.BASE_URL}/ayuda/"):
        assert what_to_do in letter.body
    for secret in ("Rosa", "Ñahui", "40123678", rosa.username, NEW):
        assert secret not in letter.body + letter.subject


def test_letters_say_when_as_peru_reads_it(rosa):
    take_new_password(user=rosa, password=NEW, now=EVENING)
    tell_of_new_email(user=rosa, before="antes@example.org", by_operator=False, now=EVENING)
    assert ["29/11/2026, 8:05 p. m. (hora de Lima)" in letter.body for letter in mail.outbox] == [
        True,
        True,
    ]


def change_email(client, rosa):
    client.force_login(rosa)
    client.post("/cuenta/correo/", {"email": "ladron@example.org", "password": PASSWORD})
    return client.post(link_in(mail.outbox.pop()), follow=True)


def test_a_new_email_is_told_to_the_old_address(client, rosa, settings):
    change_email(client, rosa)
    (letter,) = mail.outbox
    assert letter.to == ["rosa@example.org"]
    assert letter.subject == "Tu correo en Puriq cambió"
    assert "Si no fuiste tú" in letter.body
    assert f"{settings.BASE_URL}/ayuda/" in letter.body
    for secret in ("ladron", "Rosa", "40123678", "opera"):
        assert secret not in letter.body


def test_who_had_no_email_is_told_nothing(client, rosa):
    rosa.email = ""
    rosa.save(update_fields=["email"])
    change_email(client, rosa)
    assert mail.outbox == []
    by_code_less = create_person(
        first_name="Julián", document_type="dni", document_number="41111111", now=timezone.now()
    )
    take_new_password(user=by_code_less, password=NEW, now=timezone.now())
    assert mail.outbox == []


def test_a_letter_that_does_not_leave_stops_no_change(client, rosa, settings):
    client.force_login(rosa)
    client.post("/cuenta/correo/", {"email": "nueva@example.org", "password": PASSWORD})
    link = link_in(mail.outbox.pop())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    assert "Guardamos tu correo." in client.post(link, follow=True).content.decode()
    page = client.post(
        "/cuenta/contrasena/", {"oldpassword": PASSWORD, "password1": NEW}, follow=True
    )
    assert "Guardamos tu contraseña nueva." in page.content.decode()
    rosa.refresh_from_db()
    assert (rosa.email, rosa.check_password(NEW)) == ("nueva@example.org", True)


def test_letters_that_were_asked_for_leave_room_for_the_notice(client, rosa):
    """Whoever took a session cannot spend, with letters to the old address, what would tell its
    owner.
    """
    client.force_login(rosa)
    for _time in range(9):
        client.post("/cuenta/correo/", {"email": "rosa@example.org", "password": PASSWORD})
    take_new_password(user=rosa, password=NEW, now=timezone.now())
    assert [letter.subject for letter in mail.outbox] == ["Tu contraseña en Puriq cambió"]


def test_notices_are_so_many_and_no_more(rosa):
    now = timezone.now()
    for _time in range(NOTICES_OF_PERSON.amount + 3):
        take_new_password(user=rosa, password=NEW, now=now)
    assert len(mail.outbox) == NOTICES_OF_PERSON.amount
