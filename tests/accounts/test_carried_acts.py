"""An act whose session ended is carried through sign-in: for its own person, from a page of this
site, once.
"""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from accounts import carried_acts, shared_device
from accounts.carried_acts import CarriedAct, mark_of, read_act, seal, unseal
from accounts.roles import sync_roles
from courses.editions import outline_of
from courses.loading import ensure_site
from courses.models import LessonPage
from learning.models import ActivityProgress, Enrolment
from learning.services import enrol_learner
from support.models import HelpRequest

pytestmark = pytest.mark.django_db
HERE = {"HTTP_ORIGIN": "http://testserver"}
NOBODYS = "00000000-0000-4000-8000-000000000000"
SIGN_IN = "/cuenta/ingresar/"
PASSWORD = "puriq-demo-2026"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def strict(lina):
    """A browser of Lina's, as real ones are: a form needs its token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(lina)
    return client


def form_of(page, action: str) -> dict[str, str]:
    """Return the hidden fields of the form that is sent to an address."""
    body = page.content.decode()
    start = body.index(f'action="{action}"')
    return {
        name: unescape(value)
        for name, value in HIDDEN.findall(body[start : body.index("</form>", start)])
    }


def forget_session(client) -> None:
    del client.cookies["puriq_sesion"]


def enter(client, page, person, **more):
    """Sign a person in from the page that asks for it."""
    fields = form_of(page, SIGN_IN) | {"username": person.email, "password": PASSWORD} | more
    return client.post(SIGN_IN, fields, **HERE)


def send_on(client, page, action: str):
    """Send what the page «Seguimos donde estabas» sends by itself."""
    assert "Seguimos donde estabas" in page.content.decode()
    return client.post(action, form_of(page, action), **HERE)


def test_a_wrong_password_leaves_the_page_saying_what_it_carries(strict, course, lina):
    fields = form_of(strict.get("/cursos/curso/"), "/inscripcion/curso/")
    forget_session(strict)
    page = strict.post("/inscripcion/curso/", fields, **HERE)
    refused = enter(strict, page, lina, password="no es esta")
    body = refused.content.decode()
    assert "no coinciden" in body
    assert "Ingresa y guardamos lo que enviaste. Está en esta página: no la cierres." in body
    assert "hazlo en otra pestaña" in body
    assert enter(strict, refused, lina).status_code == 200


def test_enrolling_is_done_after_signing_in(strict, course, lina):
    fields = form_of(strict.get("/cursos/curso/"), "/inscripcion/curso/")
    forget_session(strict)
    page = strict.post("/inscripcion/curso/", fields, **HERE)
    assert page.status_code == 403
    assert "Tu sesión terminó por seguridad." in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert not Enrolment.objects.exists()
    answer = send_on(strict, enter(strict, page, lina), "/inscripcion/curso/")
    assert answer["Location"] == "/mi-aprendizaje/curso/continuar/"
    assert Enrolment.objects.get().learner == lina.learner_key


def test_marking_is_done_after_signing_in_though_the_first_password_was_wrong(strict, course, lina):
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    key = outline_of(course.latest_edition_id).by_path["m1", "l1"].key
    action = f"/mi-aprendizaje/curso/leida/{key}/"
    fields = form_of(strict.get("/cursos/curso/m1/l1/"), action)
    forget_session(strict)
    again = enter(strict, strict.post(action, fields, **HERE), lina, password="otra contraseña")
    assert again.status_code == 200
    answer = send_on(strict, enter(strict, again, lina), action)
    assert answer["Location"] == "/cursos/curso/m1/l2/"
    assert ActivityProgress.objects.filter(enrolment__learner=lina.learner_key).exists()


def test_session_and_token_lost_together_lose_nothing(strict, lina):
    fields = form_of(strict.get("/cuenta/datos/"), "/cuenta/salir/")
    strict.cookies.clear()
    sent = {
        "first_name": "Lina Ñusta",
        "last_name": "Q'orianka",
        "post": "",
        "sent_by": fields["sent_by"],
    }
    page = strict.post("/cuenta/datos/", sent, **HERE)
    send_on(strict, enter(strict, page, lina), "/cuenta/datos/")
    lina.refresh_from_db()
    assert (lina.first_name, lina.last_name) == ("Lina Ñusta", "Q'orianka")


def test_help_asked_while_signed_in_stays_the_persons_own(strict, lina):
    ensure_site()
    fields = form_of(strict.get("/ayuda/"), "/ayuda/#preguntar")
    forget_session(strict)
    page = strict.post(
        "/ayuda/", {**fields, "text": "¿Cómo cambio mi cargo?", "contact": ""}, **HERE
    )
    assert not HelpRequest.objects.exists()
    send_on(strict, enter(strict, page, lina), "/ayuda/")
    assert HelpRequest.objects.get().learner == lina.learner_key


def test_another_person_neither_sends_nor_sees_it(strict, course, lina, omar):
    sent = {"first_name": "Palabra secreta", "last_name": "X", "post": "", "sent_by": mark_of(lina)}
    strict.cookies.clear()
    page = strict.post("/cuenta/datos/", sent, **HERE)
    assert "Palabra secreta" not in page.content.decode()
    answer = enter(strict, page, omar)
    assert answer.status_code == 302
    assert answer["Location"] == "/mi-aprendizaje/"
    assert "Palabra secreta" not in strict.get("/cuenta/").content.decode()


def two_pages_whose_session_ended(client, person):
    """Return what two pages of a person got for their form when the session was over."""
    client.cookies.clear()
    sent = {"last_name": "Q'orianka", "post": "", "sent_by": mark_of(person)}
    return [
        client.post("/cuenta/datos/", {**sent, "first_name": name}, **HERE)
        for name in ("Lina Ñusta", "Lina Sisa")
    ]


def test_signing_in_on_one_page_does_not_drop_the_act_of_another(strict, lina):
    first, second = two_pages_whose_session_ended(strict, lina)
    send_on(strict, enter(strict, first, lina), "/cuenta/datos/")
    expired = enter(strict, second, lina)  # signing in changed the token
    assert expired.status_code == 403
    again = strict.post(SIGN_IN, form_of(expired, SIGN_IN), **HERE)
    send_on(strict, again, "/cuenta/datos/")
    lina.refresh_from_db()
    assert lina.first_name == "Lina Sisa"


def test_the_act_of_another_page_is_not_done_for_whoever_is_inside_now(strict, lina, omar):
    first, second = two_pages_whose_session_ended(strict, lina)
    enter(strict, first, omar)
    assert "No enviamos lo que había en esa página" in strict.get("/cuenta/").content.decode()
    answer = strict.post(SIGN_IN, form_of(enter(strict, second, omar), SIGN_IN), **HERE)
    assert answer["Location"] == "/mi-aprendizaje/"
    assert "No enviamos lo que había en esa página" in strict.get("/cuenta/").content.decode()
    lina.refresh_from_db()
    omar.refresh_from_db()
    assert "Q'orianka" not in (lina.last_name, omar.last_name)


def test_a_page_of_one_person_does_nothing_for_another(strict, course, lina, omar):
    fields = form_of(strict.get("/cursos/curso/"), "/inscripcion/curso/")
    strict.force_login(omar)
    fresh = form_of(strict.get("/cursos/curso/"), "/inscripcion/curso/")["csrfmiddlewaretoken"]
    for token in (fresh, fields["csrfmiddlewaretoken"]):
        answer = strict.post(
            "/inscripcion/curso/",
            {**fields, "csrfmiddlewaretoken": token, "note": "Secreto"},
            **HERE,
        )
        assert answer.status_code == 403
        assert "Esta página era de otra persona" in answer.content.decode()
        assert "Secreto" not in answer.content.decode()
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize(
    "told", [{}, {"HTTP_ORIGIN": "https://otro.example"}, {"HTTP_ORIGIN": "null"}]
)
def test_what_comes_from_elsewhere_is_carried_nowhere(course, lina, told):
    stranger = Client(enforce_csrf_checks=True)
    page = stranger.post("/inscripcion/curso/", {"uuid": uuid4(), "sent_by": mark_of(lina)}, **told)
    assert page.status_code == 403
    assert 'name="carried"' not in page.content.decode()


def test_a_link_carries_nothing(strict, course, lina):
    sealed = seal(CarriedAct("/inscripcion/curso/", [], is_partial=False, sent_by=mark_of(lina)))
    strict.cookies.clear()
    page = strict.get(SIGN_IN, {"carried": sealed, "next": "/inscripcion/curso/"})
    assert sealed not in page.content.decode()
    assert enter(strict, page, lina)["Location"] == "/inscripcion/curso/"
    assert strict.get("/inscripcion/curso/")["Location"] == "/cursos/curso/"
    assert not Enrolment.objects.exists()


def test_signing_in_with_an_act_of_a_foreign_page_needs_the_token_of_the_form(course, lina):
    sealed = seal(CarriedAct("/inscripcion/curso/", [], is_partial=False, sent_by=mark_of(lina)))
    victim = Client(enforce_csrf_checks=True)
    sent = {"carried": sealed, "username": lina.email, "password": PASSWORD}
    assert victim.post(SIGN_IN, sent, HTTP_ORIGIN="https://otro.example").status_code == 403
    assert "_auth_user_id" not in victim.session


def test_what_is_carried_is_whole_fresh_and_of_its_person(lina, omar, monkeypatch):
    act = CarriedAct("/x/", [("a", "ñ")], is_partial=False, sent_by=mark_of(lina))
    sealed = seal(act)
    assert unseal(sealed, lina) == act
    assert unseal(sealed, omar) is None
    assert unseal(sealed[:-2], lina) is None
    assert unseal("", lina) is None
    moment = timezone.now() + timedelta(hours=carried_acts.HOURS, minutes=1)
    monkeypatch.setattr("time.time", moment.timestamp)
    assert unseal(sealed, lina) is None


def test_what_is_too_long_is_not_called_kept(strict, lina, monkeypatch):
    monkeypatch.setattr(carried_acts, "MAX_CHARACTERS", 10)
    strict.cookies.clear()
    page = strict.post("/cuenta/datos/", {"first_name": "Lina", "sent_by": mark_of(lina)}, **HERE)
    assert "Lo que enviaste no se guardó" in page.content.decode()
    assert 'name="carried"' not in page.content.decode()


def test_passwords_documents_and_files_do_not_travel(strict, lina):
    secrets = {"password": "una clave", "document_number": "40123678", "code": "777777"}
    strict.cookies.clear()
    sent = {
        **secrets,
        "first_name": "Lina",
        "sent_by": mark_of(lina),
        "file": SimpleUploadedFile("a.csv", b"1"),
    }
    page = strict.post("/cuenta/datos/", sent, **HERE)
    act = unseal(form_of(page, SIGN_IN)["carried"], lina)
    assert act.is_partial
    assert act.fields == [("first_name", "Lina")]
    asked = enter(strict, page, lina).content.decode()
    assert "te los pediremos de nuevo" in asked
    assert "carry-on" not in asked


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/cuenta/ayudar-a-ingresar/", {"username": "40123678"}),
        ("/cuenta/mis-datos/", {"password": PASSWORD}),
    ],
)
def test_where_nothing_may_travel_the_page_is_only_opened_again(strict, nora, address, sent):
    """An empty form would be sent, and scold for what nobody left out."""
    strict.cookies.clear()
    page = strict.post(address, {**sent, "sent_by": mark_of(nora)}, **HERE)
    body = page.content.decode()
    assert (
        "Por seguridad no guardamos lo que escribiste: ingresa y escríbelo otra vez en la misma "
        "página."
    ) in body
    assert "está en esta página" not in body
    answer = enter(strict, page, nora)
    assert answer["Location"] == address
    again = strict.get(address).content.decode()
    assert "Escríbelo otra vez: por seguridad no lo guardamos." in again
    assert "error-summary" not in again


def test_an_expired_form_of_secrets_leads_back_to_its_page(strict):
    strict.get("/cuenta/recuperar/codigo/")  # brings the cookie of the token
    body = strict.post(
        "/cuenta/recuperar/codigo/",
        {"username": "40123678", "code": "AAAAA-AAAAA", "password": "x"},
        **HERE,
    ).content.decode()
    assert "no se guardó. Por seguridad no repetimos lo que escribiste: escríbelo otra vez." in body
    assert "sigue aquí" not in body
    assert 'href="/cuenta/recuperar/codigo/"' in body
    assert "<form" not in body[body.index("<main") :]


def test_a_file_asked_for_is_said_to_be_one(strict, nora):
    strict.force_login(nora)
    shown = strict.get("/panel/puno/")
    address = re.search(r'method="post" action="(/panel/puno/[^"]*)"', shown.content.decode())[1]
    fields = form_of(shown, address)
    forget_session(strict)
    page, address = enter(strict, strict.post(address, fields, **HERE), nora), "/panel/puno/"
    asked = page.content.decode()
    assert "Ya ingresaste y tu archivo se descarga. Si no llega, pulsa «Descarga»." in asked
    assert "Falta un paso" not in asked
    assert f'<a href="{address}">Vuelve a donde estabas</a>' in asked
    file = strict.post(address, form_of(page, address), **HERE)
    assert file["Content-Type"].startswith("text/csv")


NUMBER = "44556677"


@pytest.mark.parametrize(
    ("form", "typed"),
    [
        ("/personas/", {"who": NUMBER}),
        ("/personas/{person}/unir/", {"who": NUMBER}),
        ("/personas/{person}/documento/", {"document_type": "dni", "number": NUMBER}),
        ("/personas/nueva/", {"document_type": "dni", "number": NUMBER}),
        ("/personas/instituciones/{place}/salida/", {"step": "lista", "documents": NUMBER}),
        ("/cuenta/ayudar-a-ingresar/", {"username": NUMBER}),
        ("/operacion/historial/", {"who": NUMBER}),
    ],
)
@pytest.mark.parametrize("ended", ["session", "token"])
def test_no_document_number_is_written_into_the_page_that_waits(
    strict, nora, lina, organisations, form, typed, ended
):
    strict.force_login(nora)
    names = {"person": lina.username, "place": organisations["puno"].uuid}
    fields = typed | {"reason": "Pidió"}
    if ended == "session":
        forget_session(strict)
        fields["sent_by"] = mark_of(nora)
    else:
        fields["csrfmiddlewaretoken"] = "x" * 64
    page = strict.post(form.format(**names), fields, **HERE)
    assert page.status_code == 403
    assert NUMBER not in page.content.decode()
    if ended == "session":
        assert NUMBER not in str(unseal(form_of(page, SIGN_IN)["carried"], nora))


def test_a_number_that_counts_something_travels(rf):
    request = rf.post("/gestion/", {"number": "3"}, headers={"origin": "http://testserver"})
    assert read_act(request).fields == [("number", "3")]


def test_a_file_chosen_in_a_block_of_a_lesson_travels(lina):
    assert not carried_acts.WITHHELD.fullmatch("body-3-value-document")


def test_an_idle_shared_device_carries_the_act_too(client, course, lina, monkeypatch):
    client.post(SIGN_IN, {"username": lina.email, "password": PASSWORD, "is_shared": "on"})
    fields = form_of(client.get("/cursos/curso/"), "/inscripcion/curso/")
    later = timezone.now() + timedelta(minutes=26)
    monkeypatch.setattr(shared_device.timezone, "now", lambda: later)
    page = client.post("/inscripcion/curso/", fields, **HERE)
    body = page.content.decode()
    assert "Pasaron 25 minutos sin actividad" in body
    assert re.search(r'name="is_shared"[^>]*checked', body)
    assert "no-store" in page["Cache-Control"]
    send_on(client, enter(client, page, lina, is_shared="on"), "/inscripcion/curso/")
    assert Enrolment.objects.get().learner == lina.learner_key


def test_a_script_is_told_the_reason(strict, course, lina, omar):
    asked = {"HTTP_ACCEPT": "application/json", **HERE}
    fields = form_of(strict.get("/cursos/curso/"), "/inscripcion/curso/")
    old = strict.post("/inscripcion/curso/", {**fields, "csrfmiddlewaretoken": "x"}, **asked)
    assert (old.status_code, old.json()["reason"]) == (403, "expired")
    done = strict.post(
        "/inscripcion/curso/", {**fields, "csrfmiddlewaretoken": old.json()["token"]}, **asked
    )
    assert done.json() == {"url": "/mi-aprendizaje/curso/continuar/"}
    forget_session(strict)
    assert strict.post("/inscripcion/curso/", fields, **asked).json() == {"reason": "signed_out"}
    strict.force_login(omar)
    token = form_of(strict.get("/cursos/curso/"), "/inscripcion/curso/")["csrfmiddlewaretoken"]
    told = strict.post("/inscripcion/curso/", {**fields, "csrfmiddlewaretoken": token}, **asked)
    assert told.json() == {"reason": "other_person"}


@pytest.mark.parametrize("told", [{}, {"HTTP_ORIGIN": "https://otro.example"}])
def test_a_token_is_given_to_pages_of_this_site_alone(strict, told):
    answer = strict.post("/cuenta/datos/", {}, HTTP_ACCEPT="application/json", **told)
    assert answer.status_code == 403
    assert answer["Content-Type"].startswith("text/html")
    assert b"csrfmiddlewaretoken" not in answer.content


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/inscripcion/curso/", "/cursos/curso/"),
        ("/cuenta/salir/de-los-demas/", "/cuenta/"),
        ("/cuenta/borrar/retirar/", "/cuenta/mis-datos/"),
        (f"/mi-aprendizaje/marcador/{NOBODYS}/", "/mi-aprendizaje/"),
        (f"/mi-aprendizaje/curso/leida/{NOBODYS}/", "/cursos/curso/"),
    ],
)
def test_an_address_of_an_act_leads_to_where_it_is_done(client, course, lina, address, leads_to):
    assert client.get(address)["Location"] == f"{SIGN_IN}?next={address}"
    client.force_login(lina)
    assert client.get(address)["Location"] == leads_to


def test_a_refused_method_has_a_page_of_ours(client, course, lina):
    client.force_login(lina)
    answer = client.post("/cursos/curso/m1/l1/", HTTP_ACCEPT="text/html")
    assert client.put("/mi-aprendizaje/").status_code == 405
    assert client.post("/mi-aprendizaje/").content.decode().count("<h1>") == 1
    assert answer.status_code in {302, 405}


def test_a_lesson_that_is_being_written_is_carried_with_its_files_of_blocks(course, ada):
    sync_roles(today=timezone.localdate())
    author = Client(enforce_csrf_checks=True)
    author.force_login(ada)
    lesson = LessonPage.objects.get(slug="l1", path__startswith=Page.objects.get(slug="m1").path)
    address = f"/gestion/pages/{lesson.pk}/edit/"
    body = author.get(address).content.decode()
    assert f'name="sent_by" value="{mark_of(ada)}"' in body
    assert "js/editor-session" in body
    author.cookies.clear()
    sent = {
        "title": "Niñez",
        "body-0-value-document": "7",
        "sent_by": mark_of(ada),
        "action-publish": "x",
    }
    assert author.post(address, sent, HTTP_ACCEPT="application/json", **HERE).json() == {
        "reason": "signed_out"
    }
    page = author.post(address, sent, **HERE)
    act = unseal(form_of(page, SIGN_IN)["carried"], ada)
    assert dict(act.fields) == {
        "title": "Niñez",
        "body-0-value-document": "7",
        "action-publish": "x",
    }
    assert not act.is_partial
    asked = enter(author, page, ada)
    assert form_of(asked, address)["title"] == "Niñez"
    session = author.get("/cuenta/sesion/").json()
    assert session["sent_by"] == mark_of(ada)
