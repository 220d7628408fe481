"""What pages say of letters is true when the mail server takes none."""

import pytest
from django.core import mail

from tools.harness.servers import free_port

pytestmark = pytest.mark.django_db
PASSWORD = "tres palabras juntas"


@pytest.fixture
def without_mail(settings):
    """A mail server that is down: nobody listens at its address."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()


def test_recovery_promises_no_letter_that_left(client, lina, without_mail):
    page = client.post("/cuenta/recuperar/", {"username": lina.email}, follow=True).content.decode()
    assert "te llegará un enlace" in page
    assert "enviamos" not in page
    assert 'Si en 15 minutos no llega, <a href="/cuenta/recuperar/">pide otro enlace</a>' in page


def test_a_new_email_promises_no_letter_that_left(client, lina, without_mail):
    lina.set_password(PASSWORD)
    lina.save(update_fields=["password"])
    client.force_login(lina)
    before = lina.email
    page = client.post(
        "/cuenta/correo/", {"email": "otra@example.org", "password": PASSWORD}, follow=True
    ).content.decode()
    assert "Te llegará un enlace" in page
    assert "Enviamos" not in page
    lina.refresh_from_db()
    assert lina.email == before


def test_the_same_words_when_the_letter_left(client, lina):
    page = client.post("/cuenta/recuperar/", {"username": lina.email}, follow=True).content.decode()
    assert len(mail.outbox) == 1
    assert "te llegará un enlace" in page
