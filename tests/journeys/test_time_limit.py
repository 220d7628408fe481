"""Follows an attempt with a time limit in a browser whose clock is wrong: the server's hour is
shown, and decides (TIM-01).
"""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.journeys.conftest import press

pytestmark = pytest.mark.journey
# Opens an attempt of Rosa's with a limit, or moves the open one, so that it closes in so many
# seconds; prints its identifier.
CLOSING = """
from datetime import timedelta
from django.utils import timezone
from courses.editions import outline_of
from learning.models import Enrolment
from quizzes.models import Attempt
from quizzes.services import start_attempt
enrolment = Enrolment.objects.select_related("course").get(uuid="{enrolment}")
outline = outline_of(enrolment.course.latest_edition_id)
quizzes = [item for item in outline.activities if item.kind == "quiz"]
begun = Attempt.objects.filter(enrolment=enrolment)
def rank(quiz):
    of_quiz = begun.filter(quiz_key=quiz.key)
    return not of_quiz.filter(state="open").exists(), of_quiz.count()
quiz = min(quizzes, key=rank)
attempt = start_attempt(enrolment=enrolment, quiz_key=quiz.key, now=timezone.now())
deadline = timezone.now() + timedelta(seconds={seconds})
Attempt.objects.filter(pk=attempt.pk).update(deadline_at=deadline)
print(attempt.uuid)
"""


@pytest.fixture
def closing(demo_site):
    """Make Rosa's attempt close in so many seconds; return its address."""
    query = """
        SELECT e.uuid FROM learning_enrolment e JOIN accounts_user u ON u.learner_key = e.learner
        WHERE u.email = ? LIMIT 1
    """
    enrolment = demo_site.rows(query, "rosa@demo.example")[0][0]

    def make(seconds: int) -> str:
        made = demo_site.command(
            "shell", "--no-imports", "-c", CLOSING.format(enrolment=enrolment, seconds=seconds)
        )
        assert made.returncode == 0, made.stderr[-1000:]
        return f"{demo_site.url}/intentos/{made.stdout.split()[-1]}/"

    yield make
    made = demo_site.command("submit_overdue_attempts")
    assert made.returncode == 0


@pytest.mark.parametrize(("width", "years"), [(360, -1), (1280, 1)])
def test_minutes_left_are_those_of_the_server(
    visit, sign_in, demo_site, accessible, closing, width, years
):
    page = visit(width)
    sign_in(page, "rosa@demo.example")
    page.clock.install(time=timezone.now() + timedelta(days=365 * years))
    address = closing(10 * 60 - 20)
    page.goto(f"{address}1/")
    place, said = page.locator("#cierre"), page.locator("#cierre [role=status]")
    assert "Cierra a las" in place.inner_text()
    assert "Quedan 10 minutos." in place.inner_text()
    assert said.inner_text() == ""
    accessible(page)
    page.clock.fast_forward("05:00")
    assert "Quedan 5 minutos." in place.inner_text()
    assert said.inner_text() == "Quedan 5 minutos."
    page.clock.fast_forward("04:00")
    assert said.inner_text() == "Queda 1 minuto."
    with page.expect_response(lambda response: response.request.method == "POST") as answered:
        page.locator("fieldset.choices input").first.check()
    assert json.loads(answered.value.body())["problem"] == ""
    page.locator("#cierre [data-left]").get_by_text("Quedan 10 minutos.", exact=True).wait_for(
        state="attached"
    )  # the server's date again
    page.locator("#cierre summary").click()
    page.goto(f"{address}revisar/")
    assert page.locator("#cierre details").get_attribute("open") is None
    accessible(page)
    closing(-30)
    page.goto(f"{address}1/")
    assert page.url == f"{address}revisar/"
    accessible(page)
    press(page, page.get_by_role("button", name="Entrega y mira tu resultado"))
    assert page.url == f"{address}resultado/"


def test_late_answers_are_told_with_and_without_the_script(
    visit, sign_in, closing, demo_site, accessible
):
    page = visit(360)
    sign_in(page, "rosa@demo.example")
    address = closing(600)
    page.goto(f"{address}1/")
    closing(-30)
    page.locator("fieldset.choices input").first.check()
    page.get_by_text("de retraso. Lo aceptamos.").wait_for()
    page.goto(f"{address}revisar/")
    assert "de retraso. Lo aceptamos." in page.get_by_role("main").inner_text()
    press(page, page.get_by_role("button", name="Entrega y mira tu resultado"))
    address = closing(600)
    page.goto(f"{address}1/")
    closing(-300)
    page.locator("fieldset.choices input").last.check()
    page.get_by_text("Llegó después de la hora de cierre").wait_for()
    press(page, page.get_by_role("button", name="Guarda y sigue"))
    assert (
        "No cuenta para la nota, pero queda registrada. Si no estás de acuerdo, escríbelo en Ayuda."
        in page.get_by_role("main").inner_text()
    )
    accessible(page)
    press(page, page.get_by_role("link", name="Mira tu resultado"))
    # The site's own job hands in what is over, within a minute: it may have come first.
    button = page.get_by_role("button", name="Entrega y mira tu resultado")
    over = page.get_by_text("El tiempo terminó a las")
    button.or_(over).first.wait_for()
    if button.is_visible():
        press(page, button)
    assert "El tiempo terminó a las" in page.get_by_role("main").inner_text()
    assert demo_site.command("audit_records").returncode == 0
