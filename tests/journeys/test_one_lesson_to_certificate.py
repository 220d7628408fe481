"""Follows one lesson from its author over the reviewer to a learner with a hard name, who loses
signal and session on her phone.
"""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.conftest import PASSWORD, press, until
from tests.journeys.studying import study_to_the_end

pytestmark = pytest.mark.journey
COURSE = "/cursos/migracion-y-territorio/"
TITLE = "Niñez, migración y educación: ¿qué hacer?"
SEEN = "Una maestra recibe a una niña y a su madre en la puerta de la escuela."
FIRST_NAME, LAST_NAME = "Ñusta", "Q'orianka D’Angelo-Huamán"
DOCUMENT = "46783015"


def write_lesson(page, site, photograph) -> None:
    """Write a lesson with a photograph as an author does, and send it to review."""
    module = site.rows(
        "SELECT id FROM wagtailcore_page WHERE slug = 'pais-de-origen-transito-destino-y-retorno'"
    )[0][0]
    page.goto(f"{site.url}/gestion/pages/add/courses/lessonpage/{module}/")
    page.locator("#id_title").fill(TITLE)
    page.locator("#id_objective").fill("Inscribes en la escuela a una niña que acaba de llegar.")
    page.get_by_role("button", name="Insertar un bloque").first.click()
    page.get_by_role("option", name="Figura").click()
    page.get_by_role("button", name="Seleccionar una imagen").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Subir").click()
    dialog.locator("input[type=file]").set_input_files(photograph)
    expect(dialog.get_by_label("Título")).to_have_value(photograph.stem)  # the page proposes one
    dialog.get_by_role("button", name="Subir").click()
    dialog.wait_for(state="detached")
    page.get_by_label("Descripción para quien no puede verla").fill(SEEN)
    page.get_by_role("button", name="Más acciones").last.click()
    press(page, page.locator("[name=action-submit]"))


def approve(page, site, lesson: int) -> None:
    """Find what waits on the home of the editor, and let it through."""
    page.goto(site.url + "/gestion/")
    press(page, page.get_by_role("link", name=TITLE).first)
    assert page.url.endswith(f"/pages/{lesson}/edit/")
    page.get_by_role("button", name="Más acciones").last.click()
    press(page, page.locator("[data-workflow-action-name=approve]").first)


def register(page, site) -> None:
    """Register without e-mail, with a name that takes every kind of letter and mark."""
    page.goto(site.url + "/cuenta/registro/?buscar=Puno")
    page.get_by_role("radio").first.check()
    press(page, page.get_by_role("button", name="Continúa"))
    page.locator("main input[name=first_name]").fill(FIRST_NAME)
    page.locator("main input[name=last_name]").fill(LAST_NAME)
    page.get_by_label("DNI", exact=True).check()
    page.locator("main input[name=document_number]").fill(DOCUMENT)
    page.locator("main input[name=password]").fill(PASSWORD)
    page.locator("main input[name=accepts]").check()
    press(page, page.get_by_role("main").get_by_role("button").last)


def read_lesson(page, site, address: str, accessible) -> None:
    """Read the lesson on a phone and on a desk: its photograph arrives, with its description."""
    page.goto(site.url + address)
    picture = page.get_by_role("img", name=SEEN)
    picture.scroll_into_view_if_needed()
    # A browser without a window may draw no frame on a busy machine: then it neither loads what it
    # would on sight nor asks at a frame. So the picture is wanted at once, and asked for by time.
    picture.evaluate("one => { one.loading = 'eager'; }")
    assert page.request.get(picture.evaluate("one => one.src")).ok
    arrived = "one => one.complete && one.naturalWidth > 0"
    until(page, arrived, picture.element_handle())
    assert page.get_by_role("heading", level=1).inner_text() == TITLE
    page.set_viewport_size({"width": 1280, "height": 900})
    accessible(page)
    page.set_viewport_size({"width": 360, "height": 900})
    accessible(page)
    press(page, page.get_by_role("button", name="Terminé, continuar"))


def answer_without_signal_or_session(page, site, sign_in) -> None:
    """Answer the first question of a quiz while the signal is gone and the session ends; come back
    to find it kept.
    """
    quiz = site.rows(
        "SELECT p.slug FROM quizzes_quizpage q JOIN wagtailcore_page p ON p.id = q.page_ptr_id "
        "JOIN wagtailcore_page m"
        " ON m.path = substr(p.path, 1, length(p.path) - 4) WHERE m.slug = "
        "'pais-de-origen-transito-destino-y-retorno'"
    )[0][0]
    page.goto(f"{site.url}{COURSE}pais-de-origen-transito-destino-y-retorno/{quiz}/")
    press(page, page.get_by_role("main").get_by_role("button", name=re.compile("Empieza")))
    address = page.url
    page.context.set_offline(True)
    page.locator("input[name=chosen]").first.check()
    page.get_by_text("Sin señal. Tu respuesta está en este celular.").wait_for()
    page.context.clear_cookies(name="puriq_sesion")
    page.context.set_offline(False)
    page.get_by_text(
        "Tu sesión terminó por seguridad. Ingresa y guardamos tu respuesta."
    ).wait_for()
    sign_in(page, DOCUMENT)
    page.get_by_text("Enviamos lo que esperaba en este celular.").wait_for()
    page.goto(address)
    assert page.locator("input[name=chosen]").first.is_checked()
    assert page.evaluate("localStorage.length") == 0


def printed_name(page, site) -> str:
    """Download the certificate and return what it prints."""
    page.goto(site.url + "/certificados/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("Descarga el PDF")).click()
    text = PdfReader(waiting.value.path()).pages[0].extract_text()
    return " ".join(text.replace("-\n", "-").split())  # a long name may go on after its own hyphen


def test_lesson_reaches_a_learner_whose_certificate_shows_her_name_whole(
    visit, sign_in, demo_site, accessible, tmp_path
):
    photograph = tmp_path / "escuela.jpg"
    Image.new("RGB", (1200, 800), "teal").save(photograph)
    author = visit(1280)
    sign_in(author, "ada@demo.example")
    write_lesson(author, demo_site, photograph)
    lesson, path = demo_site.rows(
        "SELECT id, url_path FROM wagtailcore_page WHERE draft_title = ?", TITLE
    )[0]
    reviewer = visit(360)
    sign_in(reviewer, "raul@demo.example")
    approve(reviewer, demo_site, lesson)
    assert demo_site.rows("SELECT live FROM wagtailcore_page WHERE draft_title = ?", TITLE) == [
        (1,)
    ]

    learner = visit(360)
    register(learner, demo_site)
    sign_in(learner, DOCUMENT)
    learner.goto(demo_site.url + COURSE)
    press(learner, learner.get_by_role("button", name="Inscríbete"))
    read_lesson(learner, demo_site, "/cursos" + path.split("/cursos", 1)[1], accessible)
    answer_without_signal_or_session(learner, demo_site, sign_in)
    study_to_the_end(learner, demo_site)
    assert demo_site.command("run_due_jobs").returncode == 0
    assert f"{FIRST_NAME} {LAST_NAME}" in printed_name(learner, demo_site)
    audit = demo_site.command("audit_records")
    assert audit.returncode == 0, audit.stdout
