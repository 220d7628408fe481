"""Recovering the password by e-mail: the same answer for everybody, a link of one use that opening
does not spend.
"""

import re
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.limits import RECOVERIES
from accounts.models import User
from accounts.services import create_person
from accounts.views import entrance

pytestmark = pytest.mark.django_db
ADDRESS = "/cuenta/recuperar/"
NEW = "otra frase bien larga"


@pytest.fixture
def carla():
    return create_person(
        first_name="Carla",
        email="carla@example.org",
        document_type="dni",
        document_number="40123678",
        password="tres palabras",
        now=timezone.now(),
    )


def ask(client, who, **more):
    return client.post(ADDRESS, {"username": who}, **more)


def link_in(letter) -> str:
    return re.search(r"https?://[^/\s]+(/\S+)", letter.body)[1]


def follow_link(client, link):
    return client.get(client.get(link)["Location"])


def test_letter_leads_to_a_new_password(client, carla):
    assert ask(client, "40.123.678")["Location"] == "/cuenta/recuperar/enviado/"
    (letter,) = mail.outbox
    assert letter.to == ["carla@example.org"]
    assert not letter.alternatives
    assert "40123678" not in letter.body
    assert carla.username not in letter.body
    page = follow_link(client, link_in(letter))
    assert page.status_code == 200
    answer = client.post(page.context["action_url"], {"password1": NEW}, follow=True)
    assert "Guardamos tu contraseña nueva" in answer.content.decode()
    carla.refresh_from_db()
    assert carla.check_password(NEW)
    assert EmailAddress.objects.count() == 0


def test_known_and_unknown_get_the_same_answer(client, carla):
    people = ("carla@example.org", "nadie@example.org", "40123678", "40123679")
    answers = {
        (answer.status_code, answer["Location"]) for answer in (ask(client, who) for who in people)
    }
    assert len(answers) == 1
    assert [letter.to for letter in mail.outbox] == [["carla@example.org"]] * 2


def test_known_and_unknown_cost_the_same(client, carla, monkeypatch):
    """The letter itself is the worker's; until then both take the same way."""
    handed_over, costs = [], set()
    monkeypatch.setattr(
        entrance, "send_recovery_letter", SimpleNamespace(enqueue=handed_over.append)
    )
    for who in ("carla@example.org", "nadie@example.org", "40123678", "40123679"):
        with CaptureQueriesContext(connection) as statements:
            ask(client, who)
        costs.add(len(statements))
    assert len(costs) == 1
    assert len(handed_over) == 4
    assert not {"carla@example.org", "nadie@example.org", "40123678", "40123679"} & set(handed_over)


def test_link_is_ours_whatever_the_host_says(client, carla, settings):
    settings.ALLOWED_HOSTS = ["*"]
    ask(client, "carla@example.org", headers={"host": "malo.example"})
    assert "malo.example" not in mail.outbox[0].body
    assert settings.BASE_URL in mail.outbox[0].body


def test_opening_spends_nothing_and_using_does(client, carla, django_user_model):
    ask(client, "carla@example.org")
    link = link_in(mail.outbox[0])
    for _ in range(3):
        assert client.get(link).status_code == 302
    page = follow_link(client, link)
    client.post(page.context["action_url"], {"password1": NEW})
    again = client.get(link)
    assert "Ese enlace ya no sirve" in again.content.decode()
    assert "¿Acabas de guardar tu contraseña nueva?" in again.content.decode()
    assert 'href="/cuenta/ingresar/"' in again.content.decode()


def test_weak_password_is_told_and_changes_nothing(client, carla):
    ask(client, "carla@example.org")
    page = follow_link(client, link_in(mail.outbox[0]))
    answer = client.post(page.context["action_url"], {"password1": "1234567890"})
    assert "Esta contraseña es muy conocida." in answer.content.decode()
    carla.refresh_from_db()
    assert carla.check_password("tres palabras")


def test_made_up_and_old_links_are_refused(client, carla, settings):
    assert (
        "Ese enlace ya no sirve"
        in client.get("/cuenta/recuperar/clave/1-abc-def/").content.decode()
    )
    ask(client, "carla@example.org")
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "Ese enlace ya no sirve" in client.get(link_in(mail.outbox[0])).content.decode()


def test_recovery_lets_in_at_once_after_too_many_tries(client, carla):
    for _ in range(11):
        client.post("/cuenta/ingresar/", {"username": "40123678", "password": "otra"})
    ask(client, "40123678")
    page = follow_link(client, link_in(mail.outbox[0]))
    client.post(page.context["action_url"], {"password1": NEW})
    assert (
        client.post("/cuenta/ingresar/", {"username": "40123678", "password": NEW}).status_code
        == 302
    )


def test_other_sessions_end_with_the_new_password(client, carla):
    client.force_login(carla)
    assert client.get("/cuenta/").status_code == 200
    ask(client, "carla@example.org")
    page = follow_link(client, link_in(mail.outbox[0]))
    client.post(page.context["action_url"], {"password1": NEW})
    assert client.get("/cuenta/").status_code == 302


def test_sixth_letter_waits_for_known_and_unknown(client, carla):
    for who in ("carla@example.org", "nadie@example.org"):
        for _ in range(5):
            ask(client, who)
        page = ask(client, who)
        assert (page.status_code, page["Retry-After"]) == (429, "900")
        assert "Espera 15 minutos" in page.content.decode()


def test_what_is_asked_for_by_one_identifier_tells_nothing_of_another(client, carla):
    for _try in range(6):
        refused = ask(client, "carla@example.org")
    assert refused.status_code == 429
    sent = len(mail.outbox)
    for who in ("00-1234567", "40123678", "40123679"):
        assert ask(client, who).status_code == 302
    assert len(mail.outbox) == sent


def test_a_network_waits_a_minute(client, carla, allow):
    allow(RECOVERIES, 1)
    ask(client, "carla@example.org")
    page = ask(client, "carla@example.org")
    assert (page.status_code, page["Retry-After"]) == (429, "60")
    body = page.content.decode()
    assert "Desde tu red llegaron muchos pedidos. Espera un minuto y envía otra vez." in body
    assert "Ya pediste" not in body


def test_switched_off_people_and_people_without_email_get_no_letter(client, carla):
    User.objects.filter(pk=carla.pk).update(is_active=False)
    ask(client, "carla@example.org")
    create_person(
        first_name="Julián", document_type="dni", document_number="41111111", now=timezone.now()
    )
    ask(client, "41111111")
    assert mail.outbox == []


def test_page_slip_and_methods(client):
    assert client.get(ADDRESS).status_code == 200
    page = ask(client, "4012367")
    assert page.content.decode().count("El DNI tiene 8 números. Escribiste 7.") == 2
    assert page.context["form"]["username"].value() == "4012367"
    assert client.put(ADDRESS).status_code == 405
    assert client.post("/cuenta/recuperar/enviado/").status_code == 405
    assert client.get("/cuenta/recuperar/enviado/").status_code == 200


def test_opening_a_link_signs_nobody_out(client, carla, person):
    """A link in somebody else's letter, or a scanner, must not end a session; choosing the password
    does.
    """
    omar = person("Omar")
    ask(client, "carla@example.org")
    link = link_in(mail.outbox[0])
    client.force_login(omar)
    page = follow_link(client, link)
    assert client.get("/cuenta/").status_code == 200
    assert (
        "Ahora está en sesión otra persona: Omar Quispe. Al guardar, su sesión se cierra."
        in " ".join(page.content.decode().split())
    )
    assert (
        "Esta contraseña es muy conocida."
        in client.post(page.context["action_url"], {"password1": "1234567890"}).content.decode()
    )
    assert client.get("/cuenta/").status_code == 200
    answer = client.post(page.context["action_url"], {"password1": NEW}, follow=True)
    assert "Guardamos tu contraseña nueva" in answer.content.decode()
    assert client.get("/cuenta/").status_code == 302
    carla.refresh_from_db()
    assert carla.check_password(NEW)
    omar.refresh_from_db()
    assert omar.check_password("puriq-demo-2026")


def test_ones_own_session_is_no_other_person(client, carla):
    client.force_login(carla)
    ask(client, "carla@example.org")
    page = follow_link(client, link_in(mail.outbox[0]))
    assert "Elige tu contraseña nueva" in page.content.decode()
    assert "otra persona" not in page.content.decode()


def test_page_and_letter_say_what_ends_a_link(client, carla):
    ask(client, "carla@example.org")
    link = link_in(mail.outbox[0])
    client.post("/cuenta/ingresar/", {"username": "40123678", "password": "tres palabras"})
    client.post("/cuenta/salir/")
    assert (
        "se usa una sola vez y deja de servir si ingresas antes"
        in client.get(link).content.decode()
    )
    assert "se usa una sola vez y deja de servir si ingresas antes" in mail.outbox[0].body
