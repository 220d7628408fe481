"""A shared device: the session ends with the browser and after a short while, and nothing of it
stays there.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import shared_device
from accounts.carried_acts import mark_of
from learning.services import enrol_learner
from tests.architecture.sources import tracked

pytestmark = pytest.mark.django_db
SIGN_IN = "/cuenta/ingresar/"


@pytest.fixture
def enter(client, lina):
    def act(**more):
        return client.post(SIGN_IN, {"username": lina.email, "password": "puriq-demo-2026", **more})

    return act


@pytest.fixture
def later(monkeypatch):
    """Let the clock of the shared device stand later."""
    start = timezone.now()

    def wait(minutes):
        monkeypatch.setattr(
            shared_device.timezone, "now", lambda: start + timedelta(minutes=minutes)
        )

    return wait


def test_session_ends_with_the_browser(client, enter):
    cookie = enter(is_shared="on").cookies["puriq_sesion"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert client.session.get_expire_at_browser_close()


def test_session_ends_when_nobody_is_there(client, enter, later):
    enter(is_shared="on")
    later(24)
    assert client.get("/cuenta/").status_code == 200
    later(48)
    assert client.get("/cuenta/").status_code == 200
    later(74)
    answer = client.get("/cuenta/datos/")
    assert answer["Location"] == f"{SIGN_IN}?next=/cuenta/datos/"
    assert "_auth_user_id" not in client.session
    page = client.get(answer["Location"])
    assert (
        "Pasaron 25 minutos sin actividad y cerramos tu sesión en este equipo compartido."
        in page.content.decode()
    )


def is_ticked(page) -> bool:
    box = re.search(r'<input[^>]*name="is_shared"[^>]*>', page.content.decode())[0]
    return "checked" in box


@pytest.fixture
def is_told(client):
    """Say whether the next sign-in, and the page after registering, know that others use it."""

    def ask() -> bool:
        pages = [client.get(address) for address in (SIGN_IN, "/cuenta/registro/listo/")]
        ticked = {is_ticked(page) for page in pages}
        assert len(ticked) == 1
        return ticked.pop()

    return ask


def test_the_next_sign_in_knows_that_others_use_the_device(client, enter, later, is_told):
    assert not is_told()
    enter(is_shared="on")
    later(26)
    assert is_ticked(client.get(client.get("/cuenta/datos/")["Location"]))
    assert is_told()
    cookie = client.cookies["puriq_equipo"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_an_act_that_a_script_sent_first_does_not_make_it_forget(client, enter, lina, later):
    enter(is_shared="on")
    later(26)
    fields = {"sent_by": mark_of(lina), "text": "No veo mi curso"}
    told = client.post("/ayuda/", fields, headers={"accept": "application/json"})
    assert told.json() == {"reason": "signed_out"}
    assert is_ticked(client.post("/ayuda/", fields))


def test_whoever_comes_after_sign_out_or_a_closed_browser_finds_it_ticked(client, enter, is_told):
    enter(is_shared="on")
    del client.cookies["puriq_sesion"]
    assert is_told()
    enter(is_shared="on")
    leave = client.post("/cuenta/salir/")
    client.cookies.clear()  # as the browser does when told to
    client.get(leave["Location"])
    assert is_told()


def test_a_device_is_ones_own_again_once_somebody_says_so(client, enter, is_told):
    enter(is_shared="on")
    client.post("/cuenta/salir/", follow=True)
    enter()
    client.post("/cuenta/salir/")
    assert not is_told()


def test_own_device_stays_signed_in(client, enter, later):
    cookie = enter().cookies["puriq_sesion"]
    assert cookie["max-age"] == 60 * 60 * 24 * 30
    later(24 * 60)
    assert client.get("/cuenta/").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/", "/cursos/", "/cursos/curso/", "/mi-aprendizaje/", "/certificados/", "/cuenta/", "/nada/"],
)
def test_no_page_may_be_stored(client, enter, course, address):
    enter(is_shared="on")
    answer = client.get(address)
    assert "no-store" in answer["Cache-Control"]


def test_sign_out_empties_the_browser(client, enter):
    enter(is_shared="on")
    assert client.post("/cuenta/salir/")["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    enter()
    assert client.post("/cuenta/salir/")["Clear-Site-Data"] == '"storage"'
    enter()
    assert "Clear-Site-Data" not in client.post("/cuenta/salir/", {"erased": "1"})


def test_who_leaves_a_shared_device_is_told_that_nothing_stays(client, enter):
    enter(is_shared="on")
    body = client.post("/cuenta/salir/", follow=True).content.decode()
    assert "No queda nada tuyo en este equipo." in body
    enter()
    assert "No queda nada tuyo" not in client.post("/cuenta/salir/", follow=True).content.decode()


def test_the_mode_is_in_sight_and_its_end_can_be_put_off(client, enter, later):
    enter()
    assert "Equipo compartido" not in client.get("/cuenta/").content.decode()
    client.post("/cuenta/salir/")
    enter(is_shared="on")
    assert "Equipo compartido" in client.get("/cuenta/").content.decode()
    later(24)
    assert client.get("/cuenta/sesion/").status_code == 200
    later(48)
    assert client.get("/cuenta/").status_code == 200


def test_scripts_that_remember_are_off(client, enter, lina, course):
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    enter()
    lesson = client.get("/cursos/curso/m1/l1/").content.decode()
    assert "js/bookmark.js" in lesson
    assert "data-shared-device" not in lesson
    client.post("/cuenta/salir/")
    enter(is_shared="on")
    lesson = client.get("/cursos/curso/m1/l1/").content.decode()
    assert "js/bookmark.js" not in lesson
    assert re.search(r"<html [^>]*data-shared-device", lesson)


def test_following_pages_write_nothing_within_a_minute(client, enter, django_assert_num_queries):
    enter(is_shared="on")
    client.get("/cuenta/")
    with django_assert_num_queries(3):
        client.get("/cuenta/")


def test_scripts_that_store_in_the_browser_ask_whose_device_it_is():
    storing = re.compile(
        r"localStorage|sessionStorage|indexedDB|caches\.|serviceWorker\.register|document\.cookie\s*="
    )
    guilty = [
        path.name
        for path in tracked()
        if path.suffix == ".js"
        and storing.search(path.read_text())
        and "sharedDevice" not in path.read_text()
    ]
    assert guilty == []
