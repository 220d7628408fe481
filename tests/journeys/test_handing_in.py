"""Hands an attempt in while an answer of it waits on the phone: it goes first, and whatever became
of it is told.
"""

import re

import pytest

from tests.journeys.conftest import press

pytestmark = pytest.mark.journey
WAITS = "Tu respuesta a la pregunta 3 espera en este celular y todavía no llega al sitio."


@pytest.fixture
def review(question):
    """Open the review in a new page of a phone that keeps an answer to question 3, which does not
    get through.
    """
    opened = []

    def act(email: str):
        page = question(email)
        address = page.url.replace("/1/", "/3/")
        page.goto(address)
        page.route("**/3/", lambda route: route.abort())
        page.locator("input[name=chosen]").first.check()
        page.get_by_text("Sin señal. Tu respuesta está en este celular.").wait_for()
        context = page.context
        page.close()
        context.route(
            "**/3/",
            lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
        )
        again = context.new_page()
        again.goto(address.replace("/3/", "/revisar/"))
        opened.append(again)
        return again

    yield act
    for page in opened:
        page.context.unroute_all()
        if page.url.endswith("/revisar/"):
            press(page, page.get_by_role("button", name=re.compile("^Entrega")))


def stored(site, page) -> list[tuple]:
    """Return the state of the attempt, with what counts of question 3."""
    attempt = page.url.split("/intentos/")[1].split("/")[0].replace("-", "")
    return site.rows(
        "SELECT a.state, count(e.id) FROM quizzes_attempt a LEFT JOIN quizzes_responseevent e ON "
        "e.attempt_id = a.id AND e.slot = 3"
        " WHERE a.uuid = ? GROUP BY a.state",
        attempt,
    )


def test_what_waits_goes_before_the_hand_in(review, demo_site, accessible):
    page = review("nora@demo.example")
    page.get_by_text(WAITS).wait_for()
    assert page.locator("li:has(a[href$='/3/']) .state").first.inner_text() == "En este celular"
    page.get_by_role("button", name="Entrega así").click()
    page.get_by_text("Todavía no entregamos: una respuesta espera en este celular.").wait_for()
    accessible(page)
    assert stored(demo_site, page)[0][0] == "open"
    page.context.unroute_all()
    with page.expect_navigation(url="**/resultado/"):
        page.evaluate("dispatchEvent(new Event('online'))")
    state, count = stored(demo_site, page)[0]
    assert state != "open"
    assert count == 1
    assert page.evaluate("localStorage.length") == 0


def test_what_did_not_count_is_told(review, demo_site):
    page = review("nora@demo.example")
    page.get_by_role("button", name="Entrega así").click()
    with page.expect_navigation(url="**/resultado/"):
        page.get_by_role("button", name="Entrega sin esa respuesta").click()
    page.get_by_text(WAITS.split(".")[0]).wait_for()
    page.context.unroute_all()
    page.reload()
    page.get_by_text("Tu respuesta a la pregunta 3 esperaba en este celular.").wait_for()
    assert "Este intento ya se entregó" in page.locator("#envios").inner_text()
    assert page.evaluate("localStorage.length") == 0
