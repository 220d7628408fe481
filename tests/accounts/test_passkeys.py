"""A passkey follows the password in the place of a code: its person makes it and takes it away."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.permissions import holds_role
from accounts.second_factor import DEMO_SECRET, give_second_factor
from audit.models import AuditEntry
from tests.factories.passkeys import ORIGIN, Device
from tests.factories.second_factor import CHALLENGE, code_now

pytestmark = pytest.mark.django_db
PASSWORD = "puriq-demo-2026"
SIGN_IN, STATE = "/cuenta/ingresar/", "/cuenta/segundo-factor/"
ADD = f"{STATE}llaves/nueva/"
REFUSED = "Esa llave no vale aquí"


@pytest.fixture(autouse=True)
def address(settings):
    """A site with a name: no browser makes a passkey for a number."""
    settings.ALLOWED_HOSTS = ["puriq.example", "testserver"]


def browser() -> Client:
    """A browser at the site, as behind its proxy."""
    return Client(HTTP_HOST="puriq.example")


def visit(person) -> Client:
    inside = browser()
    inside.force_login(person)
    return inside


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def get(client, address):
    return client.get(address, secure=True)


def post(client, address, form):
    return client.post(address, form, secure=True)


def add(client, device, *, password=PASSWORD, name="Teléfono"):
    options = get(client, ADD).context["options"]
    form = {"name": name, "password": password, "credential": device.make(options)}
    return post(client, ADD, form)


def give_password(client, person):
    post(client, SIGN_IN, {"username": person.email, "password": PASSWORD})
    return get(client, CHALLENGE).context["options"]


def is_in(client) -> bool:
    return get(client, "/cuenta/").status_code == 200


def passkey_of(person) -> Authenticator:
    return Authenticator.objects.get(user=person, type="webauthn")


@pytest.fixture
def device():
    return Device()


@pytest.fixture
def guarded(lina, device):
    """A learner whose only second factor is a passkey."""
    add(visit(lina), device)
    return lina


def test_a_passkey_opens_after_the_password(lina, device):
    first, elsewhere = visit(lina), visit(lina)
    answer = add(first, device)
    assert answer["Location"] == f"{STATE}codigos/"
    assert is_in(first)
    assert not is_in(elsewhere)  # it began with a password alone
    assert "Teléfono" in text_of(get(first, STATE))
    other = browser()
    options = give_password(other, lina)
    assert not is_in(other)
    post(other, CHALLENGE, {"credential": device.use(options)})
    assert is_in(other)
    acts = AuditEntry.objects.filter(object_key=str(lina.learner_key))
    assert "passkey_added" in acts.values_list("action", flat=True)


def test_it_makes_the_role_of_an_operator_hold(oscar, device):
    Authenticator.objects.all().delete()
    assert not holds_role(type(oscar).objects.get(pk=oscar.pk), "operator")
    add(visit(oscar), device)
    assert holds_role(type(oscar).objects.get(pk=oscar.pk), "operator")


@pytest.mark.parametrize(
    "answer",
    [
        lambda device, asked: Device(name=device.name).use(asked),
        lambda device, asked: Device().use(asked),
        lambda device, asked: Device(f"{ORIGIN}.evil.test", device.key, device.name).use(asked),
        lambda device, asked: device.use(asked.replace('"challenge": "', '"challenge": "AAAA')),
        lambda device, asked: "{}",
        lambda device, asked: "[]",
        lambda device, asked: "7",
        lambda device, asked: '{"response": {"clientDataJSON": "!"}}',
        lambda device, asked: "[" * 200_000,
        lambda device, asked: "1" * 5_000,
    ],
    ids=[
        "other key",
        "unknown",
        "other site",
        "other question",
        "empty",
        "list",
        "number",
        "cut",
        "nested",
        "long",
    ],
)
def test_another_answer_opens_nothing(guarded, device, answer):
    other = browser()
    options = give_password(other, guarded)
    told = post(other, CHALLENGE, {"credential": answer(device, options)})
    assert REFUSED in text_of(told)
    assert not is_in(other)
    # The next question may be answered.
    post(other, CHALLENGE, {"credential": device.use(told.context["options"])})
    assert is_in(other)


def test_an_answer_counts_once(guarded, device):
    other, thief = browser(), browser()
    answer = device.use(give_password(other, guarded))
    post(other, CHALLENGE, {"credential": answer})
    give_password(thief, guarded)
    assert REFUSED in text_of(post(thief, CHALLENGE, {"credential": answer}))
    assert not is_in(thief)


def test_a_passkey_of_somebody_else_opens_nothing(guarded, omar):
    of_omar = Device()
    add(visit(omar), of_omar)
    other = browser()
    options = give_password(other, guarded)
    post(other, CHALLENGE, {"credential": of_omar.use(options)})
    assert not is_in(other)


def test_recovery_codes_stand_in_for_it(lina, device):
    inside = visit(lina)
    codes = get(inside, add(inside, device)["Location"]).context["unused_codes"]
    other = browser()
    give_password(other, lina)
    post(other, CHALLENGE, {"code": codes[0]})
    assert is_in(other)


def test_a_wrong_password_asks_for_no_second_passkey(lina, device):
    inside = visit(lina)
    told = add(inside, device, password="otra-clave-larga")
    assert told.context["options"] == ""
    assert "Esa no es tu contraseña actual." in text_of(told)
    form = {"password": PASSWORD, "credential": told.context["form"]["credential"].value()}
    assert post(inside, ADD, form).status_code == 302
    assert passkey_of(lina).wrap().name == "Llave de acceso"


@pytest.mark.parametrize("credential", ["", "{}", "x", '{"id": 7}'])
def test_what_is_no_passkey_is_not_kept(lina, credential):
    inside = visit(lina)
    get(inside, ADD)
    told = post(inside, ADD, {"password": PASSWORD, "credential": credential})
    assert told.status_code == 200
    assert told.context["form"].errors
    assert told.context["options"]
    assert not Authenticator.objects.filter(user=lina).exists()


def test_the_last_one_taken_away_leaves_the_password_alone(guarded):
    inside = visit(guarded)
    page = f"{STATE}llaves/{passkey_of(guarded).pk}/quitar/"
    assert "solo con tu contraseña" in text_of(get(inside, page))
    assert post(inside, page, {"password": "otra"}).status_code == 200
    assert post(inside, page, {"password": PASSWORD})["Location"] == STATE
    assert not Authenticator.objects.filter(user=guarded).exists()
    other = browser()
    post(other, SIGN_IN, {"username": guarded.email, "password": PASSWORD})
    assert is_in(other)


def test_one_of_two_factors_taken_away_leaves_the_other(guarded, device):
    give_second_factor(guarded, DEMO_SECRET)
    inside = visit(guarded)
    assert "el segundo factor que te queda" in text_of(get(inside, f"{STATE}quitar/"))
    post(inside, f"{STATE}quitar/", {"password": PASSWORD})
    other = browser()
    options = give_password(other, guarded)
    post(other, CHALLENGE, {"credential": device.use(options)})
    assert is_in(other)


def test_nobody_takes_away_that_of_another(guarded, omar):
    page = f"{STATE}llaves/{passkey_of(guarded).pk}/quitar/"
    assert get(visit(omar), page).status_code == 404
    assert post(visit(omar), page, {"password": PASSWORD}).status_code == 404
    assert passkey_of(guarded)


def test_an_application_and_a_passkey_are_both_taken(guarded, device):
    give_second_factor(guarded, DEMO_SECRET)
    by_code, by_key = browser(), browser()
    give_password(by_code, guarded)
    post(by_code, CHALLENGE, {"code": code_now()})
    options = give_password(by_key, guarded)
    post(by_key, CHALLENGE, {"credential": device.use(options)})
    assert is_in(by_code)
    assert is_in(by_key)


@pytest.mark.parametrize("host", ["127.0.0.1", "testserver"])
def test_where_browsers_make_none_it_is_said(client, lina, settings, host):
    settings.ALLOWED_HOSTS = [host]
    client.force_login(lina)
    page = client.get(STATE, HTTP_HOST=host)
    assert "empieza con https" in text_of(page)
    assert client.get(ADD, HTTP_HOST=host)["Location"] == STATE


def test_a_device_is_told_no_document_and_no_number_of_ours(lina):
    options = get(visit(lina), ADD).context["options"]
    assert '"name": "Puriq"' in options
    assert lina.email in options
    assert lina.username not in options
