"""Two people work on one question: what one of them decided is not taken back by an old screen of
the other, and what came back is sent again knowingly.
"""

import html

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts.roles import sync_roles
from audit.models import AuditEntry
from questions.models import Question
from quizzes.models.pools import pools_of
from tests.factories.questions import add_question, make_bank, single
from tests.questions.test_question_review import decide

pytestmark = pytest.mark.django_db
HOME = "/gestion/preguntas/"


@pytest.fixture
def asked(ada, raul):
    """A question of Ada that papers ask."""
    sync_roles(today=timezone.localdate())
    bank = make_bank("leyes", count=0)
    question = add_question(
        bank, single("¿Qué plazo rige?"), topic="plazos", author_key=ada.learner_key
    )
    decide(question, raul)
    return Question.objects.select_related("bank").get(pk=question.pk)


def sent_by(body: bytes, form: str = "form.bank-form") -> dict[str, str]:
    """Return what a browser sends of a form as it was shown."""
    page = BeautifulSoup(body, "html.parser").select_one(form)
    fields = {
        field["name"]: field.get("value", "on" if field.get("type") == "checkbox" else "")
        for field in page.select("input[name]")
        if field.get("type") != "checkbox" or field.has_attr("checked")
    }
    fields |= {field["name"]: field.text.strip() for field in page.select("textarea[name]")}
    return fields | {
        field["name"]: field.select_one("option[selected]")["value"]
        for field in page.select("select[name]")
        if field.select_one("option[selected]")
    }


def opened(client, question) -> dict[str, str]:
    return sent_by(client.get(f"{HOME}{question.key}/editar/").content)


def save(client, question, sent, **changes):
    return client.post(f"{HOME}{question.key}/editar/", {**sent, **changes}, follow=True)


def give_state(client, question, state: str, seen: str):
    sent = {"state": state, "opened": seen}
    return client.post(f"{HOME}{question.key}/estado/", sent, follow=True)


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def drawn(question) -> bool:
    return question.pk in pools_of([{"bank": "leyes", "topic": "", "count": 1}])[0][0]


def test_a_form_left_open_does_not_bring_a_retired_question_back(client, enter, ada, asked):
    enter(ada)
    sent = opened(client, asked)
    give_state(client, asked, "retired", "active")
    answer = save(client, asked, sent, feedback="Con coma.")
    assert answer.status_code == 422
    body = text(answer)
    assert "Otra persona cambió la pregunta mientras escribías." in body
    assert "Queda lo que eligió la otra persona, y tú no tocaste: Estado: Retirada." in body
    assert "Con coma." in body
    again = sent_by(answer.content)
    assert again["state"] == "retired"
    assert save(client, asked, again).status_code == 200
    asked.refresh_from_db()
    assert (asked.state, asked.current.number, asked.current.feedback) == (
        "retired",
        2,
        "Con coma.",
    )
    assert not drawn(asked)


def test_a_topic_of_another_person_is_kept_likewise(client, enter, ada, asked):
    enter(ada)
    sent = opened(client, asked)
    save(client, asked, opened(client, asked), topic="refugio")
    answer = save(client, asked, sent, feedback="Con coma.")
    assert "y tú no tocaste: Tema: refugio." in text(answer)
    save(client, asked, sent_by(answer.content))
    asked.refresh_from_db()
    assert (asked.topic, asked.current.feedback) == ("refugio", "Con coma.")


def test_who_chose_a_state_too_decides_between_both(client, enter, ada, asked):
    enter(ada)
    sent = opened(client, asked)
    give_state(client, asked, "retired", "active")
    answer = save(client, asked, sent, state="draft")
    assert "Queda lo que eligió" not in text(answer)
    row = BeautifulSoup(answer.content, "html.parser").select_one(".bank-compare tbody tr")
    assert row.get_text(" ", strip=True) == "Estado Retirada Borrador"
    save(client, asked, sent_by(answer.content))
    asked.refresh_from_db()
    assert asked.state == "draft"


def test_a_form_that_does_not_say_what_it_showed_is_asked_again(client, enter, ada, asked):
    enter(ada)
    sent = opened(client, asked)
    del sent["opened_state"]
    answer = save(client, asked, sent, feedback="Con coma.")
    assert answer.status_code == 422
    assert save(client, asked, sent_by(answer.content)).status_code == 200
    asked.refresh_from_db()
    assert asked.current.feedback == "Con coma."


@pytest.mark.parametrize("seen", ["active", ""])
def test_a_button_of_an_old_screen_does_not_undo_a_state(client, enter, ada, asked, seen):
    enter(ada)
    give_state(client, asked, "retired", "active")
    answer = give_state(client, asked, "draft", seen)
    assert "Otra persona cambió el estado después de que abriste la pregunta" in text(answer)
    asked.refresh_from_db()
    assert asked.state == "retired"


def test_a_state_sent_twice_is_given_once(client, enter, ada, asked):
    enter(ada)
    for _press in range(2):
        answer = give_state(client, asked, "retired", "active")
        assert "La pregunta está ahora: retirada." in text(answer)
    assert AuditEntry.objects.filter(action="question_state_set").count() == 1


def test_the_screen_of_a_question_carries_its_state(client, enter, ada, asked):
    body = enter(ada).get(f"{HOME}{asked.key}/").content
    assert sent_by(body, 'form[action$="/estado/"]')["opened"] == "active"


@pytest.fixture
def returned(client, asked, ada, raul):
    """Its second version, which came back with a comment."""
    client.force_login(ada)
    save(client, asked, opened(client, asked), feedback="Con coma.")
    decide(asked, raul, is_approved=False, comment="Falta el artículo.")
    return asked


def test_a_returned_question_saved_as_it_was_stays_returned_and_says_so(client, returned):
    body = text(save(client, returned, opened(client, returned)))
    assert "No cambiaste nada: la pregunta sigue devuelta." in body
    assert "Está en revisión" not in body
    assert not Question.objects.in_review().exists()


def test_a_returned_question_is_sent_again_as_it_is(client, returned, raul, ada):
    screen = f"{HOME}{returned.key}/"
    assert "Envía otra vez a revisión" in text(client.get(screen))
    for _press in range(2):
        answer = client.post(f"{screen}otra-vez/", {"number": 2}, follow=True)
        assert "Está otra vez en revisión" in text(answer)
    assert "Envía otra vez a revisión" not in text(client.get(screen))
    assert [row.pk for row in Question.objects.in_review()] == [returned.pk]
    assert returned.versions.count() == 3
    client.force_login(raul)
    assert "Tu revisión de la versión más nueva" in text(client.get(screen))
    decide(returned, raul)
    assert drawn(returned)


def test_what_did_not_come_back_is_not_sent_again(client, returned, ada):
    save(client, returned, opened(client, returned), feedback="Con el artículo 8.")
    answer = client.post(f"{HOME}{returned.key}/otra-vez/", {"number": 2}, follow=True)
    assert "no enviamos nada" in text(answer)
    answer = client.post(f"{HOME}{returned.key}/otra-vez/", {"number": 3}, follow=True)
    assert "no enviamos nada" in text(answer)
    assert returned.versions.count() == 3
