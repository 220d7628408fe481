"""Studies as a learner does on the screens: reads, answers from what the bank holds right, and goes
on to the end.
"""

import json
import re
from collections.abc import Callable

from tests.journeys.conftest import press


def right_answers(site) -> dict[str, set[str]]:
    """Read from outside what the bank holds right, by stem."""
    rows = site.rows("SELECT stem, content FROM questions_questionversion")
    return {
        stem: {choice["text"] for choice in json.loads(content)["choices"] if choice["is_correct"]}
        for stem, content in rows
    }


def squeeze(text: str) -> str:
    return " ".join(text.split())


def see_nothing(page) -> None:
    """Stands where a story does not look at its pages."""


def kind_of_question(page) -> tuple[str, ...]:
    """Return what tells one page with a question from another, but for its words and numbers: its
    elements, with their classes.
    """
    return tuple(
        page.evaluate(
            "[...new Set([...document.querySelectorAll('body *')].map("
            "one => `${one.localName} ${one.type ?? ''} ${one.className.baseVal ?? one.className}`"
            "))].sort()"
        )
    )


def once_for_each_kind(look: Callable, otherwise: Callable) -> Callable:
    """Return what looks whole at the first page of each kind of question, and at any other only as
    `otherwise` does.
    """
    seen = set()

    def see(page) -> None:
        kind = kind_of_question(page)
        (otherwise if kind in seen else look)(page)
        seen.add(kind)

    return see


def answer_quiz(page, site, accessible=see_nothing, at_question=see_nothing) -> None:
    """Answer every question right, review, and submit."""
    answers = {squeeze(stem): right for stem, right in right_answers(site).items()}
    accessible(page)
    begin = page.get_by_role("main").get_by_role("button", name=re.compile("Empieza|Intenta"))
    opened = page.get_by_role("main").get_by_role("link", name="Continúa tu intento")
    press(page, begin if begin.count() else opened)  # another story may have left one open
    for _ in range(40):
        if "/revisar/" in page.url:
            break
        at_question(page)
        right = answers[squeeze(page.locator("fieldset.choices legend").inner_text())]
        for label in page.locator("fieldset.choices label").all():
            if squeeze(label.inner_text()) in {squeeze(text) for text in right}:
                label.locator("input").check()
        press(page, page.get_by_role("button", name=re.compile("^Guarda y")))
    accessible(page)
    press(page, page.get_by_role("button", name="Entrega"))
    assert page.url.endswith("/resultado/")
    accessible(page)
    assert "Aprobaste" in page.get_by_role("main").inner_text()


def study_to_the_end(page, site, accessible=see_nothing, at_question=None) -> None:
    """Go on from where one stopped until the course is complete. A question is looked at as any
    other screen, unless another way is given.
    """
    for number in range(40):
        page.goto(site.url + "/mi-aprendizaje/")
        step = page.get_by_role("main").get_by_role("link", name=re.compile("^Continúa"))
        if not step.count():
            return
        if not number:
            accessible(page)
        page.goto(site.url + step.first.get_attribute("href"))
        reading = page.get_by_role("button", name="Terminé, continuar")
        if reading.count():
            accessible(page)
            press(page, reading)
        else:
            answer_quiz(page, site, accessible, at_question or accessible)
    raise AssertionError("the course did not end")
