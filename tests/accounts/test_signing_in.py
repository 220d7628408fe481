"""Signing in: by document or e-mail, without telling who exists, without leaving anything personal
behind.
"""

import hashlib
from unittest import mock

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import documents
from accounts.limits import (
    FAILED_SIGN_INS,
    FAILED_SIGN_INS_OF_ACCOUNT,
    FAILED_SIGN_INS_OF_IDENTIFIER,
    SIGN_INS,
)
from accounts.models import User
from accounts.services import create_person
from accounts.signing_in import resolve_username
from tests.caches import keys_in_cache

pytestmark = pytest.mark.django_db
ADDRESS = "/cuenta/ingresar/"
PASSWORD = "tres palabras juntas"
MISMATCH = "El documento o correo y la contraseña no coinciden. Revísalos o recupera tu contraseña."
TOO_MANY = (
    "Hubo varios intentos con otra contraseña. Espera una hora o recupera tu contraseña. Tu avance "
    "está guardado."
)


@pytest.fixture
def julian():
    """Has a DNI, a password and no e-mail."""
    return create_person(
        first_name="Julián",
        last_name="Ñahui",
        document_type="dni",
        document_number="40123678",
        password=PASSWORD,
        now=timezone.now(),
    )


@pytest.fixture
def carla():
    """Has a carné de extranjería and an e-mail."""
    return create_person(
        first_name="Carla",
        last_name="D'Ávila",
        email="Carla@Example.org",
        document_type="ce",
        document_number="001234567",
        password=PASSWORD,
        now=timezone.now(),
    )


def enter(client, who, password=PASSWORD, **more):
    return client.post(ADDRESS, {"username": who, "password": password, **more})


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("typed", ["40123678", " 40.123.678 ", "4012-3678", "40 12 36 78"])
def test_document_lets_in_however_it_is_typed(client, julian, typed):
    assert enter(client, typed).status_code == 302
    assert is_in(client)


@pytest.mark.parametrize("typed", ["001234567", "carla@example.org", "CARLA@EXAMPLE.ORG "])
def test_card_and_email_let_in(client, carla, typed):
    assert enter(client, typed).status_code == 302


def test_first_time_leads_to_first_entry_and_later_home(client, julian):
    assert enter(client, "40123678")["Location"] == reverse("accounts:first_entry")
    client.logout()
    assert enter(client, "40123678")["Location"] == "/mi-aprendizaje/"


def test_next_is_followed_on_this_site_only(client, julian):
    assert enter(client, "40123678", next="/certificados/")["Location"] == "/certificados/"
    client.logout()
    for outside in (
        "https://otro.example/",
        "//otro.example/",
        "javascript:alert(1)",
        "/\\otro.example",
        "mi-aprendizaje",
        "accounts:account",
        "?x=1",
    ):
        assert enter(client, "40123678", next=outside)["Location"] == "/mi-aprendizaje/"
        client.logout()


def test_page_shows_itself_and_a_signed_in_person_passes(client, julian):
    page = client.get(ADDRESS, {"next": "/certificados/"})
    assert page.status_code == 200
    assert 'name="next" value="/certificados/"' in page.content.decode()
    client.force_login(julian)
    assert client.get(ADDRESS)["Location"] == "/mi-aprendizaje/"


def test_other_methods_are_refused(client):
    assert client.put(ADDRESS).status_code == 405


def test_shared_computer_ends_with_the_browser(client, julian):
    enter(client, "40123678", is_shared="on")
    assert client.session.get_expire_at_browser_close()
    client.logout()
    enter(client, "40123678")
    assert not client.session.get_expire_at_browser_close()


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("4012367", "El DNI tiene 8 números. Escribiste 7."),
        (
            "rosa quispe@x.pe",
            "Un correo no lleva espacios. Si es rosaquispe@x.pe, escríbelo así.",
        ),
        ("4012367890123", "El DNI tiene 8 números. Escribiste 13."),
        (
            "4012367a",
            "Escribe los 8 números de tu DNI, tu carné de extranjería o tu correo completo.",
        ),
        (
            "<script>",
            "Escribe los 8 números de tu DNI, tu carné de extranjería o tu correo completo.",
        ),
    ],
)
def test_slip_is_told_in_the_summary_and_beside_the_field_and_kept(client, typed, text):
    page = enter(client, typed)
    assert page.status_code == 200
    assert page.content.decode().count(text) == 2
    assert page.context["form"]["username"].value() == typed
    assert PASSWORD not in page.content.decode()


def masked(page) -> str:
    """The body without the token that changes with every answer."""
    token = page.context["csrf_token"]
    return page.content.decode().replace(str(token), "")


def test_wrong_password_and_unknown_person_get_the_same_answer(client, julian, carla):
    for known, unknown in (
        ("40123678", "40123679"),
        ("carla@example.org", "nadie@example.org"),
        ("001234567", "009999999"),
    ):
        one, other = enter(client, known, "otra"), enter(client, unknown, "otra")
        assert MISMATCH in one.content.decode()
        assert masked(one).replace(known, "") == masked(other).replace(unknown, "")
        assert one.status_code == other.status_code == 200
        assert one.headers["Content-Type"] == other.headers["Content-Type"]
        assert not is_in(client)


def test_wrong_password_and_unknown_person_cost_the_same(client, julian, carla):
    hasher, costs = type(hashers.get_hasher("default")), set()
    for who in ("40123678", "40123679", "carla@example.org", "nadie@example.org"):
        with (
            CaptureQueriesContext(connection) as statements,
            mock.patch.object(hasher, "encode", autospec=True, side_effect=hasher.encode) as hashed,
        ):
            enter(client, who, "otra")
        costs.add((len(statements), hashed.call_count))
    assert len(costs) == 1, costs
    assert costs.pop()[1] == 1


def test_eleventh_try_waits_and_the_right_password_too(client, julian):
    for _ in range(10):
        assert enter(client, "40123678", "otra").status_code == 200
    page = enter(client, "40123678")
    assert (page.status_code, page["Retry-After"]) == (429, "3600")
    assert TOO_MANY in page.content.decode()
    assert not is_in(client)


def test_a_network_that_waits_is_promised_no_other_way(client, julian, allow):
    """A new password does not shorten this wait, which is of a minute."""
    allow(FAILED_SIGN_INS, 1)
    enter(client, "40123678", "otra")
    page = enter(client, "40123678")
    assert (page.status_code, page["Retry-After"]) == (429, "60")
    body = page.content.decode()
    assert "Desde tu red llegaron muchos intentos. Espera un minuto y envía otra vez." in body
    assert TOO_MANY not in body


def test_unknown_person_waits_as_well(client):
    for _ in range(10):
        enter(client, "40123679", "otra")
    assert TOO_MANY in enter(client, "40123679", "otra").content.decode()


def test_tries_are_counted_together_however_it_is_written_and_for_any_host(client, carla, settings):
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
    for number in range(10):
        who = "CE 001234567" if number % 2 else "00-1234567"
        client.post(
            ADDRESS,
            {"username": who, "password": "otra"},
            headers={"host": f"127.0.0.1:{8000 + number}"},
        )
    assert enter(client, "001234567").status_code == 429


def test_tries_of_one_identifier_tell_nothing_of_another(client, carla):
    """A count that both shared would tell which document belongs to which e-mail."""
    for _try in range(11):
        refused = enter(client, "carla@example.org", "otra")
    assert refused.status_code == 429
    told = [enter(client, who, "otra") for who in ("00-1234567", "00-1234568")]
    assert [page.status_code for page in told] == [200, 200]
    assert all(MISMATCH in page.content.decode() for page in told)


def test_beyond_the_limit_of_the_account_no_password_is_right_and_nothing_tells(
    client, carla, allow
):
    allow(FAILED_SIGN_INS_OF_ACCOUNT, 1)
    enter(client, "carla@example.org", "otra")
    page = enter(client, "00-1234567")
    assert page.status_code == 200
    assert MISMATCH in page.content.decode()
    assert not is_in(client)


def test_guesses_from_many_networks_are_counted_as_one(client, carla, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    form = {"username": "carla@example.org", "password": "otra"}
    told = [
        client.post(ADDRESS, form, headers={"x-forwarded-for": f"198.51.100.{host}"}).status_code
        for host in range(1, 13)
    ]
    assert told == [200] * FAILED_SIGN_INS_OF_IDENTIFIER.amount + [429] * 2


def test_behind_a_proxy_each_network_is_counted_alone(client, julian, settings, allow):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    allow(SIGN_INS, 2)
    one, other = {"x-forwarded-for": "192.0.2.7"}, {"x-forwarded-for": "192.0.2.8"}
    assert [client.post(ADDRESS, {}, headers=one).status_code for _ in range(3)] == [200, 200, 429]
    assert (
        client.post(ADDRESS, {}, headers={"x-forwarded-for": "203.0.113.1, 192.0.2.7"}).status_code
        == 429
    )  # what a visitor claims
    assert client.post(ADDRESS, {}, headers=other).status_code == 200


def test_without_a_proxy_nobody_names_another_network(client, db, allow):
    allow(SIGN_INS, 1)
    assert client.post(ADDRESS, {}, headers={"x-forwarded-for": "192.0.2.7"}).status_code == 200
    assert client.post(ADDRESS, {}, headers={"x-forwarded-for": "192.0.2.8"}).status_code == 429


def test_limiter_keeps_nothing_personal(client, julian, carla):
    typed = ["40123678", "40123679", "carla@example.org", "nadie@example.org"]
    for who in typed:
        enter(client, who, "otra")
        client.post("/cuenta/recuperar/", {"username": who})
    kept = " ".join(keys_in_cache("limits"))
    assert "failed_sign_ins_of_account" in kept
    for who in typed:
        for secret in (who, f"testserver:{who}"):
            assert secret not in kept
            for method in ("md5", "sha1", "sha256"):
                assert hashlib.new(method, secret.encode()).hexdigest() not in kept


def test_switched_off_person_is_told_only_with_the_right_password(client, julian):
    User.objects.filter(pk=julian.pk).update(is_active=False)
    assert MISMATCH in enter(client, "40123678", "otra").content.decode()
    answer = enter(client, "40123678")
    assert answer["Location"] == reverse("account_inactive")
    assert not is_in(client)
    assert "no está activa" in client.get(answer["Location"]).content.decode()


def test_person_without_password_gets_the_common_answer(client, julian):
    julian.set_unusable_password()
    julian.save(update_fields=["password"])
    assert MISMATCH in enter(client, "40123678").content.decode()


def test_menu_hint_follows_the_roles(client, person):
    for name, role, menu in (
        ("Max", "coordinator", ["panel", "personas"]),
        ("Ada", "author", ["gestion"]),
        ("Lina", "learner", []),
    ):
        user = person(name, role=role, national=True)
        client.force_login(user)
        assert client.session["menu"] == menu


def test_stand_in_is_keyed_and_never_somebody(julian):
    name = resolve_username("40123679")
    assert name.startswith("x")
    assert len(name) <= 40
    assert resolve_username("40123678") == julian.username
    assert name != documents.stand_in("40123670")


def test_statements_of_the_page(client, julian, django_assert_num_queries):
    with django_assert_num_queries(1):  # the demonstration people
        client.get(ADDRESS)


def test_demo_people_are_shown_only_while_they_are_loaded(client, julian, settings):
    assert "puriq-demo-2026" not in client.get(ADDRESS).content.decode()
    for name in ("Óscar", "Lina"):
        email = {"Óscar": "oscar", "Lina": "lina"}[name] + "@demo.example"
        create_person(
            first_name=name, email=email, password_hash="x", is_demo=True, now=timezone.now()
        )
    page = client.get(ADDRESS)
    assert [person.name for person in page.context["demo_people"]] == ["Lina", "Óscar"]
    assert "puriq-demo-2026" in page.content.decode()
    settings.DEMO = False
    assert "puriq-demo-2026" not in client.get(ADDRESS).content.decode()


def test_sign_out_is_by_post(client, julian):
    client.force_login(julian)
    page = client.get("/cuenta/salir/")
    assert page.status_code == 200
    assert is_in(client)
    assert client.post("/cuenta/salir/")["Location"] == reverse("accounts:signed_out")
    assert not is_in(client)
    assert client.get("/cuenta/salir/")["Location"] == reverse("account_login")


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/cuenta/salida/", "/cuenta/salir/"),
        ("/cuenta/salida/?equipo=compartido", "/cuenta/salir/"),
        ("/cuenta/inactiva/", "/mi-aprendizaje/"),
        ("/cuenta/recuperar/listo/", "/mi-aprendizaje/"),
        ("/cuenta/registro/listo/", "/mi-aprendizaje/"),
        ("/cuenta/registro/listo/?next=/cursos/", "/cursos/"),
    ],
)
def test_nobody_in_session_is_told_to_be_outside(client, julian, address, leads_to):
    """Back, after signing in again: «Saliste» would leave a session open on that device."""
    assert client.get(address).status_code == 200
    client.force_login(julian)
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, leads_to)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "target", ["abc", "mi-aprendizaje", "accounts:account", "?x=1", "#a", "-1"]
)
@pytest.mark.parametrize("address", ["ingresar/", "registro/", "aviso/", "segundo-factor/activar/"])
def test_a_word_is_no_place_to_go_on_to(client, julian, address, target):
    for person in (None, julian):
        if person:
            client.force_login(person)
        answer = client.get(f"/cuenta/{address}", {"next": target})
        assert answer.status_code in {200, 302}
        assert answer.get("Location", "/").startswith("/")


@pytest.mark.parametrize("address", ["/gestion/login/", "/_util/login/"])
def test_doors_of_wagtail_lead_to_ours(client, julian, address):
    answer = client.post(address, {"username": julian.username, "password": PASSWORD})
    assert answer["Location"].startswith("/cuenta/ingresar/?next=")
    assert not is_in(client)


def test_wagtail_sends_visitors_to_ours_and_others_find_nothing(client, julian):
    assert client.get("/gestion/")["Location"] == "/cuenta/ingresar/?next=/gestion/"
    client.force_login(julian)
    assert client.get("/gestion/").status_code == 404
    assert client.get("/gestion/users/").status_code == 404
    client.post("/gestion/logout/")
    assert not is_in(client)


@pytest.mark.parametrize(
    "address",
    [
        "/gestion/password_reset/",
        "/gestion/password_reset/done/",
        "/gestion/password_reset/complete/",
    ],
)
def test_recovery_of_wagtail_is_closed(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "name",
    ["account_email", "account_reauthenticate", "account_set_password", "account_confirm_email"],
)
def test_no_other_address_of_the_library_is_mounted(name):
    from django.urls import NoReverseMatch  # noqa: PLC0415 - used here only

    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "typed",
    [
        "45678913",
        "DNI 45678913",
        "dni: 45.678.913",
        "45–678–913",
        "４５６７８９１３",
        "D.N.I. N.º 45678913",
        "45678913\u200b",
        "«45678913»,",
    ],
)
def test_a_document_is_read_out_of_what_was_pasted(typed):
    assert documents.bare_number(typed) == "45678913"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("C.E. 001234567", "001234567"),
        ("Carné de extranjería 001234567", "001234567"),
        ("CE1234567", "CE1234567"),
    ],
)
def test_so_is_a_carne(typed, number):
    assert documents.bare_number(typed) == number


@pytest.mark.parametrize("number", ["00000000"])
def test_no_document_has_only_zeros(number):
    with pytest.raises(documents.InvalidDocument, match="solo ceros"):
        documents.clean_number("dni", number)
    with pytest.raises(documents.InvalidDocument, match="solo ceros"):
        documents.clean_number("ce", number + "0")


def test_a_network_that_waits_keeps_what_was_typed_and_carried(client, julian, allow):
    allow(SIGN_INS, 1)
    enter(client, "40123678", "otra")
    page = enter(client, "40123678", carried="sealed", next="/certificados/")
    assert (page.status_code, page["Retry-After"]) == (429, "60")
    body = page.content.decode()
    assert "Desde tu red llegaron muchos intentos. Espera un minuto y envía otra vez." in body
    assert page.context["form"]["username"].value() == "40123678"
    assert 'name="carried" value="sealed"' in body
    assert 'name="next" value="/certificados/"' in body
    assert not is_in(client)
