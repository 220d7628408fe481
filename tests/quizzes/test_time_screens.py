"""What a learner reads about a time limit, before, during and after, with and without scripts
(bad-input rows 24 and 25).
"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from learning.models import Statement
from quizzes.models import Attempt, ResponseEvent
from quizzes.overdue import submit_overdue_attempts
from quizzes.timing import seconds_late
from quizzes.wording import clock_time, clock_time_on
from tests.factories.quizzes import answer, answer_all, right_answers, submit

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def quiz(publish_quiz):
    """A quiz of four questions and twenty minutes."""
    return publish_quiz(time_limit=20)


def text_of(response):
    body = re.sub(r"(?s)<(script|style).*?</\1>", " ", response.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def page(attempt, part):
    return f"/intentos/{attempt.uuid}/{part}/"


def sent(chosen=(), **more):
    return {"uuid": uuid4(), "sequence": 1, "chosen": list(chosen), **more}


def close(attempt, *, seconds_ago):
    """Move an attempt back, so that it closed so many seconds ago."""
    attempt.deadline_at = timezone.now() - timedelta(seconds=seconds_ago)
    attempt.started_at = attempt.deadline_at - timedelta(minutes=20)
    attempt.save(update_fields=["deadline_at", "started_at"])


def hour(moment):
    return clock_time(timezone.localtime(moment))


def accepted():
    """The text of row 24 with the lateness that was stored last."""
    event = ResponseEvent.objects.order_by("pk").last()
    late = seconds_late(event.received_at, event.attempt.deadline_at)
    assert 30 <= late <= 120
    return f"Se guardó con {late} segundos de retraso. Lo aceptamos."


def refused(attempt):
    """The text of row 25 with the hour of the attempt."""
    closed = clock_time_on(timezone.localtime(attempt.deadline_at), timezone.localdate())
    return (
        f"Llegó después de la hora de cierre ({closed}). No cuenta para la nota, pero queda "
        "registrada. Si no estás de acuerdo, escríbelo en Ayuda."
    )


# --- Before and during ----------------------------------------------------------------------------


def test_before_the_quiz_the_limit_is_told_and_no_clock_runs(as_lina, enrolment, quiz_url):
    words = text_of(as_lina.get(quiz_url))
    assert "Tiempo 20 minutos" in words
    assert (
        "Tienes 20 minutos desde que pulsas el botón para empezar. El reloj sigue aunque cierres "
        "la página"
    ) in words
    assert "Cierra a las" not in words
    assert not Attempt.objects.exists()


def test_index_of_the_course_tells_the_limit(as_lina, enrolment, quiz):
    assert "límite 20 min" in text_of(as_lina.get("/cursos/curso/"))


@pytest.mark.parametrize("part", [1, 4, "revisar"])
def test_closing_hour_stands_on_every_page_of_the_attempt(as_lina, attempt, quiz_url, part):
    response = as_lina.get(page(attempt, part))
    assert f"Cierra a las {hour(attempt.deadline_at)}" in text_of(response)
    assert "js/time-left" in response.content.decode()
    assert f"Cierra a las {hour(attempt.deadline_at)}" in text_of(as_lina.get(quiz_url))


def test_without_a_limit_nothing_is_shown(as_lina, attempt, quiz_url):
    Attempt.objects.update(deadline_at=None)
    for part in (1, "revisar"):
        body = as_lina.get(page(attempt, part)).content.decode()
        assert "Cierra a las" not in body
        assert "time-left" not in body


def test_what_the_device_says_of_time_changes_nothing(as_lina, attempt):
    """TIM-01: the clock of a device may be a year off, or lie."""
    for years, slot in ((-1, 1), (1, 2)):
        claimed = (timezone.now() + timedelta(days=365 * years)).isoformat()
        lies = dict.fromkeys(
            ("now", "time", "received_at", "deadline_at", "started_at", "submitted_at"), claimed
        )
        assert (
            as_lina.post(page(attempt, slot), sent([0], **lies), HTTP_DATE=claimed).status_code
            == 302
        )
    before = attempt.deadline_at
    attempt.refresh_from_db()
    assert attempt.deadline_at == before
    assert all(
        abs(timezone.now() - event.received_at) < timedelta(minutes=5)
        for event in ResponseEvent.objects.all()
    )
    close(attempt, seconds_ago=400)
    lie = (attempt.deadline_at - timedelta(minutes=1)).isoformat()
    assert (
        as_lina.post(
            page(attempt, 3), sent([0], now=lie, received_at=lie), HTTP_DATE=lie
        ).status_code
        == 409
    )
    assert not ResponseEvent.objects.get(slot=3).counts


# --- Within the grace (row 24) --------------------------------------------------------------------


def test_late_answer_of_the_form_is_accepted_and_told(as_lina, attempt):
    close(attempt, seconds_ago=40)
    response = as_lina.post(page(attempt, 1), sent([0], go="2"), follow=True)
    words = text_of(response)
    assert response.redirect_chain == [(page(attempt, "revisar"), 302)]
    assert accepted() in words
    assert "Guardamos tu respuesta a 1 pregunta de 4" in words
    assert ResponseEvent.objects.get().counts


def test_late_answer_of_the_script_is_accepted_and_told_the_same_again(as_lina, attempt):
    close(attempt, seconds_ago=40)
    form = sent([0])
    for _twice in range(2):
        response = as_lina.post(page(attempt, 1), form, **JSON)
        assert response.status_code == 200
        assert response.json() == {
            "saved_at": hour(ResponseEvent.objects.get().received_at),
            "problem": accepted(),
        }


def test_answer_in_time_says_nothing_of_lateness(as_lina, attempt):
    assert as_lina.post(page(attempt, 1), sent([0]), **JSON).json()["problem"] == ""


# --- After the grace (row 25) ---------------------------------------------------------------------


@pytest.fixture(params=["open", "closed by time"])
def over(attempt, request):
    """An attempt whose time ended, before and after the due job came by."""
    answer(attempt, 1, right_answers(attempt)[1])
    close(attempt, seconds_ago=400)
    if request.param != "open":
        assert submit_overdue_attempts(now=timezone.now()) == 1
    return attempt


def test_answer_of_the_form_that_comes_too_late_is_kept_and_told(as_lina, over):
    form = sent([1])
    for _twice in range(2):
        response = as_lina.post(page(over, 2), form)
        words = text_of(response)
        assert response.status_code == 409
        assert refused(over) in words
        assert "Lo que marcaste ahora:" in words
        assert "Nada: la dejaste en blanco" not in words
        assert "Escribe en Ayuda" in words
        assert page(over, "resultado") in response.content.decode()
    assert ResponseEvent.objects.filter(counts=False, slot=2, response__chosen=[1]).count() == 1


def test_answer_of_the_script_that_comes_too_late_is_kept_and_told(as_lina, over):
    form = sent([1])
    for _twice in range(2):
        response = as_lina.post(page(over, 2), form, **JSON)
        assert response.status_code == 409
        assert response.json() == {"problem": refused(over), "url": page(over, "resultado")}
    assert ResponseEvent.objects.filter(counts=False).count() == 1


def test_refusal_on_another_day_tells_the_day(as_lina, attempt):
    close(attempt, seconds_ago=2 * 24 * 60 * 60)
    assert (
        f"{attempt.deadline_at.astimezone(timezone.get_current_timezone()):del %d/%m/%Y}"
        in refused(attempt)
    )
    assert as_lina.post(page(attempt, 2), sent([1]), **JSON).json()["problem"] == refused(attempt)


def test_answer_after_an_ordinary_submission_reads_as_ever(as_lina, attempt):
    submit(attempt)
    close(attempt, seconds_ago=-60)
    response = as_lina.post(page(attempt, 1), sent([0]))
    assert response.status_code == 409
    assert "Este intento ya se entregó" in text_of(response)
    assert "hora de cierre" not in text_of(response)
    assert not ResponseEvent.objects.exists()


# --- The lazy way: nothing depends on the due job -------------------------------------------------


@pytest.mark.parametrize("seconds", [40, 400])
def test_opening_an_attempt_that_is_over_leads_to_its_end_and_writes_nothing(
    as_lina, attempt, quiz_url, seconds
):
    answer_all(attempt, right=3)
    close(attempt, seconds_ago=seconds)
    before = (
        Attempt.objects.values().get(),
        ResponseEvent.objects.count(),
        Statement.objects.count(),
    )
    for address in (
        f"/intentos/{attempt.uuid}/",
        page(attempt, 1),
        page(attempt, "resultado"),
        page(attempt, "revisar"),
    ):
        response = as_lina.get(address, follow=True)
        words = text_of(response)
        assert f"Este intento cerró a las {hour(attempt.deadline_at)}" in words
        assert "Guardamos tus respuestas a 3 preguntas de 4" in words
        assert "m.." not in words
        assert 'name="chosen"' not in response.content.decode()
    assert "El tiempo de tu intento terminó" in text_of(as_lina.get(quiz_url))
    assert before == (
        Attempt.objects.values().get(),
        ResponseEvent.objects.count(),
        Statement.objects.count(),
    )


def test_submitting_when_the_time_is_over_shows_what_counted(as_lina, attempt):
    answer_all(attempt)
    close(attempt, seconds_ago=400)
    response = as_lina.post(page(attempt, "revisar"), {"uuid": uuid4()}, follow=True)
    words = text_of(response)
    assert "Tu nota: 20 de 20" in words
    assert f"El tiempo terminó a las {hour(attempt.deadline_at)}" in words
    attempt.refresh_from_db()
    assert attempt.submitted_at > attempt.deadline_at + timedelta(minutes=6)


def test_next_attempt_can_be_started_once_the_old_one_is_submitted(as_lina, attempt, quiz_url):
    close(attempt, seconds_ago=400)
    assert as_lina.post(quiz_url, {"uuid": uuid4()}, follow=True).redirect_chain[-1][0] == page(
        attempt, "revisar"
    )
    as_lina.post(page(attempt, "revisar"), {"uuid": uuid4()})
    as_lina.post(quiz_url, {"uuid": uuid4()})
    assert Attempt.objects.get(state="open").deadline_at > timezone.now()
