"""The institution behind the site: one screen, and everything that says who it is."""

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file

from accounts.roles import sync_roles
from accounts.tasks import facts_of, send_letter
from audit.models import AuditEntry
from content.models import CustomImage, HomePage, StandardPage
from provider.models import Provider
from provider.queries import forget_provider, missing_words, the_provider
from provider.services import change_provider
from tests.rights.conftest import OPEN_FILES

pytestmark = [pytest.mark.django_db, *OPEN_FILES]
SCREEN = "/gestion/settings/provider/provider/1/"
VALUES = {
    "name": "Ministerio de los Caminos",
    "short_name": "MINCAM",
    "ruc": "20131370645",
    "legal_basis": "Ley 1, artículo 2",
    "officer_name": "Ñusta Q'orianka Mamani",
    "officer_email": "datos@caminos.example",
    "email": "academia@caminos.example",
    "telephone": "01 234 5678",
    "address": "Av. Uno 1, Lima",
    "issuer": "Escuela de Caminos",
    "first_signer_name": "José Peña",
    "first_signer_post": "Director",
    "second_signer_name": "",
    "second_signer_post": "",
    "logo": "",
}


@pytest.fixture
def oscar(person):
    operator = person("Oscar", role="operator", national=True)
    sync_roles(today=timezone.localdate())
    return operator


@pytest.fixture
def plain_pages(course):
    for slug in ("ayuda", "privacidad"):
        HomePage.objects.get().add_child(instance=StandardPage(title=slug, slug=slug))


def written(**values) -> Provider:
    values = {name: value for name, value in (VALUES | values).items() if name != "logo"}
    return change_provider(values=values, actor_key=None, now=timezone.now())


def test_operator_fills_it_on_one_screen_and_the_trail_says_which_fields(client, oscar):
    client.force_login(oscar)
    client.get("/gestion/settings/provider/provider/", follow=True)
    typed = VALUES | {"ruc": "RUC 2013-1370 645", "name": "  Ministerio de\u200b los Caminos "}
    answer = client.post(SCREEN, typed)
    assert answer.status_code == 302
    provider = the_provider()
    assert (provider.name, provider.ruc) == ("Ministerio de los Caminos", "20131370645")
    entry = AuditEntry.objects.get(action="provider_changed")
    assert entry.actor_key == oscar.learner_key
    assert "ruc" in entry.details["fields"]
    assert "20131370645" not in str(entry.details)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("20131370644", "no es el que debe ser"),
        ("2013137064", "tiene 11 números; aquí hay 10"),
        ("10054148289", "empieza con 20"),
        ("veinte", "solo números"),
        ("٢٠١٣١٣٧٠٦٤٥", "solo números"),
    ],
)
def test_a_wrong_ruc_is_refused_in_words_and_the_rest_stays(client, oscar, typed, words):
    client.force_login(oscar)
    Provider.load()
    page = client.post(SCREEN, VALUES | {"ruc": typed}).content.decode()
    assert words in page
    assert "MINCAM" in page
    assert the_provider().name == ""


def test_half_a_pair_is_refused(client, oscar):
    with pytest.raises(ValidationError) as refusal:
        written(first_signer_post="", officer_email="")
    assert set(refusal.value.message_dict) == {"first_signer_post", "officer_email"}


@pytest.mark.parametrize("role", ["author", "reviewer", "coordinator", "analyst"])
def test_nobody_else_opens_it(client, person, role):
    client.force_login(person("Ada", role=role, national=True))
    sync_roles(today=timezone.localdate())
    Provider.load()
    assert client.get(SCREEN).status_code != 200
    client.post(SCREEN, VALUES)
    assert the_provider().name == ""


def test_the_database_keeps_one_row_and_a_whole_ruc():
    for row in (Provider(id=2), Provider(id=1, ruc="123")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Provider.objects.bulk_create([row])


def test_written_twice_leaves_one_line():
    written()
    written()
    assert AuditEntry.objects.filter(action="provider_changed").count() == 1


def test_pages_say_who_is_behind_them(client, plain_pages):
    written()
    for address in ("/cursos/", "/ayuda/", "/privacidad/"):
        page = client.get(address).content.decode()
        assert "Ministerio de los Caminos" in page
        assert "mailto:academia@caminos.example" in page
    privacy = client.get("/privacidad/").content.decode()
    assert "RUC 20131370645" in privacy
    assert "Ñusta Q&#x27;orianka Mamani" in privacy
    assert "Ley 1, artículo 2" in privacy
    assert (
        "Contact: mailto:academia@caminos.example"
        in client.get("/.well-known/security.txt").content.decode()
    )
    notice = render_to_string("accounts/_privacy_notice.html", {"notice_version": "1"})
    assert "Responde por tus datos: Ministerio de los Caminos." in " ".join(notice.split())


def test_pages_tell_what_nobody_wrote(client, plain_pages):
    page = client.get("/privacidad/").content.decode()
    assert "Todavía no está escrito qué institución responde por este sitio." in page
    assert "Todavía no hay un oficial de datos personales" in page
    assert "mailto:" not in client.get("/.well-known/security.txt").content.decode()
    assert "el RUC" in missing_words(the_provider())
    written()
    assert missing_words(the_provider()) == []


def test_letters_are_signed(lina):
    written()
    words = {"link": "https://x.example", "days": 3}
    send_letter("password_reset_key", lina.email, words, facts_of(lina.username))
    lines = mail.outbox[0].body.splitlines()
    assert lines[-4:] == [
        "Puriq",
        "Ministerio de los Caminos",
        "academia@caminos.example",
        "01 234 5678",
    ]


def test_a_page_asks_nothing_for_it(client, plain_pages):
    written()
    forget_provider()
    client.get("/cursos/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/cursos/")
    assert not [query for query in asked if "provider_provider" in query["sql"]]


def test_pages_are_shown_while_the_database_has_no_such_table():
    forget_provider()
    with connection.execute_wrapper(refuse):
        assert the_provider().name == ""


def refuse(execute, sql, params, many, context):
    raise OperationalError("no such table")


def test_logo_is_on_every_page_for_everybody(client, course):
    logo = CustomImage.objects.create(
        title="x", description="Un camino", file=get_test_image_file()
    )
    change_provider(values={"logo": logo}, actor_key=None, now=timezone.now())
    page = client.get("/cursos/").content.decode()
    assert 'alt="Un camino"' in page
    address = page.split('class="provider-logo" src="')[1].split('"')[0]
    assert client.get(address).status_code == 200
    logo.delete()
    assert "provider-logo" not in client.get("/cursos/").content.decode()


def test_a_logo_whose_file_is_gone_is_left_out(client, course):
    logo = CustomImage.objects.create(title="x", file=get_test_image_file())
    logo.file.storage.delete(logo.file.name)
    change_provider(values={"logo": logo}, actor_key=None, now=timezone.now())
    assert "provider-logo" not in client.get("/cursos/").content.decode()
