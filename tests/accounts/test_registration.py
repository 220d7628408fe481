"""Registering: two steps, names as people write them, and no word about who else exists."""

from unittest import mock

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.limits import REGISTRATIONS, REGISTRATIONS_AN_HOUR
from accounts.models import Membership, Organisation, User
from accounts.privacy_notice import PRIVACY_NOTICE_VERSION
from accounts.services import create_person

pytestmark = pytest.mark.django_db
FIRST, DONE = "/cuenta/registro/", "/cuenta/registro/listo/"
PASSWORD = "tres palabras juntas"
GOOD = {
    "first_name": "María José",
    "last_name": "Ñahui D'Ávila",
    "document_type": "dni",
    "document_number": "40.123.678",
    "email": "maria@example.org",
    "post": "Tesorera",
    "password": PASSWORD,
    "accepts": "on",
}


@pytest.fixture
def second(organisations):
    """The address of the second step for the municipality in Tumbes."""
    return f"/cuenta/registro/datos/?entidad={organisations['tumbes'].uuid}"


def masked(page) -> str:
    return page.content.decode().replace(str(page.context["csrf_token"]), "")


def test_search_finds_by_name_and_place_without_tildes(client, organisations):
    for typed, name in (
        ("acora", "Municipalidad Distrital de Ácora"),
        ("municipalidad TUMBES", "Municipalidad Distrital de Zorritos"),
    ):
        assert [found.name for found in client.get(FIRST, {"buscar": typed}).context["found"]] == [
            name
        ]


def test_search_forgives_a_keyboard_without_enie(client, places):
    Organisation.objects.create(kind="other", name="Entidad Ñuñoa", district=places["puno"])
    for typed in ("ñuñoa", "nunoa"):
        assert [found.name for found in client.get(FIRST, {"buscar": typed}).context["found"]] == [
            "Entidad Ñuñoa"
        ]
    Organisation.objects.create(kind="other", name="Entidad Nunoa", district=places["puno"])
    for typed, name in (("ñuñoa", "Entidad Ñuñoa"), ("nunoa", "Entidad Nunoa")):
        assert [found.name for found in client.get(FIRST, {"buscar": typed}).context["found"]] == [
            name
        ]


def test_search_sees_what_was_renamed(client, organisations):
    client.get(FIRST, {"buscar": "acora"})
    organisation = Organisation.objects.get(name="Municipalidad Distrital de Ácora")
    organisation.name = "Municipalidad Distrital de Acorita"
    organisation.save()
    assert [found.name for found in client.get(FIRST, {"buscar": "acorita"}).context["found"]] == [
        "Municipalidad Distrital de Acorita"
    ]


def test_search_without_results_keeps_what_was_typed_and_offers_a_way(client, organisations):
    body = client.get(FIRST, {"buscar": "<b>zzz"}).content.decode()
    assert "No encontramos «&lt;b&gt;zzz»" in body
    assert 'value="ninguna"' in body


@pytest.mark.parametrize("many", [1, 3])
def test_statements_of_the_search_do_not_grow(client, places, many, django_assert_num_queries):
    for number in range(many):
        Organisation.objects.create(kind="other", name=f"Entidad {number}", district=places["puno"])
    with django_assert_num_queries(2):
        client.get(FIRST, {"buscar": "entidad"})
    with django_assert_num_queries(1):
        client.get(FIRST, {"buscar": "entidad"})


def test_second_step_asks_for_the_institution_first(client, organisations):
    for query in ("", "?entidad=", "?entidad=zzz", "?entidad=6f1d1c52-6a86-4a3b-9d57-2f3b7a0d9c11"):
        answer = client.get(f"/cuenta/registro/datos/{query}", follow=True)
        assert answer.redirect_chain[0][0].startswith(FIRST)
        assert "Busca tu entidad y márcala en la lista." in answer.content.decode()


def test_new_person_can_sign_in_and_is_asked_nothing_again(client, second, organisations):
    assert client.post(second, GOOD)["Location"] == DONE
    assert "_auth_user_id" not in client.session
    user = User.objects.get(email="maria@example.org")
    assert (user.first_name, user.last_name, user.document_number) == (
        "María José",
        "Ñahui D'Ávila",
        "40123678",
    )
    assert user.privacy_notice_version == PRIVACY_NOTICE_VERSION
    membership = Membership.objects.get(user=user)
    assert (membership.organisation, membership.post, membership.ended_on) == (
        organisations["tumbes"],
        "Tesorera",
        None,
    )
    answer = client.post("/cuenta/ingresar/", {"username": "40123678", "password": PASSWORD})
    assert answer["Location"] == "/mi-aprendizaje/"


@pytest.mark.parametrize(
    ("first", "last"),
    [("A", "Ñ"), ("Ángel", "O'Higgins"), ("José", "Quispe"), ("Íñigo", "De la Cruz-Pérez")],
)
def test_names_are_kept_as_written(client, second, first, last):
    client.post(second, {**GOOD, "first_name": first, "last_name": last})
    user = User.objects.get(email=GOOD["email"])
    assert (user.first_name, user.last_name) == (first, last)


@pytest.mark.parametrize(
    ("typed", "kind", "number"),
    [
        ("Carnet de extranjería N.º 00XBC1234", "ce", "00XBC1234"),
        ("40000003-7", "dni", "40000003"),
        ("D.N.I. N° 40000003 - 7", "dni", "40000003"),
    ],
)
def test_a_document_is_registered_as_it_is_copied(client, second, typed, kind, number):
    assert (
        client.post(second, {**GOOD, "document_type": "", "document_number": typed})["Location"]
        == DONE
    )
    user = User.objects.get()
    assert (user.document_type, user.document_number) == (kind, number)


def test_person_without_institution_email_or_document(client, organisations):
    without = "/cuenta/registro/datos/?entidad=ninguna"
    assert client.post(without, {**GOOD, "post": "", "email": ""})["Location"] == DONE
    assert (
        client.post(without, {**GOOD, "post": "", "document_type": "", "document_number": ""})[
            "Location"
        ]
        == DONE
    )
    assert User.objects.count() == 2
    assert Membership.objects.count() == 0


def test_taken_document_or_email_gets_the_same_answer(client, second, organisations):
    create_person(
        first_name="Otra",
        email="otra@example.org",
        document_type="dni",
        document_number="41111111",
        now=timezone.now(),
    )
    people = User.objects.count()
    answers = []
    for more in ({"document_number": "41111111"}, {"email": "OTRA@example.org"}, {}):
        answer = client.post(second, {**GOOD, **more}, follow=True)
        answers.append((answer.redirect_chain, masked(answer)))
    assert answers[0] == answers[1] == answers[2]
    assert "Si te dice que no coincide, ya había una cuenta" in answers[0][1]
    assert "nadie comprueba de quién es un documento al registrarse" in answers[0][1]
    assert User.objects.count() == people + 1


def test_taken_and_new_cost_one_hash_and_one_commit(client, second):
    hasher, hashes, commits = type(hashers.get_hasher("default")), set(), set()
    for _ in range(2):
        with (
            mock.patch.object(hasher, "encode", autospec=True, side_effect=hasher.encode) as hashed,
            CaptureQueriesContext(connection) as statements,
        ):
            client.post(second, GOOD)
        hashes.add(hashed.call_count)
        commits.add(sum("audit_auditentry" in statement["sql"] for statement in statements))
    assert hashes == {1}
    assert commits == {1}


def test_double_submit_makes_one_person(client, second):
    client.post(second, GOOD)
    client.post(second, GOOD)
    assert User.objects.filter(email=GOOD["email"]).count() == 1


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"first_name": " "}, "Escribe tus nombres."),
        ({"last_name": " "}, "Escribe tus apellidos."),
        ({"password": ""}, "Escribe una contraseña."),
        ({"password": " " * 12}, "Escribe una contraseña."),
        ({"email": "maria@"}, "Escribe el correo completo: nombre@ejemplo.pe."),
        ({"email": "ñandú@municipio.pe"}, "Usa un correo sin tildes ni ñ antes de la @."),
        (
            {"post": "DNI 45678912"},
            "Parece que escribiste el número de un documento. Bórralo; si no lo es, envía otra "
            "vez.",
        ),
        (
            {"email": "rosa quispe@municipio.pe"},
            "Un correo no lleva espacios. Si es rosaquispe@municipio.pe, escríbelo así.",
        ),
        ({"document_number": "4012367"}, "El DNI tiene 8 números. Escribiste 7."),
        ({"document_number": "401236789"}, "El DNI tiene 8 números. Escribiste 9."),
        ({"document_number": "4012367a"}, "El DNI tiene 8 números. Escribe solo números."),
        ({"document_type": "", "document_number": "A12345678"}, "Elige qué documento es."),
        ({"document_number": ""}, "Escribe el número de tu documento."),
        (
            {"document_type": "", "document_number": "", "email": ""},
            "Escribe tu documento o tu correo: con uno de los dos ingresarás.",
        ),
        ({"email": "maria@gmial.com"}, "¿Quisiste decir maria@gmail.com?"),
        ({"password": "xyz"}, "Usa al menos 10 letras o números. Te faltan 7."),
        (
            {"password": "1234567890"},
            "Esta contraseña es muy conocida. Usa una frase de tres o más palabras.",
        ),
        (
            {"accepts": ""},
            "Para crear tu cuenta, lee el aviso de privacidad y marca que lo aceptas.",
        ),
    ],
)
def test_bad_input_says_what_to_mend_and_keeps_what_was_typed(client, second, wrong, text):
    told = {**GOOD, **wrong}
    page = client.post(second, told)
    body = page.content.decode()
    assert page.status_code == 200
    assert body.count(text) == 2
    assert page.context["form"]["last_name"].value() == told["last_name"]
    assert page.context["form"]["document_number"].value() == told["document_number"]
    assert GOOD["password"] not in body
    assert User.objects.count() == 0


def test_a_post_without_an_institution_is_not_lost(client):
    """It would be kept nowhere."""
    address = "/cuenta/registro/datos/?entidad=ninguna"
    page = client.post(address, {**GOOD, "post": "Tesorera", "said": ""})
    assert "Escribe también en qué entidad trabajas" in page.content.decode()
    assert page.context["form"]["post"].value() == "Tesorera"
    assert User.objects.count() == 0
    assert client.post(address, {**GOOD, "post": "", "said": ""}).status_code == 302
    assert User.objects.count() == 1


def test_suggested_email_can_be_kept(client, second):
    page = client.post(second, {**GOOD, "email": "maria@gmial.com"})
    seen = page.context["form"]["email_seen"].value()
    assert f'name="email_seen" value="{seen}"' in page.content.decode()
    assert (
        client.post(second, {**GOOD, "email": "maria@gmial.com", "email_seen": seen})["Location"]
        == DONE
    )


def test_fields_beyond_the_form_are_ignored(client, second):
    client.post(
        second, {**GOOD, "is_superuser": "on", "is_staff": "on", "role": "operator", "groups": "1"}
    )
    user = User.objects.get(email=GOOD["email"])
    assert not any((user.is_superuser, user.is_staff, user.grants.exists(), user.groups.exists()))


def test_never_asks_nationality_nor_migration_status(client, second):
    form = client.get(second).context["form"]
    assert not {
        name for name in form.fields if "nation" in name or "migra" in name or "country" in name
    }
    labels = " ".join(str(field.label).lower() for field in form)
    assert "nacional" not in labels
    assert "migra" not in labels


def test_other_methods_and_signed_in_people(client, second, person):
    assert client.post(FIRST).status_code == 405
    assert client.put(second).status_code == 405
    client.force_login(person("Lina"))
    assert client.get(FIRST)["Location"] == "/mi-aprendizaje/"
    assert client.post(second, GOOD)["Location"] == "/mi-aprendizaje/"


def test_who_came_from_a_course_is_led_back_to_it(client, course, second):
    to_course = "next=%2Fcursos%2Fcurso%2F"
    assert "/cuenta/registro/?next=/cursos/curso/" in client.get("/cursos/curso/").content.decode()
    found = client.get(FIRST, {"next": "/cursos/curso/", "buscar": "zorritos"}).content.decode()
    assert found.count('name="next" value="/cursos/curso/"') == 2
    assert client.get(f"/cuenta/registro/datos/?{to_course}")["Location"].endswith(to_course)
    done = client.post(f"{second}&{to_course}", GOOD)
    assert done["Location"] == f"{DONE}?{to_course}"
    page = client.get(done["Location"])
    assert '<input type="hidden" name="next" value="/cursos/curso/">' in page.content.decode()
    entered = client.post(
        "/cuenta/ingresar/",
        {"username": "40123678", "password": PASSWORD, "next": "/cursos/curso/"},
    )
    assert entered["Location"] == "/cursos/curso/"
    assert "Inscríbete" in client.get("/cursos/curso/").content.decode()


def test_registration_leads_to_no_other_site(client, second):
    done = client.post(f"{second}&next=https%3A%2F%2Fotro.example%2F", GOOD)
    assert done["Location"] == DONE


@pytest.mark.parametrize(
    ("limit", "wait", "told"),
    [
        (
            REGISTRATIONS,
            "60",
            "Desde tu red se crearon muchas cuentas. Espera un minuto y envía otra vez.",
        ),
        (
            REGISTRATIONS_AN_HOUR,
            "3600",
            "Desde tu red se crearon muchas cuentas. Espera una hora y envía otra vez.",
        ),
    ],
    ids=["minute", "hour"],
)
def test_a_class_that_is_held_back_keeps_what_it_typed(client, second, allow, limit, wait, told):
    allow(limit, 1)
    client.post(second, GOOD)
    page = client.post(second, GOOD | {"document_number": "40123679", "email": "otra@example.org"})
    assert (page.status_code, page["Retry-After"]) == (429, wait)
    body = page.content.decode()
    assert told in body
    assert "Por seguridad no la dejamos en la página: escríbela otra vez." in body
    assert PASSWORD not in body
    assert page.context["form"]["first_name"].value() == "María José"
    assert page.context["form"]["document_number"].value() == "40123679"
    assert User.objects.count() == 1


def test_forms_with_something_to_mend_are_not_counted(client, second, allow):
    allow(REGISTRATIONS, 1)
    for _time in range(3):
        assert client.post(second, GOOD | {"last_name": ""}).status_code == 200
    assert client.post(second, GOOD)["Location"] == DONE


def test_who_registers_in_the_session_of_another_is_told(client, second, lina):
    client.force_login(lina)
    body = client.post(second, GOOD, follow=True).content.decode()
    assert (
        "No recibimos lo que enviaste: ahora está en sesión Lina Quispe. Si no eres tú, pulsa "
        "«Salir» y envíalo otra vez."
    ) in body
    assert not User.objects.filter(email=GOOD["email"]).exists()
