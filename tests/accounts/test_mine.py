"""What is a person's own: first entry, account, names, e-mail, password."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Membership, User
from accounts.privacy_notice import PRIVACY_NOTICE_VERSION
from accounts.services import (
    create_person,
    grant_role,
    move_person,
    say_missing_institution,
)
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db
PASSWORD = "tres palabras juntas"
OWN = [
    "/cuenta/",
    "/cuenta/primer-ingreso/",
    "/cuenta/datos/",
    "/cuenta/correo/",
    "/cuenta/correo/zzz/",
    "/cuenta/contrasena/",
]


@pytest.fixture
def rosa(organisations):
    """Was registered by somebody else and enters for the first time."""
    return create_person(
        first_name="Rosa",
        last_name="Ñahui",
        email="rosa@example.org",
        document_type="dni",
        document_number="40123678",
        organisation=organisations["tumbes"],
        post="Tesorera",
        password=PASSWORD,
        now=timezone.now(),
    )


@pytest.fixture
def inside(client, rosa):
    client.force_login(rosa)
    return client


@pytest.mark.parametrize("address", OWN)
def test_visitors_sign_in_and_come_back(client, address):
    assert client.get(address)["Location"] == f"/cuenta/ingresar/?next={address}"


@pytest.mark.parametrize("address", [address for address in OWN if "zzz" not in address])
def test_other_methods_are_refused(inside, address):
    assert inside.delete(address).status_code == 405


def test_account_shows_own_data_and_three_digits(inside, rosa, organisations):
    grant_role(user=rosa, role="coordinator", area_codes=["24"], now=timezone.now())
    body = inside.get("/cuenta/").content.decode()
    for shown in (
        "Rosa",
        "Ñahui",
        "DNI, termina en 678, como lo escribiste",
        "rosa@example.org",
        organisations["tumbes"].name,
        "Tesorera",
        "Coordinador",
    ):
        assert shown in body
    assert "40123678" not in body
    assert "0123678" not in body


@pytest.mark.parametrize("many", [1, 3])
def test_statements_of_the_account(inside, rosa, many, django_assert_num_queries):
    for role in ("coordinator", "analyst", "learner")[:many]:
        grant_role(user=rosa, role=role, is_national=True, now=timezone.now())
    with django_assert_num_queries(3):  # session with the person, where they serve, roles
        inside.get("/cuenta/")


@pytest.mark.parametrize("confirmed_at", [None, timezone.now()])
def test_who_enters_declares_and_confirms_nothing_of_their_own(inside, rosa, confirmed_at):
    """What whoever looks after the institution confirmed stays so."""
    Membership.objects.filter(user=rosa).update(confirmed_at=confirmed_at)
    said = {"organisation_is_right": "1", "post": "Tesorera", "accepts": "on"}
    for _time in range(2):
        inside.post("/cuenta/primer-ingreso/", said)
    assert Membership.objects.get(user=rosa).confirmed_at == confirmed_at


def test_first_entry_keeps_what_was_said(inside, rosa):
    assert inside.get("/cuenta/primer-ingreso/").status_code == 200
    rosa.refresh_from_db()
    assert rosa.first_entry_at is None
    answer = inside.post(
        "/cuenta/primer-ingreso/",
        {"organisation_is_right": "1", "post": "Tesorera general", "accepts": "on"},
    )
    assert answer["Location"] == "/mi-aprendizaje/"
    rosa.refresh_from_db()
    membership = Membership.objects.get(user=rosa)
    assert rosa.first_entry_at is not None
    assert rosa.privacy_notice_version == PRIVACY_NOTICE_VERSION
    assert membership.post == "Tesorera general"
    entry = AuditEntry.objects.get(action="first_entry_confirmed")
    assert entry.details == {
        "organisation_is_right": True,
        "privacy_notice": PRIVACY_NOTICE_VERSION,
    }


def test_an_institution_that_the_person_denies_is_confirmed_no_more(inside, rosa):
    Membership.objects.filter(user=rosa).update(confirmed_at=timezone.now())
    inside.post(
        "/cuenta/primer-ingreso/",
        {"organisation_is_right": "0", "post": "Tesorera", "accepts": "on"},
    )
    rosa.refresh_from_db()
    assert rosa.first_entry_at is not None
    assert Membership.objects.get(user=rosa).confirmed_at is None
    assert "sin confirmar" in inside.get("/cuenta/").content.decode()


def test_first_entry_needs_both_answers_and_keeps_the_post(inside, rosa):
    page = inside.post("/cuenta/primer-ingreso/", {"post": "Regidora"})
    body = page.content.decode()
    assert body.count("Marca si esta es tu entidad.") == 2
    assert body.count("Lee el aviso de privacidad y marca que lo aceptas.") == 2
    assert page.context["form"]["post"].value() == "Regidora"
    rosa.refresh_from_db()
    assert rosa.first_entry_at is None


def test_first_entry_may_wait_and_asks_nothing_twice(inside, rosa):
    assert (
        'href="/mi-aprendizaje/">Ahora no' in inside.get("/cuenta/primer-ingreso/").content.decode()
    )
    assert "Falta terminar tu primer ingreso" in inside.get("/cuenta/").content.decode()
    User.objects.filter(pk=rosa.pk).update(privacy_notice_version=PRIVACY_NOTICE_VERSION)
    assert "accepts" not in inside.get("/cuenta/primer-ingreso/").context["form"].fields


@pytest.mark.parametrize("elsewhere", ["institution", "missing"])
def test_first_entry_asks_nothing_that_was_said_elsewhere(inside, rosa, organisations, elsewhere):
    if elsewhere == "institution":
        move_person(
            user=rosa, organisation=organisations["puno"], post="Regidora", now=timezone.now(),
            moved_by=rosa,
        )  # fmt: skip
    else:
        say_missing_institution(user=rosa, words="Posta", post="Regidora", now=timezone.now())
    posts = Membership.objects.filter(user=rosa, ended_on=None).values("post", "confirmed_at")
    before = posts.get()
    page = inside.get("/cuenta/primer-ingreso/")
    assert list(page.context["form"].fields) == ["accepts"]
    assert "Ya dijiste dónde trabajas" in page.content.decode()
    assert "Falta terminar tu primer ingreso" in inside.get("/mi-aprendizaje/").content.decode()
    inside.post("/cuenta/primer-ingreso/", {"accepts": "on"})
    assert posts.get() == before
    assert "primer ingreso" not in inside.get("/mi-aprendizaje/").content.decode()


def test_first_entry_asks_what_others_changed(inside, rosa, oscar, organisations):
    move_person(
        user=rosa, organisation=organisations["puno"], post="Jefa", now=timezone.now(),
        moved_by=oscar,
    )  # fmt: skip
    form = inside.get("/cuenta/primer-ingreso/").context["form"]
    shown = [field.name for field in form.visible_fields()]
    assert shown == ["organisation_is_right", "post", "accepts"]


def test_first_entry_without_institution(client):
    user = create_person(
        first_name="Julián", document_type="dni", document_number="41111111", now=timezone.now()
    )
    client.force_login(user)
    assert (
        "Todavía no figuras en una entidad."
        in client.get("/cuenta/primer-ingreso/").content.decode()
    )
    client.post("/cuenta/primer-ingreso/", {"accepts": "on"})
    user.refresh_from_db()
    assert user.first_entry_at is not None


def test_names_and_post_are_corrected(inside, rosa):
    inside.post(
        "/cuenta/datos/",
        {
            "first_name": " Rosa  María ",
            "last_name": "Ñ",
            "post": "Regidora",
            "email": "otra@example.org",
        },
    )
    rosa.refresh_from_db()
    assert (rosa.first_name, rosa.last_name, rosa.email) == ("Rosa María", "Ñ", "rosa@example.org")
    assert Membership.objects.get(user=rosa).post == "Regidora"
    entry = AuditEntry.objects.get(action="person_corrected")
    assert entry.details == {"fields": ["first_name", "last_name", "post"]}
    assert entry.actor_key == rosa.learner_key


def test_what_was_corrected_while_the_page_was_open_stays(inside, rosa):
    page = inside.get("/cuenta/datos/")
    shown = dict(
        re.findall(r'name="(initial-\w+)" value="([^"]*)"', page.content.decode()),
    )
    assert shown["initial-last_name"] == "Ñahui"
    User.objects.filter(pk=rosa.pk).update(last_name="Ñahui Ccopa")
    typed = {"first_name": "Rosa", "last_name": "Ñahui", "post": "Jefa"}
    assert inside.post("/cuenta/datos/", shown | typed)["Location"] == "/cuenta/"
    rosa.refresh_from_db()
    assert (rosa.last_name, rosa.memberships.get().post) == ("Ñahui Ccopa", "Jefa")


@pytest.mark.parametrize(
    ("address", "field", "sent"),
    [
        ("/cuenta/datos/", "post", {"first_name": "Rosa", "last_name": "Ñahui"}),
        ("/cuenta/primer-ingreso/", "post", {"organisation_is_right": "1", "accepts": "on"}),
        ("/cuenta/entidad/?buscar=zorritos", "cargo", {}),
    ],
)
def test_a_document_as_post_is_asked_about_once(inside, rosa, organisations, address, field, sent):
    sent = sent | {field: "DNI 45678912", "entidad": str(organisations["tumbes"].uuid)}
    page = inside.post(address, sent)
    assert "Parece que escribiste el número de un documento" in page.content.decode()
    assert 'name="number_seen" value="1"' in page.content.decode()
    assert rosa.memberships.get(ended_on=None).post == "Tesorera"
    assert inside.post(address, sent | {"number_seen": "1"}).status_code == 302


def test_an_institution_that_is_sought_and_the_post_in_it_are_told(client, person):
    alone = person("Alonso")
    say_missing_institution(user=alone, words="Muni X", post="Chofer", now=timezone.now())
    client.force_login(alone)
    page = " ".join(client.get("/cuenta/").content.decode().split())
    assert "Escribiste «Muni X»: la estamos buscando." in page
    assert "<dd>Chofer</dd>" in page
    search = client.get("/cuenta/entidad/?buscar=zorritos")
    assert search.context["form"]["cargo"].value() == "Chofer"
    client.post("/cuenta/entidad/", {"said": "Municipalidad X de Tumbes"})
    assert "<dd>Chofer</dd>" in client.get("/cuenta/").content.decode()


def test_a_surname_is_asked_as_at_registration(inside, rosa):
    page = inside.post("/cuenta/datos/", {"first_name": "Rosa", "last_name": " ", "post": ""})
    assert page.context["form"].errors["last_name"] == ["Escribe tus apellidos."]
    assert "Los dos, o uno si solo tienes uno." in page.content.decode()
    rosa.refresh_from_db()
    assert rosa.last_name == "Ñahui"


def test_names_cannot_be_emptied(inside, rosa):
    page = inside.post("/cuenta/datos/", {"first_name": "", "last_name": "Otra", "post": "x"})
    assert page.status_code == 200
    assert page.context["form"]["last_name"].value() == "Otra"
    rosa.refresh_from_db()
    assert rosa.last_name == "Ñahui"


def test_who_has_no_institution_reads_of_none_before(client, person, inside):
    told = "Tu entidad anterior queda con sus fechas."
    assert told in inside.get("/cuenta/entidad/").content.decode()
    client.force_login(person("Suelta"))
    assert told not in client.get("/cuenta/entidad/").content.decode()


def confirmation(letter) -> str:
    return re.search(r"https?://[^/\s]+(/\S+)", letter.body)[1]


def test_email_changes_when_its_letter_is_confirmed(inside, rosa):
    inside.post("/cuenta/correo/", {"email": "Rosa.Nueva@example.org", "password": PASSWORD})
    (letter,) = mail.outbox
    assert letter.to == ["rosa.nueva@example.org"]
    link = confirmation(letter)
    assert "rosa" not in link
    inside.get(link)
    rosa.refresh_from_db()
    assert rosa.email == "rosa@example.org"
    inside.post(link)
    rosa.refresh_from_db()
    assert rosa.email == "rosa.nueva@example.org"
    assert "ya no sirve" in inside.post(link, follow=True).content.decode()


def test_a_letter_opened_or_confirmed_again_says_that_it_is_done(inside, rosa):
    inside.post("/cuenta/correo/", {"email": "rosa.nueva@example.org", "password": PASSWORD})
    link = confirmation(mail.outbox[0])
    inside.post(link)
    for answer in (inside.get(link, follow=True), inside.post(link, follow=True)):
        body = answer.content.decode()
        assert "porque ya lo usaste: tu correo es rosa.nueva@example.org." in body
        assert "Pide otro" not in body
    assert len(mail.outbox) == 2


def test_a_letter_that_is_too_old_is_told_when_it_is_opened(inside, rosa, monkeypatch):
    inside.post("/cuenta/correo/", {"email": "rosa.nueva@example.org", "password": PASSWORD})
    link = confirmation(mail.outbox[0])
    later = timezone.now() + timedelta(days=4)
    inside.force_login(rosa)
    monkeypatch.setattr("accounts.views.mine.timezone.now", lambda: later)
    assert "Ese enlace ya no sirve. Pide otro" in inside.get(link, follow=True).content.decode()


def test_no_letter_is_promised_to_the_email_that_one_has(inside, rosa):
    page = inside.post("/cuenta/correo/", {"email": "ROSA@example.org", "password": PASSWORD})
    assert page.content.decode().count("Ese ya es tu correo. Escribe el nuevo.") == 2
    assert mail.outbox == []


def test_taken_email_gets_the_same_answer_and_no_letter(inside, rosa, person):
    other = person("Omar")
    answers = []
    for email in (other.email, "libre@example.org"):
        page = inside.post("/cuenta/correo/", {"email": email, "password": PASSWORD}, follow=True)
        answers.append(page.content.decode().replace(str(page.context["csrf_token"]), ""))
    assert answers[0] == answers[1]
    assert [letter.to for letter in mail.outbox] == [["libre@example.org"]]


def test_email_taken_meanwhile_is_not_stored(inside, rosa, person):
    inside.post("/cuenta/correo/", {"email": "omar@demo.example", "password": PASSWORD})
    person("Omar")
    inside.post(confirmation(mail.outbox[0]))
    rosa.refresh_from_db()
    assert rosa.email == "rosa@example.org"


def test_email_needs_the_password_and_keeps_what_was_typed(inside, rosa):
    page = inside.post("/cuenta/correo/", {"email": "libre@example.org", "password": "otra"})
    assert page.content.decode().count("Esa no es tu contraseña actual.") == 2
    assert page.context["form"]["email"].value() == "libre@example.org"
    assert mail.outbox == []


def test_letter_of_another_person_is_told_and_changes_nothing(inside, rosa, client, person):
    inside.post("/cuenta/correo/", {"email": "libre@example.org", "password": PASSWORD})
    link = confirmation(mail.outbox[0])
    omar = person("Omar")
    client.force_login(omar)
    for page in (client.get(link), client.post(link)):
        assert page.status_code == 404
        body = page.content.decode()
        assert "Este enlace no sirve en esta cuenta" in body
        assert "Si lo pediste con otra cuenta, sal de esta y abre otra vez el enlace." in body
        assert "libre@example.org" not in body
    for user, email in ((rosa, "rosa@example.org"), (omar, "omar@demo.example")):
        user.refresh_from_db()
        assert user.email == email
    made_up = client.get("/cuenta/correo/zzz/")
    assert made_up.status_code == 404
    assert "Este enlace no sirve en esta cuenta" in made_up.content.decode()


def test_it_is_said_when_an_email_changes_and_what_it_is_for(inside, rosa):
    assert (
        "cuando abras el enlace y pulses «Confirma»"
        in inside.get("/cuenta/correo/").content.decode()
    )
    page = inside.post(
        "/cuenta/correo/", {"email": "rosa.nueva@example.org", "password": PASSWORD}, follow=True
    )
    assert "Tu correo cambia cuando lo abras y pulses «Confirma»" in page.content.decode()
    (letter,) = mail.outbox
    assert "Desde que lo confirmes, ingresarás con este correo" in letter.body
    body = inside.get(confirmation(letter)).content.decode()
    assert "Desde que confirmes, ingresarás con rosa.nueva@example.org" in body
    assert "Para ingresar ya no servirá rosa@example.org." in body


def test_password_changes_and_ends_every_session(inside, rosa, client):
    answer = inside.post(
        "/cuenta/contrasena/",
        {"oldpassword": PASSWORD, "password1": "otra frase bien larga"},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == "/cuenta/ingresar/"
    assert "Guardamos tu contraseña nueva. Ingresa con ella." in answer.content.decode()
    rosa.refresh_from_db()
    assert rosa.check_password("otra frase bien larga")
    assert rosa.username not in answer.content.decode()


def test_password_needs_the_old_one_and_a_strong_new_one(inside, rosa):
    page = inside.post("/cuenta/contrasena/", {"oldpassword": "otra", "password1": "1234567890"})
    body = page.content.decode()
    assert body.count("Esa no es tu contraseña actual.") == 2
    assert body.count("Esta contraseña es muy conocida. Usa una frase de tres o más palabras.") == 2
    rosa.refresh_from_db()
    assert rosa.check_password(PASSWORD)
