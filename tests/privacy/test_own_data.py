"""The screens of a person's own data: seen, corrected, taken away, and asked to be erased."""

import json
import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, User
from audit.models import AuditEntry
from certificates.models import Certificate
from learning.models import Enrolment
from privacy.data_map import holdings
from privacy.erasure import ask_for_erasure, decline_request, withdraw_request
from privacy.models import ErasureRequest
from quizzes.models import Attempt
from tests.privacy.conftest import PASSWORD

pytestmark = pytest.mark.django_db
SAID_TO_THE_PERSON = re.compile(
    r"\b(?:tus?|tú|te|ti|eres|tienes|tuviste|\w+(?:aste|iste|bas|ajas))\b", re.IGNORECASE
)
OWN = ["/cuenta/mis-datos/", "/cuenta/borrar/", "/cuenta/entidad/"]


@pytest.fixture(autouse=True)
def erasure_list(tmp_path, settings):
    settings.ERASURE_LIST = str(tmp_path / "erasures.jsonl")


@pytest.mark.parametrize("address", [*OWN, "/cuenta/pedidos-de-borrado/"])
def test_visitors_sign_in_and_come_back(client, address):
    assert client.get(address)["Location"] == f"/cuenta/ingresar/?next={address}"


@pytest.mark.parametrize("address", OWN)
def test_other_methods_are_refused(client, lina, address):
    client.force_login(lina)
    assert client.delete(address).status_code == 405


def archive(answer) -> ZipFile:
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    return ZipFile(BytesIO(answer.content))


def test_copy_is_whole_readable_and_of_one_person_alone(client, history, raul):
    omar, lina = history("Omarcito", "Condori", "41234567"), history("Linita", "Atoche", "40123678")
    client.force_login(omar.user)
    kept = archive(client.post("/cuenta/mis-datos/", {"password": PASSWORD}))
    assert sorted(kept.namelist()) == ["datos.html", "datos.json"]
    machines, people = kept.read("datos.json").decode(), kept.read("datos.html").decode()
    for text in (machines, people):
        for told in (
            "Omarcito",
            "Condori",
            "41234567",
            "omarcito@example.org",
            "Puesto de Omarcito",
            "Oficio de Omarcito",
        ):
            assert told in text
        for foreign in ("Linita", "Atoche", "40123678", "linita@", *keys_of(lina)):
            assert str(foreign) not in text
    assert json.loads(machines)["format"] == "puriq-personal-data/1"
    assert (
        AuditEntry.objects.filter(action="own_data_taken", actor_key=omar.user.learner_key).count()
        == 1
    )


def test_people_read_the_moments_of_their_copy_as_peru_writes_them(client, history):
    omar = history("Omarcito", "Condori", "41234567")
    Enrolment.objects.filter(learner=omar.user.learner_key).update(
        enrolled_at=datetime(2026, 11, 30, 1, 5, 9, tzinfo=UTC)
    )
    client.force_login(omar.user)
    kept = archive(client.post("/cuenta/mis-datos/", {"password": PASSWORD}))
    people = kept.read("datos.html").decode()
    assert "29/11/2026, 8:05 p. m." in people
    assert not re.search(r"\d{4}-\d\d-\d\d", people)
    assert "2026-11-30T01:05:09Z" in kept.read("datos.json").decode()


def test_people_read_the_acts_of_their_copy_in_words(client, history):
    client.force_login(history("Omarcito", "Condori", "41234567").user)
    kept = archive(client.post("/cuenta/mis-datos/", {"password": PASSWORD}))
    people = " ".join(re.sub(r"<[^>]+>", " ", kept.read("datos.html").decode()).split())
    assert "Acto Datos corregidos Lo hiciste tú sí Detalle Cargo" in people
    assert "Acto Cambio de entidad Lo hiciste tú" in people
    assert not re.findall(r"\b[a-z]+_[a-z_]+\b", people)
    assert '"action": "person_corrected"' in kept.read("datos.json").decode()


def keys_of(person):
    """Return every identifier by which the records of a person are known."""
    key = person.user.learner_key
    yield key
    yield person.enrolment.uuid
    yield from Attempt.objects.filter(learner=key).values_list("uuid", flat=True)
    yield from Certificate.objects.filter(learner=key).values_list("code", flat=True)


def test_who_acted_on_my_record_stays_theirs(client, history, oscar):
    omar = history("Omarcito", "Condori", "41234567")
    decline_request(
        request=ask_for_erasure(user=omar.user, now=timezone.now()),
        operator=oscar,
        reason="x",
        now=timezone.now(),
    )
    client.force_login(omar.user)
    text = (
        archive(client.post("/cuenta/mis-datos/", {"password": PASSWORD}))
        .read("datos.json")
        .decode()
    )
    assert "erasure_declined" in text
    assert str(oscar.learner_key) not in text


def test_copy_needs_the_password(client, lina):
    client.force_login(lina)
    page = client.post("/cuenta/mis-datos/", {"password": "otra cosa"})
    assert page["Content-Type"].startswith("text/html")
    assert page.content.decode().count("Esa no es tu contraseña actual.") == 2


@pytest.mark.parametrize("address", OWN)
def test_pages_say_what_they_are_for(client, lina, address):
    client.force_login(lina)
    page = client.get(address)
    assert page.status_code == 200
    assert page.content.decode().count("<h1>") == 1


def test_statements_do_not_grow_with_the_record(client, lina, history):
    counts = []
    for user in (lina, history("Omarcito", "Condori", "41234567").user):
        client.force_login(user)
        client.get("/cuenta/mis-datos/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/cuenta/mis-datos/")
        counts.append(len(asked))
    # Session, person, the last request for erasure, and one or two for each holding.
    assert counts[0] == counts[1] <= 3 + 2 * len(holdings())


def test_work_in_the_editor_is_told(client, site, ada):
    site.owner = ada
    site.save(update_fields=["owner"])
    client.force_login(ada)
    kept = json.loads(
        archive(client.post("/cuenta/mis-datos/", {"password": "puriq-demo-2026"})).read(
            "datos.json"
        )
    )
    assert {"table": "wagtailcore.Page", "count": 1} in kept["holdings"]["editor"]["rows"]


def test_institution_is_corrected_with_its_history(client, lina, organisations):
    client.force_login(lina)
    assert (
        organisations["ugel"].name
        in client.get("/cuenta/entidad/", {"buscar": "ugel puno"}).content.decode()
    )
    answer = client.post(
        "/cuenta/entidad/",
        {"entidad": str(organisations["ugel"].uuid), "cargo": "Especialista en gestión"},
    )
    assert answer["Location"] == "/cuenta/"
    now_there = Membership.objects.get(user=lina, ended_on=None)
    assert (now_there.organisation, now_there.post, now_there.confirmed_at) == (
        organisations["ugel"],
        "Especialista en gestión",
        None,
    )
    assert (
        Membership.objects.get(user=lina, organisation=organisations["tumbes"]).ended_on
        == timezone.localdate()
    )
    body = client.get("/cuenta/").content.decode()
    assert "Dónde trabajaste antes" in body
    assert organisations["tumbes"].name in body
    assert "sin confirmar" in body


@pytest.mark.parametrize("chosen", ["", "zzz", "00000000-0000-4000-8000-000000000000"])
def test_institution_must_be_one_of_the_list(client, lina, chosen):
    client.force_login(lina)
    page = client.post("/cuenta/entidad/", {"entidad": chosen})
    assert "Busca tu entidad y márcala en la lista." in page.content.decode()
    assert Membership.objects.filter(user=lina).count() == 1


def test_erasure_is_asked_and_taken_back(client, lina):
    client.force_login(lina)
    body = client.get("/cuenta/borrar/").content.decode()
    assert "la ley pide que quede constancia" in body
    page = client.post("/cuenta/borrar/", {"password": "puriq-demo-2026"})
    assert page.content.decode().count("Marca que entiendes") == 2
    assert not ErasureRequest.objects.exists()
    page = client.post(
        "/cuenta/borrar/", {"password": "puriq-demo-2026", "understands": "on"}, follow=True
    )
    assert "Te respondemos en 10 días hábiles" in page.content.decode()
    assert "Retira tu pedido" in page.content.decode()
    assert "Ya tenemos tu pedido." in client.get("/cuenta/borrar/").content.decode()
    for _again in range(2):
        page = client.post("/cuenta/borrar/retirar/", follow=True)
        assert "Retiramos tu pedido." in page.content.decode()
    assert ErasureRequest.objects.get().state == ErasureRequest.State.WITHDRAWN


def test_nothing_is_taken_back_that_was_not_asked(client, lina):
    client.force_login(lina)
    page = client.post("/cuenta/borrar/retirar/", follow=True).content.decode()
    assert "No había un pedido en espera" in page
    assert "Retiramos tu pedido." not in page


def test_people_with_a_role_are_told_what_to_do(client, nora):
    client.force_login(nora)
    page = client.post("/cuenta/borrar/", {"password": "puriq-demo-2026", "understands": "on"})
    assert page.status_code == 409
    assert "Tienes un rol en Puriq." in page.content.decode()


@pytest.mark.parametrize("who", ["lina", "nora", "lucia", "ada"])
def test_requests_are_for_operators_alone(client, omar, who, request):
    asked = ask_for_erasure(user=omar, now=timezone.now())
    client.force_login(request.getfixturevalue(who))
    for address in ("/cuenta/pedidos-de-borrado/", f"/cuenta/pedidos-de-borrado/{asked.uuid}/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"erase": "1"}).status_code in {404, 405}
    assert User.objects.filter(pk=omar.pk).exists()


def test_operator_carries_it_out_once(client, omar, oscar):
    asked = ask_for_erasure(user=omar, now=timezone.now())
    client.force_login(oscar)
    assert "Pedidos de borrado por decidir" in client.get("/cuenta/").content.decode()
    assert "Omar Quispe" in client.get("/cuenta/pedidos-de-borrado/").content.decode()
    address = f"/cuenta/pedidos-de-borrado/{asked.uuid}/"
    assert "Omar Quispe" in client.get(address).content.decode()
    assert User.objects.filter(pk=omar.pk).exists()
    page = client.post(address, {"erase": "1"}, follow=True)
    assert "Borramos los datos de la persona." in page.content.decode()
    assert not User.objects.filter(pk=omar.pk).exists()
    assert (
        "Ese pedido ya se cumplió"
        in client.post(address, {"erase": "1"}, follow=True).content.decode()
    )


@pytest.mark.parametrize(
    "sent",
    [{"erase": "1"}, {"decline": "1", "reason": "Tu curso tiene un reclamo abierto."}],
    ids=["erase", "decline"],
)
def test_operator_is_told_that_the_person_thought_better_of_it(client, omar, oscar, sent):
    asked = ask_for_erasure(user=omar, now=timezone.now())
    withdraw_request(user=omar, now=timezone.now())
    client.force_login(oscar)
    address = f"/cuenta/pedidos-de-borrado/{asked.uuid}/"
    for answer in (client.post(address, sent, follow=True), client.get(address, follow=True)):
        assert "La persona retiró su pedido: no hay nada que decidir." in answer.content.decode()
    assert User.objects.filter(pk=omar.pk).exists()


def test_operator_is_told_when_it_was_withdrawn_between_reading_and_pressing(client, omar, oscar):
    asked = ask_for_erasure(user=omar, now=timezone.now())
    client.force_login(oscar)
    overtaken = []

    def overtake(execute, sql, *rest):
        """Let the person withdraw after the page has read the request as pending."""
        result = execute(sql, *rest)
        if not overtaken and sql.startswith("SELECT") and "erasurerequest" in sql:
            overtaken.append(sql)
            withdraw_request(user=omar, now=timezone.now())
        return result

    with connection.execute_wrapper(overtake):
        answer = client.post(
            f"/cuenta/pedidos-de-borrado/{asked.uuid}/", {"erase": "1"}, follow=True
        )
    assert "La persona retiró su pedido: no hay nada que decidir." in answer.content.decode()
    assert User.objects.filter(pk=omar.pk).exists()


def test_operator_reads_of_the_person_and_the_person_of_themselves(client, omar, oscar):
    asked = ask_for_erasure(user=omar, now=timezone.now())
    client.force_login(oscar)
    shown = client.get(f"/cuenta/pedidos-de-borrado/{asked.uuid}/").content.decode()
    table = shown[shown.index("<table") : shown.index("</table>")]
    assert "Sus certificados" in table
    assert "Queda sin su nombre." in table
    assert SAID_TO_THE_PERSON.findall(table) == []
    client.force_login(omar)
    body = client.get("/cuenta/borrar/").content.decode()
    assert "Tus certificados" in body
    assert "Queda sin tu nombre." in body


def test_operator_declines_with_a_reason_that_the_person_reads(client, omar, oscar):
    asked = ask_for_erasure(user=omar, now=timezone.now())
    client.force_login(oscar)
    address = f"/cuenta/pedidos-de-borrado/{asked.uuid}/"
    assert (
        client.post(address, {"decline": "1", "reason": " "})
        .content.decode()
        .count("Escribe el motivo")
        == 2
    )
    client.post(address, {"decline": "1", "reason": "Tu curso tiene un reclamo abierto."})
    client.force_login(omar)
    assert "Tu curso tiene un reclamo abierto." in client.get("/cuenta/mis-datos/").content.decode()
