"""Handing in without a network: the page says so, waits, and sends it by itself; also when it was
closed meanwhile (row 29).
"""

import re

import pytest

from tests.journeys.conftest import close_without_signal, press

pytestmark = pytest.mark.journey
WAITS = (
    "Sin conexión. Guardamos tu entrega en este equipo y la enviaremos sola. No borres los "
    "datos del navegador."
)
WAITS_HERE = "Sin conexión. Tu entrega espera en esta página y la enviaremos sola. No la cierres."


@pytest.fixture
def review(visit, sign_in, demo_site):
    """Open the review page of an attempt: a fresh one, or the one that another story left open."""

    def at_review(email: str, *, is_shared: bool = False):
        page = visit(360)
        if is_shared:
            page.goto(demo_site.url + "/cuenta/ingresar/")
            page.get_by_label("Otras personas usan este equipo").check()
            page.locator("main input[autocomplete=username]").fill(email)
            page.locator("main input[autocomplete=current-password]").fill("puriq-demo-2026")
            press(page, page.get_by_role("main").get_by_role("button", name="Ingresa"))
        else:
            sign_in(page, email)
        page.goto(demo_site.url + "/cursos/migracion-y-territorio/")
        enrol = page.get_by_role("button", name="Inscríbete")
        if enrol.count():
            press(page, enrol)
            page.goto(demo_site.url + "/cursos/migracion-y-territorio/")
        quiz = demo_site.rows(
            "SELECT p.slug, m.slug FROM quizzes_quizpage q JOIN wagtailcore_page p ON p.id = "
            "q.page_ptr_id JOIN wagtailcore_page m"
            " ON m.path = substr(p.path, 1, length(p.path) - 4) ORDER BY p.path LIMIT 1"
        )[0]
        page.goto(f"{demo_site.url}/cursos/migracion-y-territorio/{quiz[1]}/{quiz[0]}/")
        begin = page.get_by_role("main").get_by_role("button", name=re.compile("Empieza|Intenta"))
        opened = page.get_by_role("main").get_by_role("link", name=re.compile("Continúa")).first
        press(page, begin if begin.count() else opened)
        page.goto(re.sub(r"/intentos/([^/]+)/.*", r"/intentos/\1/revisar/", page.url))
        return page

    return at_review


def test_what_was_handed_in_without_a_network_goes_out_by_itself(review, accessible):
    page = review("ada@demo.example")
    page.context.set_offline(True)
    page.get_by_role("button", name="Entrega").click()
    page.get_by_text(WAITS).wait_for()
    accessible(page)
    assert page.url.endswith("/revisar/")
    with page.expect_navigation(url="**/resultado/"):
        page.context.set_offline(False)
    assert page.evaluate("localStorage.length") == 0


def test_what_was_closed_meanwhile_goes_out_when_the_person_comes_back(review, demo_site):
    page = review("raul@demo.example")
    address, context = page.url, page.context
    context.set_offline(True)
    page.get_by_role("button", name="Entrega").click()
    page.get_by_text(WAITS).wait_for()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "raul" not in kept
    close_without_signal(page)
    context.set_offline(False)
    again = context.new_page()
    again.goto(address.replace("revisar/", "1/"))
    again.wait_for_url("**/resultado/")
    assert again.evaluate("localStorage.length") == 0
    attempt = address.split("/")[-3].replace("-", "")
    assert demo_site.rows("SELECT state FROM quizzes_attempt WHERE uuid = ?", attempt) == [
        ("submitted",)
    ]


def test_a_busy_site_is_told_and_asked_again(review):
    page = review("lucia@demo.example")
    busy = iter([True])
    page.route(
        "**/revisar/",
        lambda route: route.fulfill(status=503) if next(busy, False) else route.continue_(),
    )
    page.clock.install()
    page.get_by_role("button", name="Entrega").click()
    page.get_by_text("El sitio recibe muchos envíos a la vez.").wait_for()
    with page.expect_navigation(url="**/resultado/"):
        page.clock.fast_forward(15_000)


def test_a_shared_device_keeps_nothing(review):
    page = review("nora@demo.example", is_shared=True)
    page.context.set_offline(True)
    page.get_by_role("button", name="Entrega").click()
    page.get_by_text(WAITS_HERE).wait_for()
    assert page.evaluate("localStorage.length") == 0
    with page.expect_navigation(url="**/resultado/"):
        page.context.set_offline(False)
