"""Tests what probes are told, and what people read when something went wrong."""

import re
from io import BytesIO

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from courses.models import CourseHead
from learning.models import Enrolment
from provider.services import change_provider
from tests.operations.conftest import using_database
from tests.provider.test_provider import VALUES
from web.refusals import UnreadableMiddleware
from web.views.errors import bad_request, csrf_failure, not_found, server_error

READY = "/salud/listo"
PROVIDER = {name: value for name, value in VALUES.items() if name != "logo"}


def test_the_process_answers_without_asking_anything(client):
    answer = client.get("/salud/vivo")
    assert (answer.status_code, answer.content.decode()) == (200, "vivo")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_site_in_order_is_ready_at_the_price_of_few_statements(
    client, course, person, django_assert_num_queries
):
    for name in ("Oscar", "Ines"):
        person(name, role="operator", national=True)
    change_provider(values=PROVIDER, actor_key=None, now=timezone.now())
    with django_assert_num_queries(10):
        answer = client.get(READY)
    assert (answer.status_code, answer.json()) == (200, {"failing": []})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_course_left_dirty_is_named(client, course):
    CourseHead.objects.filter(pk=course.pk).update(is_dirty=True, dirty_since=timezone.now())
    answer = client.get(READY)
    assert (answer.status_code, answer.json()["failing"]) == (503, ["editions"])


@pytest.mark.django_db
@pytest.mark.parametrize("backend", ["filebased.FileBasedCache", "dummy.DummyCache"])
def test_a_cache_that_keeps_nothing_is_named(client, tmp_path, backend):
    no_folder = tmp_path / "file"
    no_folder.write_text("")
    broken = {
        "BACKEND": f"django.core.cache.backends.{backend}",
        "LOCATION": str(no_folder / "cache"),
    }
    with override_settings(CACHES={"default": broken}):
        answer = client.get(READY)
    assert (answer.status_code, answer.json()["failing"]) == (503, ["cache"])


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer_is_named_and_the_process_still_lives(client, tmp_path):
    with using_database({"NAME": str(tmp_path / "nowhere" / "puriq.sqlite3")}):
        answer = client.get(READY)
        alive = client.get("/salud/vivo")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["database"])
    assert alive.status_code == 200


@pytest.mark.django_db
def test_probes_are_told_nothing_more(client, lina):
    client.force_login(lina)
    for address in ("/salud/vivo", READY):
        answer = client.get(address)
        assert client.post(address).status_code == 405
        assert "Lina" not in answer.content.decode()
        assert "Set-Cookie" not in answer


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/cursos/", "/cuenta/ingresar/"])
def test_a_refused_method_is_told_to_its_last_letter(site, client, address):
    """Whoever takes nothing compressed, too: a length said before cut the page to nothing."""
    answer = client.options(address)
    assert answer.status_code == 405
    assert "</html>" in answer.content.decode()
    assert answer["Content-Length"] == str(len(answer.content))


@pytest.mark.django_db
def test_a_form_of_unknown_origin_says_how_to_send_it_again_and_stores_nothing(course, lina):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(lina)
    answer = strict.post("/inscripcion/curso/", {"uuid": "x"})
    text = answer.content.decode()
    assert answer.status_code == 403
    assert (
        "Lo que enviaste no vino de una página de este sitio, o tu navegador no lo dijo. No lo "
        "recibimos."
    ) in text
    assert "Vuelve atrás" in text
    assert "CSRF" not in text
    assert not Enrolment.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/no-existe/", "/cursos/no-existe/", "/verificar/no/existe/", "/documentos/9/x.pdf"]
)
def test_what_does_not_exist_is_said_in_plain_words(client, site, address):
    answer = client.get(address)
    text = answer.content.decode()
    assert answer.status_code == 404
    assert "No encontramos esta página" in text
    assert "Quizá cambió de lugar o no tienes acceso." in text
    assert 'lang="es' in text
    assert "Traceback" not in text


UNREADABLE = {
    "no boundary": "multipart/form-data",
    "broken boundary": "multipart/form-data; boundary=ñ",
    "another encoding": "application/x-www-form-urlencoded; charset=utf-16",
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_said_in_plain_words(site, kind):
    strict = Client(enforce_csrf_checks=True)
    strict.get("/ayuda/")
    answer = strict.generic("POST", "/ayuda/", b"text=hola", content_type=kind)
    assert answer.status_code == 400
    assert "Vino incompleto o mal escrito, y no se guardó nada." in answer.content.decode()


def test_a_body_that_never_comes_is_left_to_whoever_asks_for_it():
    class Gone(BytesIO):
        def read(self, *args):
            raise OSError("the phone lost its signal")

    middleware = UnreadableMiddleware(lambda request: HttpResponse(status=204))
    kind = {
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": "9",
        "wsgi.input": Gone(),
    }
    assert middleware(RequestFactory().post("/inscripcion/curso/", **kind)).status_code == 204


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_answered_in_plain_words(client, site):
    answer = client.get("/", HTTP_HOST="evil.example")
    assert answer.status_code == 400
    assert "No pudimos leer lo que llegó" in answer.content.decode()
    assert "evil" not in answer.content.decode()


@pytest.mark.django_db
def test_what_is_too_big_says_that_it_is_and_stores_nothing(client, site, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = client.post(
        "/ayuda/", {"text": "x" * 2000}, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    assert (
        "Pasa de lo que el sitio recibe de una vez, y no se guardó nada." in answer.content.decode()
    )


@pytest.mark.django_db
def test_what_is_out_of_reach_reads_like_what_does_not_exist(client, course, lina):
    client.force_login(lina)
    assert client.get("/panel/tumbes/").content == client.get("/no-existe/").content
    assert client.get("/gestion/").content == client.get("/no-existe/").content


@pytest.mark.django_db
def test_a_fault_gives_a_reference_that_the_log_carries_too(client, site, monkeypatch, caplog):
    def fail():
        raise RuntimeError("secret detail")

    monkeypatch.setattr("learning.views.catalogue_with_courses", fail)
    client.raise_request_exception = False
    answer = client.get("/cursos/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "Lo que el sitio te confirmó como guardado está guardado." in text
    assert "secret detail" not in text
    assert "Traceback" not in text
    reference = re.search(r"E-[0-9A-Z]{4}", text).group()
    assert f"Fault {reference} at learning:catalogue" in caplog.text
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    ("view", "status"),
    [(server_error, 500), (not_found, 404), (csrf_failure, 403), (bad_request, 400)],
)
def test_pages_of_trouble_need_neither_database_nor_session(view, status):
    """No database is allowed in this test: an error page must not be the second thing that
    fails.
    """
    answer = view(RequestFactory().get("/"))
    text = answer.content.decode()
    assert answer.status_code == status
    assert text.count("<h1>") == text.count("<main>") == 1
    assert not re.search(r"<script|style=", text)


@pytest.mark.django_db
def test_pages_of_trouble_carry_the_security_headers(client, site):
    answer = client.get("/no-existe/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
