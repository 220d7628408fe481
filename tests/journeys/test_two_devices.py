"""One person answers on a telephone without a signal, in two tabs, and on another device: what was
called saved stays.
"""

import json

import pytest

from tests.journeys.conftest import close_without_signal, until

pytestmark = pytest.mark.journey
KEPT = "Sin señal. Tu respuesta está en este celular."


@pytest.fixture
def choice(question):
    """Open the first question of an attempt that takes one choice."""

    def act(email: str):
        page = question(email)
        while not page.locator("input[name=chosen][type=radio]").count():
            page.goto(next_question(page.url))
        return page

    return act


def next_question(address: str) -> str:
    start, number = address.rstrip("/").rsplit("/", 1)
    return f"{start}/{int(number) + 1}/"


def stored(site, address: str) -> list[int]:
    """Return the answer to a question that counts."""
    attempt, slot = address.split("/intentos/")[1].strip("/").split("/")
    rows = site.rows(
        "SELECT e.response FROM quizzes_responseevent e JOIN quizzes_attempt a ON a.id = "
        "e.attempt_id WHERE a.uuid = ? AND e.slot = ? ORDER BY e.sequence DESC, e.id DESC LIMIT 1",
        attempt.replace("-", ""),
        int(slot),
    )
    return json.loads(rows[0][0])["chosen"]


def boxes(page):
    return page.locator("input[name=chosen]")


def test_what_waited_does_not_replace_what_another_device_saved(choice, visit, enter, demo_site):
    telephone = choice("teresa@demo.example")
    other = visit(1280)
    enter(other, "teresa@demo.example")
    other.goto(telephone.url)
    telephone.context.set_offline(True)
    boxes(telephone).nth(0).check()
    telephone.get_by_text(KEPT).wait_for()
    boxes(other).nth(1).check()
    other.get_by_text("Guardado").first.wait_for()
    saved = stored(demo_site, other.url)
    telephone.context.set_offline(False)
    telephone.get_by_text("desde otra pestaña u otro equipo").wait_for()
    assert stored(demo_site, other.url) == saved
    assert boxes(telephone).nth(1).is_checked()
    boxes(telephone).nth(0).check()
    telephone.locator("#guardado[data-state=saved]").wait_for()
    assert stored(demo_site, other.url) == [0]


def test_what_waits_is_shown_and_the_next_choice_comes_after_it(choice, demo_site):
    page = choice("ada@demo.example")
    address, context = page.url, page.context
    context.set_offline(True)
    for place in (1, 0, 1):
        boxes(page).nth(place).check()
        page.get_by_text(KEPT).wait_for()
    until(page, '() => Object.values(localStorage)[0].includes(\'"chosen","1"\')')
    close_without_signal(page)
    context.set_offline(False)
    held = []
    context.route(address, lambda route: late(route, held))
    again = context.new_page()
    again.goto(address)
    until(again, "() => document.querySelectorAll('[name=chosen]')[1].checked")
    boxes(again).nth(0).check()
    again.locator("#guardado[data-state=saved]").wait_for()
    assert stored(demo_site, address) == [0]
    held.pop().continue_()
    again.wait_for_load_state("networkidle")
    assert stored(demo_site, address) == [0]
    again.goto(address)
    assert boxes(again).nth(0).is_checked()


@pytest.mark.parametrize("is_closed", [True, False])
def test_an_answer_of_another_tab_arrives_before_the_hand_in(choice, demo_site, is_closed):
    answering = choice("ines@demo.example" if is_closed else "raul@demo.example")
    context, address = answering.context, answering.url
    handing_in = context.new_page()
    handing_in.goto(address.rsplit("/", 2)[0] + "/revisar/")
    context.set_offline(True)
    boxes(answering).nth(0).check()
    answering.get_by_text(KEPT).wait_for()
    handing_in.get_by_role("button", name="Entrega").click()
    handing_in.get_by_text("Todavía no entregamos").wait_for()
    if is_closed:
        close_without_signal(handing_in)
    context.set_offline(False)
    answering.wait_for_url("**/resultado/")
    assert stored(demo_site, address) == [0]
    attempt = address.split("/intentos/")[1].split("/")[0].replace("-", "")
    told = demo_site.rows("SELECT state FROM quizzes_attempt WHERE uuid = ?", attempt)
    assert told == [("submitted",)]


def late(route, held) -> None:
    """Hold the first answer that is sent, and let the rest go on."""
    if route.request.method == "POST" and not held:
        held.append(route)
    else:
        route.continue_()
