"""Starting a quiz without a signal: nothing that runs a clock begins later, when nobody asks for
it.
"""

import pytest

from tests.journeys.conftest import COURSE, close_without_signal

pytestmark = pytest.mark.journey


def test_a_start_that_did_not_arrive_ends_with_its_page(enrolled, demo_site):
    page = enrolled("teresa@demo.example")
    quiz = demo_site.rows(
        "SELECT p.slug, m.slug FROM quizzes_quizpage q JOIN wagtailcore_page p ON p.id = "
        "q.page_ptr_id JOIN wagtailcore_page m"
        " ON m.path = substr(p.path, 1, length(p.path) - 4) ORDER BY p.path LIMIT 1"
    )[0]
    page.goto(f"{demo_site.url}{COURSE}{quiz[1]}/{quiz[0]}/")
    before = demo_site.rows("SELECT count(*) FROM quizzes_attempt")
    context = page.context
    context.set_offline(True)
    page.get_by_role("main").get_by_role("button", name="Empieza").click()
    page.get_by_text("Está en esta página y lo enviaremos solo. No la cierres.").wait_for()
    assert page.evaluate("localStorage.length") == 0
    close_without_signal(page)
    again = context.new_page()
    context.set_offline(False)
    again.goto(demo_site.url + "/mi-aprendizaje/")
    again.wait_for_load_state("networkidle")
    assert demo_site.rows("SELECT count(*) FROM quizzes_attempt") == before
