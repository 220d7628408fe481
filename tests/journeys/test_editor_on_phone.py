"""Reads the editor on a phone, where a reviewer decides between two appointments."""

import pytest

from tests.journeys.conftest import until

pytestmark = pytest.mark.journey
# Says whether the words of a message lie free: nothing of another part of the page is drawn over
# them.
LIES_FREE = """message => {
  const words = document.createRange();
  words.selectNodeContents(message);
  return [...words.getClientRects()].every(({ left, top, width, height }) => {
    const drawn = document.elementFromPoint(left + Math.min(4, width / 2), top + height / 2);
    return message.contains(drawn);
  });
}"""


def test_nothing_covers_the_words_of_a_message(visit, sign_in, demo_site):
    module = demo_site.rows(
        "SELECT id FROM wagtailcore_page WHERE slug = 'pais-de-origen-transito-destino-y-retorno'"
    )[0][0]
    page = visit(360)
    sign_in(page, "oscar@demo.example")
    page.goto(f"{demo_site.url}/gestion/pages/{module}/delete/")
    message = page.locator(".messages li").first
    message.get_by_text("No se elimina").wait_for()
    # Wagtail lets its button and its messages glide into their places.
    page.evaluate("() => Promise.all(document.getAnimations().map(one => one.finished))")
    until(page, LIES_FREE, message.element_handle())
