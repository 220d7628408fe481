"""The screen of a question: it works without scripts, keeps what was chosen, and says what became
of it.
"""

import re
from uuid import uuid4

import pytest

from questions.models import Question
from quizzes.models import Attempt, ResponseEvent
from quizzes.queries import current_events
from tests.factories.quizzes import submit
from tests.quizzes.screens import FORM, JSON, as_form, page, sent, text_of

pytestmark = pytest.mark.django_db


def test_question_has_one_group_with_labels(as_lina, attempt):
    body = as_lina.get(page(attempt, 1)).content.decode()
    assert body.count("<fieldset") == body.count("<legend>") == 1
    assert body.count("<h1>") == 1
    choices = len(attempt.paper[0]["layout"]["order"])
    assert [f'name="chosen" value="{place}"' in body for place in range(choices + 1)] == [
        True
    ] * choices + [False]


def test_answer_is_kept_on_return(as_lina, attempt):
    as_lina.post(page(attempt, 1), sent([1], is_marked="on", go="2"))
    body = as_lina.get(page(attempt, 1)).content.decode()
    assert re.search(r'value="1"[^>]* checked', body)
    assert not re.search(r'value="0"[^>]* checked', body)
    assert re.search(r'name="is_marked"[^>]* checked', body)
    assert re.search(r"Guardado \d+:\d\d [ap]\. m\.", body)


@pytest.mark.parametrize(
    ("go", "leads_to"),
    [("2", "2"), ("1", "1"), ("4", "4"), ("review", "revisar"), ("", "revisar"), ("x", "revisar")],
)
def test_every_button_saves_and_leads_on(as_lina, attempt, go, leads_to):
    response = as_lina.post(page(attempt, 3), sent([0], go=go))
    assert response.url == page(attempt, leads_to)
    assert current_events(attempt)[3].response["chosen"] == [0]


def test_states_of_the_questions_are_words(as_lina, attempt):
    as_lina.post(page(attempt, 1), sent([0]))
    as_lina.post(page(attempt, 2), sent(is_marked="on"))
    words = text_of(as_lina.get(page(attempt, 3)))
    assert words.count("Respondida") == 1
    assert words.count("En blanco") == 3
    assert words.count("Por revisar") == 1


def test_attempt_is_resumed_at_the_first_blank_question_after_the_last_one(as_lina, attempt):
    assert as_lina.get(f"/intentos/{attempt.uuid}/").url == page(attempt, 1)
    as_lina.post(page(attempt, 2), sent([0]))
    assert as_lina.get(f"/intentos/{attempt.uuid}/").url == page(attempt, 3)
    for slot in (1, 3, 4):
        as_lina.post(page(attempt, slot), sent([0]))
    assert as_lina.get(f"/intentos/{attempt.uuid}/").url == page(attempt, "revisar")
    submit(attempt)
    assert as_lina.get(f"/intentos/{attempt.uuid}/").url == page(attempt, "resultado")


def test_script_gets_the_time_of_saving(as_lina, attempt):
    response = as_lina.post(page(attempt, 1), sent([0]), **JSON)
    assert response.status_code == 200
    answered = response.json()
    assert re.fullmatch(r"\d+:\d\d [ap]\. m\.", answered["saved_at"])
    assert answered["problem"] == ""


def test_repeat_of_an_answer_gets_the_same_answer(as_lina, attempt):
    form = sent([0])
    first, second = (as_lina.post(page(attempt, 1), form, **JSON) for _time in range(2))
    assert first.content == second.content
    assert ResponseEvent.objects.count() == 1


def test_page_sent_again_with_another_choice_keeps_it_and_can_be_sent(as_lina, attempt):
    form = sent([0], go="2")
    as_lina.post(page(attempt, 1), form)
    response = as_lina.post(page(attempt, 1), {**form, "chosen": [1]})
    assert response.status_code == 409
    body = response.content.decode()
    assert "Actualizamos la página. Tu respuesta no se perdió: revísala y continúa." in body
    assert re.search(r'value="1"[^>]* checked', body)
    fresh = {
        name: re.search(rf'name="{name}" value="([^"]+)"', body)[1] for name in ("uuid", "sequence")
    }
    assert fresh["uuid"] != str(form["uuid"])
    assert as_lina.post(page(attempt, 1), {**form, **fresh, "chosen": [1]}).status_code == 302
    assert current_events(attempt)[1].response["chosen"] == [1]


def test_script_is_told_of_a_conflict(as_lina, attempt):
    form = sent([0])
    as_lina.post(page(attempt, 1), form, **JSON)
    response = as_lina.post(page(attempt, 1), {**form, "chosen": [1]}, **JSON)
    assert response.status_code == 409
    assert response.json() == {
        "problem": (
            "Esta respuesta ya se envió desde otra pestaña u otro equipo. Mostramos la más "
            "reciente."
        ),
        "is_older": True,
    }


def test_older_device_is_told_and_sees_the_newest(as_lina, attempt):
    as_lina.post(page(attempt, 1), sent([0], sequence=7))
    response = as_lina.post(page(attempt, 1), sent([1], sequence=2))
    assert response.status_code == 409
    body = response.content.decode()
    assert (
        "Esta respuesta ya se envió desde otra pestaña u otro equipo. Mostramos la más reciente."
        in body
    )
    assert re.search(r'value="0"[^>]* checked', body)
    answered = as_lina.post(page(attempt, 1), sent([1], sequence=3), **JSON).json()
    assert "desde otra pestaña u otro equipo" in answered["problem"]
    assert answered["is_older"]
    shown = as_lina.get(page(attempt, 1)).content.decode()
    assert 'name="sequence" value="8"' in shown
    assert re.search(r'value="0"[^>]* checked', shown)
    assert ResponseEvent.objects.count() == 3


def test_old_page_of_a_submitted_attempt_shows_what_was_chosen(as_lina, attempt):
    submit(attempt)
    response = as_lina.post(page(attempt, 1), sent([0]))
    assert response.status_code == 409
    words = text_of(response)
    assert "Actualizamos la página. Este intento ya se entregó" in words
    entry = attempt.paper[0]
    shown = Question.objects.get(pk=entry["question"]).current.content["choices"][
        entry["layout"]["order"][0]
    ]["text"]
    assert f"Lo que marcaste ahora: {shown}" in words
    assert not ResponseEvent.objects.exists()
    answered = as_lina.post(page(attempt, 1), sent([0]), **JSON)
    assert (answered.status_code, answered.json()["url"]) == (409, page(attempt, "resultado"))


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"uuid": "nada", "sequence": "-4", "chosen": ["x", "", "²"]},
        {"uuid": uuid4(), "sequence": "9" * 25},
        {"uuid": uuid4(), "sequence": "1.5", "go": "9" * 30},
    ],
)
def test_nonsense_stores_a_blank_answer_and_never_fails(as_lina, attempt, form):
    assert as_lina.post(page(attempt, 1), form).status_code == 302
    assert ResponseEvent.objects.get().response["chosen"] == []
    assert as_lina.get(page(attempt, 1)).status_code == 200


def test_choice_that_is_not_on_the_paper_does_not_exist(as_lina, attempt):
    assert as_lina.post(page(attempt, 1), sent([7])).status_code == 404
    assert not ResponseEvent.objects.exists()


def test_extra_fields_change_nothing_of_the_attempt(as_lina, attempt):
    as_lina.post(
        page(attempt, 1),
        sent([0], score_scaled="1", passed="True", state="submitted", learner=uuid4()),
    )
    stored = Attempt.objects.get()
    assert (stored.state, stored.passed, stored.score_scaled, stored.learner) == (
        "open",
        None,
        None,
        attempt.learner,
    )


@pytest.mark.parametrize(
    "slot", [10**9 - 1, 10**9, 2**31, 2**63, 99999999999999999999999, "9" * 5000]
)
def test_number_beyond_what_databases_hold_has_no_question(as_lina, attempt, slot):
    assert as_lina.get(page(attempt, slot)).status_code == 404
    assert as_lina.post(page(attempt, slot), sent([0])).status_code == 404


@pytest.mark.parametrize(
    "typed",
    ["\x00", "\ud800", "x" * 100_000, "9" * 5000],
    ids=["nul", "half a pair", "100 KB", "a long number"],
)
def test_whatever_is_sent_to_an_attempt_is_answered(as_lina, attempt, quiz_url, typed):
    def send(address, **fields):
        return as_lina.post(address, as_form(fields), content_type=FORM)

    for name in ("uuid", "sequence", "chosen", "go"):
        assert send(page(attempt, 1), **{"sequence": 9, "chosen": 0, name: typed}).status_code in {
            302,
            409,
        }, name
    assert send(page(attempt, "revisar"), uuid=typed).url == page(attempt, "resultado")
    assert send(quiz_url, uuid=typed).status_code == 302


def test_a_script_is_told_where_the_pressed_button_leads(as_lina, attempt):
    told = as_lina.post(page(attempt, 1), {**sent([0]), "go": "2"}, **JSON).json()
    assert told["url"] == page(attempt, 2)
    assert "url" not in as_lina.post(page(attempt, 1), sent([1], sequence=2), **JSON).json()
