"""Sessions end when they must, at the next request (AUT-04)."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, Session, User
from accounts.services import end_role, grant_role
from audit.models import AuditEntry
from tests.factories.second_factor import answer_challenge

pytestmark = pytest.mark.django_db
PASSWORD = "puriq-demo-2026"


def signed_in(person, **more) -> Client:
    """Return a browser in which a person signed in by the form."""
    client = Client()
    form = {"username": person.email, "password": PASSWORD, **more}
    answer = answer_challenge(client, client.post("/cuenta/ingresar/", form))
    assert answer.status_code == 302
    return client


def is_in(client) -> bool:
    return client.get("/cuenta/").status_code == 200


def stolen(client) -> Client:
    """Return another browser with the same cookie."""
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return thief


def give_a_role(person, *, by) -> None:
    """Let a person coordinate Tumbes."""
    grant_role(
        user=User.objects.get(pk=person.pk),
        role="coordinator",
        area_codes=["24"],
        granted_by=by,
        now=timezone.now(),
    )


@pytest.mark.parametrize("name", ["ada", "raul", "max_", "lucia", "oscar"])
def test_who_holds_a_role_signs_in_each_day(request, name):
    client = signed_in(request.getfixturevalue(name))
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 12 * 60 * 60
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(client)


def test_a_learner_stays_on_a_device_of_their_own(lina):
    assert signed_in(lina).cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 30 * 24 * 60 * 60


def test_a_superuser_signs_in_each_day(lina):
    User.objects.filter(pk=lina.pk).update(is_superuser=True)
    assert signed_in(lina).cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 12 * 60 * 60


def test_who_gets_a_role_while_signed_in_sees_their_places_and_signs_in_each_day(lina, oscar):
    client = signed_in(lina)
    give_a_role(lina, by=oscar)
    assert reverse("roster:search") in client.get("/mi-aprendizaje/").content.decode()
    assert Session.objects.get(user=lina).expire_date <= timezone.now() + timedelta(hours=12)
    client.session.save()  # as whatever stores it again
    assert Session.objects.get(user=lina).expire_date <= timezone.now() + timedelta(hours=12)


def test_who_loses_a_role_is_offered_its_places_no_more(max_, oscar):
    client = signed_in(max_)
    assert reverse("roster:search") in client.get("/mi-aprendizaje/").content.decode()
    end_role(grant=max_.grants.get(), now=timezone.now(), ended_by=oscar)
    assert reverse("roster:search") not in client.get("/mi-aprendizaje/").content.decode()
    assert is_in(client)


def test_a_role_leaves_a_shared_device_and_others_as_they_were(lina, omar, oscar):
    shared, other = signed_in(lina, is_shared="on"), signed_in(omar)
    before = shared.session.get_expire_at_browser_close()
    give_a_role(lina, by=oscar)
    assert shared.session["menu"] == ["panel", "personas"]
    assert shared.session.get_expire_at_browser_close() == before
    assert other.session["menu"] == []
    assert is_in(other)


def test_all_other_sessions_end_at_once_and_nobody_elses(lina, omar):
    phone, desk, others = signed_in(lina), signed_in(lina), signed_in(omar)
    thief = stolen(phone)
    assert is_in(thief)
    page = desk.post("/cuenta/salir/de-los-demas/", follow=True)
    assert "Cerramos tu sesión en los demás equipos." in page.content.decode()
    assert [is_in(client) for client in (phone, thief, desk, others)] == [False, False, True, True]
    assert AuditEntry.objects.get(action="other_sessions_ended").details == {"count": 1}


def test_a_stolen_cookie_ends_with_sign_out_and_with_a_new_password(lina):
    client = signed_in(lina)
    thief = stolen(client)
    client.post("/cuenta/salir/")
    assert not is_in(thief)
    thief, other = stolen(signed_in(lina)), signed_in(lina)
    assert is_in(thief)
    new = {"oldpassword": PASSWORD, "password1": "cuatro palabras de paso"}
    assert other.post("/cuenta/contrasena/", new).status_code == 302
    assert not is_in(thief)


@pytest.mark.parametrize(
    ("name", "address"),
    [("max_", "/panel/"), ("oscar", "/cartas/"), ("ada", "/gestion/preguntas/")],
)
def test_a_role_that_ended_is_gone_at_the_next_request(request, name, address):
    person = request.getfixturevalue(name)
    client = signed_in(person)
    if name != "ada":
        assert client.get(address).status_code == 200
    RoleGrant.objects.filter(user=person).update(ends_on=timezone.localdate())
    assert client.get(address).status_code == 404


def test_a_switched_off_person_is_out(lina):
    client = signed_in(lina)
    User.objects.filter(pk=lina.pk).update(is_active=False)
    assert not is_in(client)


@pytest.mark.parametrize(("who", "is_told"), [("omar", True), ("lina", False)])
def test_a_second_page_of_sign_in_tells_who_is_inside(client, lina, omar, who, is_told):
    """Two tabs of one PC: what the second one sends is not done, and is not shown as if it were."""
    client.force_login(lina)
    sent = {"username": {"omar": omar, "lina": lina}[who].email, "password": "tres palabras juntas"}
    page = client.post("/cuenta/ingresar/", sent, follow=True).content.decode()
    assert (f"ahora está en sesión {lina}" in page) is is_told
    assert client.session["_auth_user_id"] == str(lina.pk)
