"""Who is erased is answered: in one last letter whose address outlives it nowhere, or in words read
beforehand.
"""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from post_office.models import Email

from accounts.models import User
from notices.services import send_due_letters
from privacy.erasure import ask_for_erasure, carry_out, reapply_erasures
from tests.privacy.test_erasure import where

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 11, 30, 1, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def erasure_list(tmp_path, settings):
    settings.ERASURE_LIST = str(tmp_path / "erasures.jsonl")


def erase(user, operator, now=EVENING):
    carry_out(request=ask_for_erasure(user=user, now=now), operator=operator, now=now)


def work():
    """Do what is queued, as the worker of a site does."""
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="here",
        excluded_queue_names=[],
    )
    worker.run()


def test_the_erased_person_is_told(lina, oscar, settings):
    erase(lina, oscar)
    (letter,) = mail.outbox
    assert letter.to == ["lina@demo.example"]
    assert letter.subject == "Borramos tus datos de Puriq"
    assert "29/11/2026, 8:05 p. m. (hora de Lima)" in letter.body
    assert f"{settings.BASE_URL}/ayuda/" in letter.body
    for fact in ("Lina", "Quispe", lina.username, str(lina.learner_key)):
        assert fact not in letter.body


def test_erasing_again_tells_nobody_again(lina, oscar):
    key = lina.learner_key
    erase(lina, oscar)
    User.objects.create(first_name="Lina", email="lina@demo.example", learner_key=key)
    reapply_erasures(now=timezone.now())
    assert len(mail.outbox) == 1


def test_who_has_no_email_gets_no_letter(lina, oscar):
    lina.email = ""
    lina.save(update_fields=["email"])
    erase(lina, oscar)
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_the_address_goes_with_the_letter(lina, oscar, waiting_tasks):
    erase(lina, oscar)
    assert where("lina@demo.example") == {DBTaskResult._meta.db_table}
    work()
    assert [letter.to for letter in mail.outbox] == [["lina@demo.example"]]
    assert where("lina@demo.example") == set()
    assert DBTaskResult.objects.successful().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("answer", ["", "550 <lina@demo.example> no such user"])
def test_the_address_goes_from_the_queue_with_the_letter(
    lina, oscar, waiting_tasks, mailbox, answer
):
    erase(lina, oscar)
    work()
    assert where("lina@demo.example") == {Email._meta.db_table}
    mailbox.always = answer
    send_due_letters()
    assert mailbox.recipients == ([] if answer else ["lina@demo.example"])
    assert where("lina@demo.example") == set()
    assert Email.objects.count() == 1


@pytest.mark.parametrize("address", ["/cuenta/borrar/", "/cuenta/mis-datos/"])
@pytest.mark.parametrize(
    ("email", "told"),
    [
        (
            "lina@demo.example",
            (
                "Cuando esté hecho te llegará un último correo a lina@demo.example y ya no podrás "
                "ingresar."
            ),
        ),
        (
            "",
            "Tu cuenta no tiene correo: cuando esté hecho, lo sabrás porque ya no podrás ingresar.",
        ),
    ],
    ids=["with email", "without email"],
)
def test_pages_say_how_one_will_know(client, lina, address, email, told):
    lina.email = email
    lina.save(update_fields=["email"])
    ask_for_erasure(user=lina, now=timezone.now())
    client.force_login(lina)
    body = client.get(address).content.decode()
    assert told in body
    assert "Si no procede, leerás el motivo en «Mis datos»." in body
