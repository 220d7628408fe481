"""Checks what people may type about themselves: any letter, nothing that nobody sees or no document
can print.
"""

import html

import pytest
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import sync_roles
from accounts.services import InvalidName, correct_person, create_person
from lib.text_fields import name_refusal
from tests.certificates.test_drawing import CLASSES

pytestmark = pytest.mark.django_db

CORRECT = "/cuenta/datos/"
REGISTER = "/cuenta/registro/datos/?entidad=ninguna"
REFUSED = {name: text for name, text in CLASSES.items() if text} | {
    "markup": "<b>Ana</b>",
    "address": "Ganaste: entra a http://malo.example",
    "e-mail": "ana@malo.example",
    "digits alone": "00000000",
}
# What the web itself replaces before we see it: half a pair never arrives.
ARRIVES = {name: text for name, text in REFUSED.items() if name != "half of a pair"}
LONG = "\u0958" * 120


def told(answer) -> str:
    return html.unescape(answer.content.decode())


def register(client, **more):
    facts = {
        "first_name": "Ana",
        "last_name": "Ruiz",
        "email": "ana@example.org",
        "password": "tres palabras largas",
        "accepts": "on",
    }
    return client.post(REGISTER, {**facts, **more})


@pytest.mark.parametrize("text", ARRIVES.values(), ids=ARRIVES)
@pytest.mark.parametrize("field", ["first_name", "last_name"])
def test_registration_refuses_names_in_words(client, field, text):
    answer = register(client, **{field: text})
    assert answer.status_code == 200
    assert name_refusal(text) in told(answer)
    assert not User.objects.exists()


@pytest.mark.parametrize("text", ARRIVES.values(), ids=ARRIVES)
def test_correcting_refuses_them_too(client, lina, text):
    client.force_login(lina)
    answer = client.post(CORRECT, {"first_name": text, "last_name": "", "post": ""})
    assert name_refusal(text) in told(answer)
    assert User.objects.get(pk=lina.pk).first_name == lina.first_name


@pytest.mark.parametrize("address", [CORRECT, "/cuenta/primer-ingreso/"])
@pytest.mark.parametrize("field", ["first_name", "last_name", "post"])
def test_length_is_that_of_the_stored_text(client, lina, address, field):
    client.force_login(lina)
    facts = {
        "first_name": "Lina",
        "last_name": "Ñahui",
        "post": "",
        "organisation_is_right": "1",
        "accepts": "on",
    }
    answer = client.post(address, {**facts, field: LONG})
    assert answer.status_code in {200, 302}
    assert LONG not in {
        *User.objects.values_list("first_name", flat=True),
        *Membership.objects.values_list("post", flat=True),
    }


def test_length_at_registration(client):
    answer = register(client, first_name=LONG)
    assert answer.status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_services_refuse_what_forms_refuse(lina, text):
    with pytest.raises(InvalidName):
        create_person(first_name=text, now=timezone.now())
    with pytest.raises(InvalidName):
        correct_person(user=lina, first_name="Lina", last_name=text, post="", now=timezone.now())


def test_services_measure_what_they_store():
    with pytest.raises(InvalidName, match="120"):
        create_person(first_name=LONG, now=timezone.now())


@pytest.mark.parametrize("post", ["Jefa\u200b de \u202eárea", "Jefa de área\u0000"])
def test_post_is_kept_without_what_nobody_sees(client, lina, post):
    client.force_login(lina)
    client.post(CORRECT, {"first_name": "Lina", "last_name": "Ñahui", "post": post})
    assert Membership.objects.get(user=lina, ended_on=None).post == "Jefa de área"


def test_post_is_no_markup(client, lina):
    client.force_login(lina)
    answer = client.post(
        CORRECT, {"first_name": "Lina", "last_name": "Ñahui", "post": "<b>Jefa</b>"}
    )
    assert "Aquí no va «<». Quítalo." in told(answer)


def test_operators_screen_refuses_names_too(client, oscar, lina):
    sync_roles(today=timezone.localdate())
    client.force_login(oscar)
    client.post(
        f"/gestion/users/{lina.pk}/",
        {"first_name": "Ana\u200b", "last_name": "Ñahui", "email": lina.email, "is_active": "on"},
    )
    assert User.objects.get(pk=lina.pk).first_name == lina.first_name
