"""Tests how a site is opened in the browser: by whom, once, and with every slip of a first day."""

import re
from datetime import date, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

import pytest
from django.core import signing
from django.core.management import call_command
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.opening import LinkIsDead, open_site, opening_link
from accounts.roles import sync_roles
from accounts.second_factor import DEMO_SECRET, give_second_factor
from accounts.services import grant_role
from audit.models import AuditEntry
from operations.letters import reason_of
from provider.queries import the_provider
from territory.models import Area
from tests.factories.second_factor import code_now
from tools.harness.servers import free_port

pytestmark = pytest.mark.django_db
PASSWORD = "tres palabras juntas"
FIRST = {
    "first_name": "Ñusta",
    "last_name": "Q'orianka",
    "email": "nusta@caminos.example",
    "password": PASSWORD,
    "accepts": "on",
}
SECOND = {"first_name": "José", "last_name": "Peña", "email": "jose@caminos.example"}

REGION = SECOND | {"area": "24", "last_day": "2099-03-31"}


def path_of(link: str) -> str:
    return re.sub(r"^https?://[^/]+", "", link)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def choose_password(client, page: str) -> None:
    """Open the link of a page as the person to whom it was handed."""
    link = path_of(re.search(r"http://\S+/recuperar/clave/[^<\s]+", page)[0])
    client.logout()
    chosen = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(chosen, {"password1": PASSWORD})


@pytest.fixture
def link() -> str:
    return path_of(opening_link())


@pytest.fixture
def operator(client, link):
    """Who opened the site, signed in."""
    client.post(link, FIRST)
    person = User.objects.get(email=FIRST["email"])
    give_second_factor(person, DEMO_SECRET)
    client.force_login(person)
    return person


def test_make_run_prints_a_link_while_nobody_is_operator(capsys, client):
    call_command("first_link")
    told = capsys.readouterr().out
    link = path_of(told.split()[-1])
    assert client.get(link).status_code == 200
    client.post(link, FIRST)
    call_command("first_link")
    assert capsys.readouterr().out == ""


def test_the_link_makes_one_operator_who_goes_on_with_the_steps(client, link):
    answer = client.post(link, FIRST)
    assert answer["Location"] == "/cuenta/ingresar/?next=%2Fprimer-dia%2F"
    person = User.objects.get()
    assert person.first_entry_at
    assert RoleGrant.objects.get().role == "operator"
    answer = client.post(
        answer["Location"],
        {"username": FIRST["email"], "password": PASSWORD, "next": "/primer-dia/"},
    )
    assert answer["Location"] == "/cuenta/segundo-factor/activar/?next=%2Fprimer-dia%2F"
    secret = client.get(answer["Location"]).context["form"].secret
    form = {"code": code_now(secret), "password": PASSWORD, "next": "/primer-dia/"}
    codes = client.get(client.post(answer["Location"], form)["Location"])
    assert 'href="/primer-dia/"' in text_of(codes)
    answer = client.get("/primer-dia/")
    assert "Tú eres el único" in text_of(answer)
    assert "Falta el nombre" in text_of(answer)


def test_the_link_dies_when_used(client, link):
    client.post(link, FIRST)
    for answer in (client.get(link), client.post(link, FIRST | {"email": "otra@x.example"})):
        assert answer.status_code == 404
        assert "Ese enlace ya no sirve" in text_of(answer)
    assert User.objects.count() == 1


def test_who_left_the_steps_finds_them_in_the_editor(client, operator):
    sync_roles(today=timezone.localdate())
    assert "/primer-dia/" in text_of(client.get("/gestion/"))


def test_opening_it_spends_nothing(client, link):
    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200


def test_an_old_or_foreign_link_opens_nothing(client, link, settings):
    assert client.get(link[:-3] + "x/").status_code == 404
    foreign = signing.dumps("first", salt="another")
    assert client.get(f"/cuenta/primer-dia/{foreign}/").status_code == 404
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert client.get(link).status_code == 404


def test_slips_keep_what_was_typed_and_make_nobody(client, link):
    page = text_of(client.post(link, FIRST | {"email": "nusta", "password": "corta"}))
    assert "Ñusta" in page
    assert "nombre@ejemplo.pe" in page
    assert "corta" not in page
    assert not User.objects.exists()


def test_an_email_of_somebody_is_told(client, link, person):
    person("Lina")
    page = text_of(client.post(link, FIRST | {"email": "lina@demo.example"}))
    assert "Ya hay una cuenta con ese correo" in page
    assert not RoleGrant.objects.exists()


def test_of_two_who_send_it_at_once_one_is_made(link):
    token = link.split("/")[-2]
    facts = {name: FIRST[name] for name in ("first_name", "last_name", "password")}
    open_site(token=token, email="a@x.example", now=timezone.now(), **facts)
    with pytest.raises(LinkIsDead):
        open_site(token=token, email="b@x.example", now=timezone.now(), **facts)


def test_a_second_operator_gets_a_link_and_chooses_a_password(client, operator):
    answer = client.post("/primer-dia/operadores/", SECOND)
    page = text_of(answer)
    assert "Enlace para José Peña" in page
    assert "Falta que la otra persona" in text_of(client.get("/primer-dia/"))
    choose_password(client, page)
    client.force_login(operator)
    assert "Hecho: hay dos o más." in text_of(client.get("/primer-dia/"))
    entry = AuditEntry.objects.get(action="password_link_given")
    assert entry.actor_key == operator.learner_key


def test_the_same_form_twice_makes_one_person(client, operator):
    for _time in range(2):
        assert "Enlace para José Peña" in text_of(client.post("/primer-dia/operadores/", SECOND))
    assert User.objects.filter(email=SECOND["email"]).count() == 1
    assert RoleGrant.objects.filter(user__email=SECOND["email"]).count() == 1


@pytest.mark.parametrize("address", ["/primer-dia/operadores/", "/primer-dia/region/"])
def test_nobody_gets_a_link_to_the_account_of_somebody_else(client, operator, person, address):
    lina = person("Lina")
    page = text_of(client.post(address, REGION | {"email": lina.email}))
    assert "Ese correo ya es de otra persona" in page
    page = text_of(client.post(address, REGION | {"email": operator.email}))
    assert "Ese correo ya es de otra persona" in page
    assert not lina.grants.exists()


def test_who_never_chose_a_password_is_somebody_too(client, operator, person):
    lina = person("Lina")
    lina.set_unusable_password()
    lina.save()
    page = text_of(client.post("/primer-dia/operadores/", SECOND | {"email": lina.email}))
    assert "Ese correo ya es de otra persona" in page
    assert not lina.grants.exists()


def test_a_link_of_one_role_is_no_way_into_another(client, operator):
    client.post("/primer-dia/operadores/", SECOND)
    page = text_of(client.post("/primer-dia/region/", REGION))
    assert "Ese correo ya es de otra persona" in page


def test_the_first_coordinator_sees_their_region_alone(client, operator):
    page = text_of(client.post("/primer-dia/region/", REGION))
    assert "Enlace para José Peña" in page
    grant = RoleGrant.objects.get(role="coordinator")
    assert (grant.area_codes, grant.is_national) == (["24"], False)
    assert grant.ends_on == date(2099, 4, 1)
    assert "Su rol vale hasta el 31/03/2099." in page
    assert "Falta que quien coordina abra su enlace" in text_of(client.get("/primer-dia/"))
    choose_password(client, page)
    client.force_login(operator)
    assert "Hecho: hay quien coordina." in text_of(client.get("/primer-dia/"))
    User.objects.filter(pk=grant.user_id).update(is_active=False)
    assert "Todavía nadie coordina una región." in text_of(client.get("/primer-dia/"))


@pytest.mark.parametrize("day", ["", "2020-01-01", "2100-01-01", "mañana"])
def test_nobody_coordinates_a_region_without_a_last_day(client, operator, day):
    page = client.post("/primer-dia/region/", REGION | {"last_day": day})
    assert page.context["form"].errors.keys() == {"last_day"}
    assert not RoleGrant.objects.filter(role="coordinator").exists()


def test_another_region_for_who_waits_takes_none_away(client, operator):
    client.post("/primer-dia/region/", REGION)
    page = text_of(client.post("/primer-dia/region/", REGION | {"area": "21"}))
    assert "espera su enlace para otra región" in page
    assert "Enlace para" not in page
    assert RoleGrant.objects.get(role="coordinator").area_codes == ["24"]
    # Their card gives both; the link is still to be had, and leaves both.
    person = User.objects.get(email=SECOND["email"])
    grant_role(
        user=person,
        role="coordinator",
        area_codes=["21", "24"],
        granted_by=operator,
        now=timezone.now(),
    )
    page = text_of(client.post("/primer-dia/region/", REGION | {"area": "21"}))
    assert "Enlace para José Peña" in page
    held = RoleGrant.objects.filter(RoleGrant.not_ended(timezone.localdate()), user=person)
    assert held.get().area_codes == ["21", "24"]


def test_a_slip_in_the_host_of_an_email_is_asked_about_once(client, operator):
    slip = SECOND | {"email": "jose@gmial.com"}
    page = text_of(client.post("/primer-dia/operadores/", slip))
    assert "¿Quisiste decir jose@gmail.com?" in page
    assert not User.objects.filter(email=slip["email"]).exists()
    page = text_of(client.post("/primer-dia/operadores/", slip | {"email_seen": slip["email"]}))
    assert "Enlace para José Peña" in page


def test_the_name_of_who_waits_is_the_last_one_typed(client, operator):
    client.post("/primer-dia/operadores/", SECOND | {"first_name": "Jsoe"})
    assert "Enlace para José Peña" in text_of(client.post("/primer-dia/operadores/", SECOND))


def test_who_waits_outside_the_scope_gets_no_link_from_there(client, operator, person):
    client.post("/primer-dia/region/", REGION | {"area": "21"})
    client.force_login(person("Oscar", role="operator", areas=["24"]))
    assert client.post("/primer-dia/region/", REGION).status_code == 404


def test_regions_are_in_the_order_of_the_alphabet(client, operator):
    page = text_of(client.get("/primer-dia/region/"))
    assert page.index(">Amazonas<") < page.index(">Áncash<") < page.index(">Apurímac<")


def test_a_region_that_is_none_is_refused(client, operator):
    page = text_of(client.post("/primer-dia/region/", REGION | {"area": "99"}))
    assert "Elige una región de la lista" in page
    assert Area.objects.get(code="24").name in page


def test_the_institution_in_short(client, operator):
    page = text_of(client.post("/primer-dia/institucion/", {"name": "Mi M", "ruc": "20131370644"}))
    assert "no es el que debe ser" in page
    assert 'value="Mi M"' in page
    assert the_provider().name == ""
    answer = client.post(
        "/primer-dia/institucion/", {"name": "Mi Ministerio", "ruc": "RUC 20131370645"}, follow=True
    )
    assert "Guardamos la institución." in text_of(answer)
    assert the_provider().ruc == "20131370645"
    assert "Falta un correo de contacto" in text_of(answer)
    # Half a form never empties what stood there.
    page = text_of(client.get("/primer-dia/institucion/"))
    assert 'value="Mi Ministerio"' in page


def test_mail_that_goes_nowhere_is_told_with_the_variable(client, operator, settings):
    page = text_of(client.get("/primer-dia/correo/"))
    assert "EMAIL_URL no nombra un servidor" in page
    settings.LETTER_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    page = text_of(client.post("/primer-dia/correo/", {"email": "jose@caminos.example"}))
    assert "nadie atiende. Corrige el puerto en EMAIL_URL." in page
    assert AuditEntry.objects.filter(action="test_letter_sent").count() == 1


def test_a_letter_that_stays_on_the_terminal_is_told_as_that(client, operator):
    page = text_of(client.post("/primer-dia/correo/", {"email": "jose@caminos.example"}))
    assert "a jose@caminos.example no le llegó nada" in page


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SMTPRecipientsRefused({"a@x.pe": (451, b"later")}), "pide probar más tarde"),
        (SMTPSenderRefused(451, b"later", "a@x.pe"), "pide probar más tarde"),
        (SMTPDataError(452, b"full"), "pide probar más tarde"),
        (SMTPRecipientsRefused({"a@x.pe": (550, b"nobody")}), "no acepta esa dirección"),
        (SMTPSenderRefused(553, b"not you", "a@x.pe"), "no acepta el remitente"),
    ],
)
def test_a_refusal_for_now_is_not_told_as_one_for_good(error, told):
    assert told in reason_of(error)


@pytest.mark.parametrize("name", ["", "operadores/", "institucion/", "correo/", "region/"])
def test_nobody_else_takes_a_step(client, person, name):
    address = f"/primer-dia/{name}"
    assert client.get(address).status_code == 302
    client.force_login(person("Max", role="coordinator", areas=["24"]))
    assert client.get(address).status_code == 404
    assert client.post(address, SECOND).status_code in {404, 405}


@pytest.mark.parametrize("step", ["", "operadores/", "institucion/", "correo/", "region/"])
def test_an_operator_of_one_region_has_no_part_in_the_first_day(client, person, step):
    client.force_login(person("Oscar", role="operator", areas=["24"]))
    assert client.get(f"/primer-dia/{step}").status_code == 404
    assert client.post(f"/primer-dia/{step}", SECOND).status_code == 404
    assert not User.objects.filter(email=SECOND["email"]).exists()


def test_an_operator_until_a_day_gives_nothing_beyond_it(client, person):
    oscar = person("Oscar", role="operator", national=True)
    oscar.grants.update(ends_on=timezone.localdate() + timedelta(days=9))
    client.force_login(oscar)
    sync_roles(today=timezone.localdate())
    page = text_of(client.post("/primer-dia/operadores/", SECOND))
    assert "Tu rol no llega hasta ahí" in page
    assert not User.objects.filter(email=SECOND["email"]).exists()
