"""Who writes and who decides in the editor goes on: what the form saved by itself is no other
window, and a session that ended costs no word of a dialog or an upload.
"""

import re

import pytest
from PIL import Image

from tests.journeys.conftest import PASSWORD, press

pytestmark = pytest.mark.journey
WRITTEN = "Un comentario largo que costó diez minutos."
OVER = "Tu sesión terminó. Ingresa en otra pestaña y sigue: lo que escribiste está aquí."
AGAIN = "Ya puedes seguir: lo que escribiste está aquí. Hazlo otra vez."


@pytest.fixture
def lesson(demo_site) -> str:
    """The address of a lesson in the editor."""
    query = "SELECT max(page_ptr_id) FROM courses_lessonpage"
    return f"{demo_site.url}/gestion/pages/{demo_site.rows(query)[0][0]}/edit/"


def open_editor(page, lesson: str) -> None:
    """Open a lesson, and wait until the editor has taken its first look at the form, two seconds
    later: what is typed before is no change to it.
    """
    page.add_init_script(
        "addEventListener('w-unsaved:watch-edits', "
        "() => document.documentElement.setAttribute('data-watched', ''))"
    )
    page.goto(lesson)
    page.locator("html[data-watched]").wait_for(state="attached")


def send_to_review(page, words: str) -> None:
    """Change the summary as people type, for the editor compares what it reads from time to time;
    let it save by itself, and send it.
    """
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and "/edit/" in answer.url
    ):
        page.locator("#id_summary").clear()
        page.locator("#id_summary").press_sequentially(words, delay=200)
    page.get_by_text("Guardado", exact=True).first.wait_for()
    page.get_by_role("button", name="Más acciones").click()
    page.get_by_role("button", name=re.compile("Enviar a Revisión")).click()
    page.wait_for_load_state()


def sign_in_elsewhere(page, demo_site, email: str) -> None:
    """Sign in in another tab of the same browser."""
    other = page.context.new_page()
    other.goto(demo_site.url + "/cuenta/ingresar/")
    other.locator("main input[autocomplete=username]").fill(email)
    other.locator("main input[autocomplete=current-password]").fill(PASSWORD)
    other.get_by_role("main").get_by_role("button", name="Ingresa").click()
    other.wait_for_url(lambda url: "/cuenta/ingresar/" not in url)
    other.close()


def test_a_dialog_of_the_review_goes_on_after_signing_in_again(visit, sign_in, demo_site, lesson):
    page = visit(1280)
    sign_in(page, "ada@demo.example")
    open_editor(page, lesson)
    send_to_review(page, "Otro resumen de la lección.")
    assert page.get_by_text("Mientras escribías").count() == 0
    page.context.clear_cookies()
    sign_in(page, "raul@demo.example")
    open_editor(page, lesson)
    page.get_by_role("button", name="Más acciones").click()
    page.get_by_role("button", name="Pide cambios").click()
    dialog = page.locator(".modal.in")
    dialog.locator("textarea").fill(WRITTEN)
    page.context.clear_cookies()
    send = dialog.get_by_role("button", name="Pide cambios")
    send.click()
    dialog.get_by_text(OVER).wait_for()
    sign_in_elsewhere(page, demo_site, "raul@demo.example")
    dialog.get_by_text(AGAIN).wait_for()
    assert dialog.locator("textarea").input_value() == WRITTEN
    press(page, send)
    query = "SELECT comment FROM wagtailcore_taskstate ORDER BY id DESC LIMIT 1"
    assert demo_site.rows(query)[0][0] == WRITTEN


def test_an_upload_says_what_happened_and_goes_on(visit, sign_in, demo_site, tmp_path):
    picture = tmp_path / "plaza.png"
    Image.new("RGB", (400, 300), "navy").save(picture)
    page = visit(1280)
    sign_in(page, "ada@demo.example")
    page.goto(f"{demo_site.url}/gestion/images/multiple/add/")
    field = page.locator("input[type=file]")
    page.context.set_offline(True)
    field.set_input_files(picture)
    page.get_by_text("No hay conexión. Lo que escribiste está aquí").wait_for()
    assert page.get_by_text("Describe la imagen").locator("visible=true").count() == 0
    page.context.set_offline(False)
    page.context.clear_cookies()
    field.set_input_files(picture)
    page.get_by_text(OVER).wait_for()
    sign_in_elsewhere(page, demo_site, "ada@demo.example")
    page.get_by_text(AGAIN).wait_for()
    field.set_input_files(picture)
    page.locator(".upload-success").wait_for()
    assert page.locator(".session-notice").is_hidden()
