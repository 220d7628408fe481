"""What a learner does is never lost: the session ended, the signal went, another person came; told
in a real browser.
"""

import json
import re

import pytest

from tests.journeys.conftest import COURSE, close_without_signal, press

pytestmark = pytest.mark.journey
KEPT = "Sin señal. Tu respuesta está en este celular."
OVER = "Tu sesión terminó por seguridad."


@pytest.fixture
def lesson(enrolled, demo_site):
    """Open the lesson that comes next."""

    def act(email: str):
        page = enrolled(email)
        row = demo_site.rows(
            "SELECT p.slug, m.slug FROM courses_lessonpage l JOIN wagtailcore_page p ON p.id = "
            "l.page_ptr_id JOIN wagtailcore_page m"
            " ON m.path = substr(p.path, 1, length(p.path) - 4) ORDER BY p.path LIMIT 1"
        )[0]
        page.goto(f"{demo_site.url}{COURSE}{row[1]}/{row[0]}/")
        return page

    return act


def answers(site, page) -> list[list[int]]:
    """Return what is stored of the open question, the newest last."""
    attempt = page.url.split("/intentos/")[1].split("/")[0].replace("-", "")
    rows = site.rows(
        "SELECT e.response FROM quizzes_responseevent e JOIN quizzes_attempt a ON a.id = "
        "e.attempt_id"
        " WHERE a.uuid = ? AND e.slot = 1 ORDER BY e.id",
        attempt,
    )
    return [json.loads(response)["chosen"] for (response,) in rows]


def choose(page) -> str:
    """Tick what no story ticked before; return which choice that is."""
    free = page.locator("input[name=chosen]:not(:checked)").first
    place = free.get_attribute("value")
    free.click()
    return place


def test_session_lost_while_answering(question, enter, demo_site, accessible):
    page = question("oscar@demo.example")
    place = page.locator("input[name=chosen]").first.get_attribute("value")
    page.context.clear_cookies(name="puriq_sesion")
    choose(page)
    page.get_by_text(f"{OVER} Ingresa y guardamos tu respuesta.").wait_for()
    page.get_by_role("button", name="Guarda y sigue").click()
    page.get_by_role("heading", name="Ingresa").wait_for()
    assert OVER in page.get_by_role("main").inner_text()
    accessible(page)
    enter(page, "oscar@demo.example")
    page.wait_for_url("**/2/")
    assert answers(demo_site, page)[-1] == [int(place)]


@pytest.mark.parametrize(
    ("button", "who"),
    [
        ("Guarda y sigue", "teresa@demo.example"),
        ("Intenta otra vez", "teresa@demo.example"),
        ("Guarda y sigue", "ines@demo.example"),  # a code stands between
    ],
)
def test_what_sign_in_carries_is_stored_once(question, enter, demo_site, button, who):
    """The same choice waits on the device: it is no answer of another tab."""
    page = question(who)
    before = len(answers(demo_site, page))
    page.context.clear_cookies(name="puriq_sesion")
    other = page.locator("input[name=chosen]:not(:checked)").first
    other.click()
    page.get_by_text(f"{OVER} Ingresa y guardamos tu respuesta.").wait_for()
    other.click()
    marked = page.locator("input[name=chosen]:checked").all()
    places = sorted(int(box.get_attribute("value")) for box in marked)
    page.get_by_text(f"{OVER} Ingresa y guardamos tu respuesta.").wait_for()
    page.get_by_role("button", name=button).click()
    page.get_by_role("heading", name="Ingresa").wait_for()
    enter(page, who)
    page.wait_for_url("**/intentos/**")
    page.get_by_text("Enviamos lo que esperaba en este celular.").wait_for()
    stored = answers(demo_site, page)
    assert (len(stored), sorted(stored[-1])) == (before + 1, places)
    assert page.evaluate("localStorage.length") == 0


def test_two_pages_of_a_question_show_what_is_stored(question, demo_site):
    older = question("ines@demo.example")
    boxes, saved = "input[name=chosen]", "#guardado[data-state=saved]"
    # Each paper is drawn: true or false has no third choice, and other stories choose at the first.
    for slot in range(2, 9):
        older.goto(re.sub(r"/\d+/$", f"/{slot}/", older.url))
        if older.locator(boxes).count() > 2 and not older.locator(f"{boxes}:checked").count():
            break
    newer = older.context.new_page()
    newer.goto(older.url)
    assert newer.locator("#guardado").inner_text() == "Se guarda al marcar"
    for place in (1, 2, 1):
        newer.locator(boxes).nth(place).click()
        newer.locator(saved).wait_for()
    older.route(
        f"**/{slot}/",
        lambda route: route.abort() if route.request.method == "GET" else route.continue_(),
    )
    older.locator(boxes).first.check()
    older.get_by_text("Hay una respuesta más reciente. Sin señal no pudimos traerla").wait_for()
    older.unroute_all()
    older.evaluate("dispatchEvent(new Event('online'))")
    older.get_by_text("Mostramos la más reciente.").wait_for()
    shown = [box.is_checked() for box in newer.locator(boxes).all()]
    assert [box.is_checked() for box in older.locator(boxes).all()] == shown
    older.locator(boxes).first.check()
    older.locator(saved).wait_for()
    newer.reload()
    assert newer.locator(boxes).first.is_checked()


def test_session_lost_while_marking(lesson, enter, demo_site):
    page = lesson("max@demo.example")
    address = page.url
    page.context.clear_cookies(name="puriq_sesion")
    page.get_by_role("button", name="Terminé, continuar").click()
    page.get_by_role("heading", name="Ingresa").wait_for()
    enter(page, "max@demo.example")
    page.wait_for_url(lambda url: "/cursos/" in url and url != address)
    page.goto(address)
    assert page.locator(".state.done", has_text="Hecho").count() == 1


def test_signal_lost_while_answering(question, demo_site, accessible):
    page = question("lucia@demo.example")
    address = page.url
    page.context.set_offline(True)
    choose(page)
    page.get_by_text(KEPT).wait_for()
    page.get_by_role("button", name="Guarda y sigue").click()
    page.get_by_text(KEPT).wait_for()
    assert page.url == address
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "lucia" not in kept
    assert "Lucía" not in kept
    accessible(page)
    page.context.set_offline(False)
    page.wait_for_url("**/2/")
    assert len(answers(demo_site, page)) == 1
    assert page.evaluate("localStorage.length") == 0


def test_what_a_closed_page_left_goes_out_from_another(question, demo_site):
    page = question("ines@demo.example")
    address, context = page.url, page.context
    before = len(answers(demo_site, page))
    context.set_offline(True)
    place = choose(page)
    page.get_by_text(KEPT).wait_for()
    close_without_signal(page)
    context.set_offline(False)
    again = context.new_page()
    again.goto(demo_site.url + "/mi-aprendizaje/")
    again.get_by_text("Enviamos lo que esperaba en este celular.").wait_for()
    again.goto(address)
    assert len(answers(demo_site, again)) == before + 1
    assert again.locator(f"input[name=chosen][value='{place}']").is_checked()


def test_another_person_on_the_same_device_neither_sends_nor_loses_it(question, enter, demo_site):
    page = question("ada@demo.example")
    before = answers(demo_site, page)
    address = page.url
    page.context.set_offline(True)
    choose(page)
    page.get_by_text(KEPT).wait_for()
    page.context.clear_cookies(name="puriq_sesion")
    other = page.context.new_page()
    close_without_signal(page)
    other.context.set_offline(False)
    enter(other, "rosa@demo.example")
    other.goto(demo_site.url + "/mi-aprendizaje/")
    other.wait_for_load_state("networkidle")
    assert other.locator("#envios").count() == 0
    assert other.evaluate("localStorage.length") == 1
    press(other, other.get_by_role("button", name="Salir"))
    enter(other, "ada@demo.example")
    other.get_by_text("Enviamos lo que esperaba en este celular.").wait_for()
    other.goto(address)
    assert len(answers(demo_site, other)) == len(before) + 1


def test_signing_out_erases_what_is_kept_after_a_warning(question, demo_site):
    page = question("nora@demo.example")
    page.context.set_offline(True)
    choose(page)
    page.get_by_text(KEPT).wait_for()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_role("button", name="Salir").click()
    page.get_by_text("Sin señal: no pudimos cerrar tu sesión y sigue abierta.").wait_for()
    assert page.evaluate("localStorage.length") == 1
    asked.clear()
    page.route("**/intentos/**", lambda route: route.abort())
    page.context.set_offline(False)
    press(page, page.get_by_role("button", name="Salir"))
    assert len(asked) == 1
    assert "Si sales ahora, se borra" in asked[0]
    assert page.evaluate("localStorage.length") == 0


def test_a_foreign_page_does_not_run_an_act(visit, enter, demo_site):
    page = visit(360)
    enter(page, "raul@demo.example")
    page.goto(demo_site.url + COURSE)
    before = demo_site.rows("SELECT count(*) FROM learning_enrolment")
    mark = page.locator("html").get_attribute("data-person")
    page.context.clear_cookies(name="puriq_sesion")
    form = (
        f"<form method=post action='{demo_site.url}/cuenta/entidad/'><input name=sent_by "
        f"value='{mark}'><button>x</button></form>"
    )
    page.route(
        "http://localhost/ajena", lambda route: route.fulfill(body=form, content_type="text/html")
    )
    stranger = page.context.new_page()
    stranger.route("**/ajena", lambda route: route.fulfill(body=form, content_type="text/html"))
    stranger.goto("http://localhost/ajena")
    press(stranger, stranger.get_by_role("button", name="x"))
    assert stranger.locator("input[name=carried]").count() == 0
    assert demo_site.rows("SELECT count(*) FROM learning_enrolment") == before


def test_a_shared_device_keeps_nothing_and_says_so(question, demo_site, accessible):
    page = question("max@demo.example", is_shared=True)
    assert page.get_by_text("Equipo compartido").is_visible()
    page.context.set_offline(True)
    choose(page)
    page.get_by_text("Sin señal. Tu respuesta está en esta página: no la cierres.").wait_for()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    accessible(page)
    page.context.set_offline(False)
    page.locator("#guardado", has_text="Guardado").wait_for()
    press(page, page.get_by_role("button", name="Salir"))
    assert page.get_by_text("No queda nada tuyo en este equipo.").is_visible()


def test_a_shared_device_warns_before_its_session_ends(enrolled, demo_site, accessible):
    page = enrolled("ines@demo.example", is_shared=True)
    page.clock.install()
    page.goto(demo_site.url + "/cuenta/")
    notice = page.get_by_text("Tu sesión se cierra en 2 minutos.")
    page.clock.fast_forward("21:00")
    assert not notice.is_visible()
    page.clock.fast_forward("01:30")
    notice.wait_for()
    accessible(page)
    page.get_by_role("button", name="Sigo aquí").click()
    notice.wait_for(state="hidden")


def test_a_shared_device_says_at_once_that_its_session_is_over(enrolled, demo_site):
    page = enrolled("ines@demo.example", is_shared=True)
    page.clock.install()
    page.goto(demo_site.url + "/cuenta/")
    page.clock.fast_forward("22:30")
    page.get_by_text("Tu sesión se cierra en 2 minutos.").wait_for()
    page.context.clear_cookies()  # as after a sleep longer than the session
    page.get_by_role("button", name="Sigo aquí").click()
    page.get_by_text("Tu sesión terminó. Lo que envíes ahora te pedirá ingresar.").wait_for()


def test_marking_waits_for_the_signal_and_goes_on(lesson):
    page = lesson("lucia@demo.example")
    address = page.url
    page.context.set_offline(True)
    page.get_by_role("button", name="Terminé, continuar").click()
    page.get_by_text("Sin señal. Está en este celular y lo enviaremos solo.").wait_for()
    assert page.url == address
    page.context.set_offline(False)
    page.wait_for_url(lambda url: url != address)


def test_button_pressed_while_the_choice_is_being_saved_leads_on(question):
    page = question("raul@demo.example")
    with page.expect_request(lambda request: request.method == "POST"):
        choose(page)
    page.get_by_role("button", name="Guarda y sigue").click()
    page.wait_for_url("**/2/")


def test_back_leads_to_what_one_had_typed(visit, enter, demo_site):
    """What the script shows in place of a page is a page of the history like any other."""
    page = visit(360)
    enter(page, "nora@demo.example")
    page.goto(f"{demo_site.url}/personas/")
    box = (
        page.get_by_role("main")
        .get_by_role("searchbox")
        .or_(page.get_by_role("main").get_by_role("textbox"))
        .first
    )
    box.fill("omar")
    page.get_by_role("main").get_by_role("button", name="Busca").click()
    found = page.get_by_role("main").get_by_role("link", name=re.compile("Omar"))
    found.first.wait_for()
    page.go_back()
    found.first.wait_for(state="detached")
    assert box.input_value() == "omar"
    assert page.url == f"{demo_site.url}/personas/"
    page.go_forward()
    found.first.wait_for()
