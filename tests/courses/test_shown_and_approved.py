"""What is approved is what was before the eyes of who approved it, by every door, and a refusal
loses nothing.
"""

import html
import re

import pytest
from django.utils import timezone

from accounts.models import RoleGrant
from courses.models import Approval
from tests.courses.deciding import (
    APPROVE,
    RETURN,
    SENT,
    decision_link,
    newest,
    now,
    opened_now,
    save,
    shown_now,
    told,
)
from tests.courses.editor import RAW_TEXT, bulk, form_of, signed_in, url

pytestmark = pytest.mark.django_db
AGAIN = "Distingues cuatro ideas."
CORRECTED = "Distingue cinco ideas."
STALE = "“Lección l1” cambió después de que la abriste: no decidimos nada."


@pytest.fixture
def eva(person):
    """Another reviewer."""
    return person("Eva", role="reviewer", national=True)


def taken_out_and_sent_again(client, ada, lesson):
    save(client, ada, lesson, **{"action-cancel-workflow": "action-cancel-workflow"})
    save(client, ada, lesson, objective=AGAIN, **{"action-submit": "action-submit"})


DOORS = [
    ("in the form", "approve"),
    ("in the form", "reject"),
    ("from home", "approve"),
    ("from home", "reject"),
    ("with others", "approve"),
]


@pytest.mark.parametrize(("door", "action"), DOORS, ids=" ".join)
def test_what_was_sent_again_is_not_decided_from_an_old_screen(
    lesson, client, ada, raul, door, action
):
    in_form = form_of(
        newest(lesson), **(APPROVE if action == "approve" else RETURN), **opened_now(lesson)
    )
    at_home, with_others = decision_link(lesson, action), shown_now(lesson)
    taken_out_and_sent_again(client, ada, lesson)
    signed_in(client, raul)
    if door == "in the form":
        answer = client.post(url("edit", lesson.pk), in_form, follow=True)
    elif door == "from home":
        answer = client.post(at_home, {"comment": ""}, follow=True)
    else:
        answer = client.post(
            bulk("publish", [lesson]), {"include_descendants": ""} | with_others, follow=True
        )
    assert STALE in told(
        answer
    ) or "“Lección l1” cambió después de que abriste esta pantalla" in told(answer)
    assert now(lesson).objective == "Distingues dos ideas."
    assert newest(lesson).objective == AGAIN
    assert now(lesson).workflow_in_progress
    assert not Approval.objects.exists()


def test_what_was_typed_in_an_old_screen_stays_there_unsaved(lesson, client, ada, raul):
    old = form_of(newest(lesson), **APPROVE, **opened_now(lesson))
    taken_out_and_sent_again(client, ada, lesson)
    answer = signed_in(client, raul).post(
        url("edit", lesson.pk), old | {"objective": CORRECTED}, follow=True
    )
    assert STALE in told(answer)
    body = html.unescape(answer.content.decode())
    assert CORRECTED in body
    assert f'name="loaded_revision_id" value="{old["loaded_revision_id"]}"' in body
    assert newest(lesson).objective == AGAIN


def test_a_decision_that_does_not_say_what_was_shown_is_refused(lesson, client, raul):
    signed_in(client, raul)
    client.post(
        url("workflow_action", lesson.pk, "approve", now(lesson).current_workflow_task_state.pk)
    )
    client.post(bulk("publish", [lesson]), {"include_descendants": ""})
    client.post(url("edit", lesson.pk), form_of(newest(lesson), **APPROVE))
    assert not Approval.objects.exists()


def test_a_corrected_text_is_kept_and_not_approved_by_who_corrected_it(lesson, client, raul, eva):
    answer = save(client, raul, lesson, objective=CORRECTED, **APPROVE, **opened_now(lesson))
    words = told(answer)
    assert (
        "Cambiaste el texto: tu cambio quedó guardado como borrador, y lo aprueba otra persona."
        in words
    )
    assert "Puede hacerlo Eva Quispe." in words
    assert "Aprobaste" not in words
    assert (now(lesson).objective, newest(lesson).objective) == ("Distingues dos ideas.", CORRECTED)
    assert "Puede hacerlo Eva Quispe." in told(client.get(url("edit", lesson.pk)))
    save(client, eva, lesson, **APPROVE, **opened_now(lesson))
    assert now(lesson).objective == CORRECTED
    assert Approval.objects.get().approver_key == eva.learner_key


def test_a_text_taken_back_in_the_form_is_not_approved_either(lesson, client, raul):
    save(client, raul, lesson, objective="Distingues dos ideas.", **APPROVE, **opened_now(lesson))
    assert not Approval.objects.exists()
    assert now(lesson).workflow_in_progress


def test_home_shows_and_approves_what_another_reviewer_corrected(lesson, client, raul, eva):
    save(client, raul, lesson, objective=CORRECTED, **opened_now(lesson))
    body = signed_in(client, eva).get("/gestion/").content.decode()
    links = [
        html.unescape(link) for link in re.findall(r'data-workflow-action-url="([^"]+)"', body)
    ]
    client.post(next(link for link in links if "/approve/" in link))
    assert now(lesson).objective == CORRECTED


def test_the_dialogs_carry_what_was_shown(lesson, client, raul):
    signed_in(client, raul)
    link = decision_link(lesson, "approve")
    mark = re.search(r'name=\\"shown\\" value=\\"([^\\]+)\\"', client.get(link).content.decode())
    assert mark
    assert html.unescape(mark[1].encode().decode("unicode_escape")) == shown_now(lesson)["shown"][0]
    page = client.get(bulk("publish", [lesson])).content.decode()
    assert html.escape(shown_now(lesson)["shown"][0]) in page


COMMENT = {
    "comments-TOTAL_FORMS": "1", "comments-0-text": "Cita el artículo 8.",
    "comments-0-contentpath": "objective",
    "comments-0-position": "", "comments-0-replies-TOTAL_FORMS": "0",
    "comments-0-replies-INITIAL_FORMS": "0",
    "comments-0-replies-MIN_NUM_FORMS": "0", "comments-0-replies-MAX_NUM_FORMS": "0",
}  # fmt: skip


@pytest.mark.parametrize("beside", [COMMENT, {}], ids=["a comment", "nothing"])
def test_saving_the_same_text_makes_no_writer(lesson, client, raul, beside):
    save(client, raul, lesson, **beside, **opened_now(lesson))
    revision = now(lesson).get_latest_revision()
    assert revision.user == raul
    assert (
        'data-workflow-action-name="approve"' in client.get(url("edit", lesson.pk)).content.decode()
    )
    save(client, raul, lesson, **APPROVE, **opened_now(lesson))
    page = now(lesson)
    assert (page.objective, page.live_revision_id, page.has_unpublished_changes) == (
        SENT,
        revision.pk,
        False,
    )


@pytest.mark.parametrize("decision", [APPROVE, RETURN], ids=["approves", "returns"])
def test_who_commented_on_what_was_shown_decides_on_it(lesson, client, raul, decision):
    shown, task = opened_now(lesson), now(lesson).current_workflow_task_state
    save(client, raul, lesson, **COMMENT, **shown)
    assert opened_now(lesson) != shown
    assert STALE not in told(save(client, raul, lesson, **decision, **shown))
    task.refresh_from_db()
    assert task.finished_by == raul


def test_a_word_besides_the_comment_is_no_comment(lesson, client, raul):
    shown = opened_now(lesson)
    save(client, raul, lesson, **COMMENT | {"objective": CORRECTED}, **shown)
    save(client, raul, lesson, objective=CORRECTED, **APPROVE, **shown)
    assert not Approval.objects.exists()
    assert now(lesson).workflow_in_progress


def test_a_comment_beside_the_words_of_another_decides_nothing(lesson, client, raul, eva):
    shown = opened_now(lesson)
    save(client, eva, lesson, objective=CORRECTED, **shown)
    save(client, raul, lesson, **COMMENT | {"objective": SENT}, **opened_now(lesson))
    assert STALE in told(save(client, raul, lesson, **APPROVE, **shown))
    assert not Approval.objects.exists()


def test_a_writer_who_takes_the_word_back_may_approve_again(lesson, client, raul):
    save(client, raul, lesson, objective=CORRECTED)
    save(client, raul, lesson, objective=SENT)
    save(client, raul, lesson, **APPROVE, **opened_now(lesson))
    assert now(lesson).objective == SENT


def test_where_the_only_reviewer_wrote_a_word_an_operator_has_a_way_out(
    lesson, client, raul, oscar
):
    assert (
        "action-publish"
        not in signed_in(client, oscar).get(url("edit", lesson.pk)).content.decode()
    )
    words = told(save(client, raul, lesson, objective=CORRECTED, **APPROVE, **opened_now(lesson)))
    assert "Hoy nadie más puede: avisa a quien opera el sitio" in words
    assert "action-publish" in signed_in(client, oscar).get(url("edit", lesson.pk)).content.decode()
    asked = save(client, oscar, lesson, **{"action-publish": "action-publish"})
    address = asked.redirect_chain[-1][0]
    client.post(address, {"reason": "Raúl corrigió una palabra y nadie más revisa."})
    page = now(lesson)
    assert (page.objective, page.workflow_in_progress) == (CORRECTED, False)
    assert Approval.objects.get().reason.startswith("Raúl corrigió")


def test_no_way_out_is_open_while_somebody_may_approve(lesson, client, raul, eva, oscar):
    save(client, raul, lesson, objective=CORRECTED)
    body = signed_in(client, oscar).get(url("edit", lesson.pk)).content.decode()
    assert "action-publish" not in body
    RoleGrant.objects.filter(user=eva).update(ends_on=timezone.localdate())
    assert "action-publish" in signed_in(client, oscar).get(url("edit", lesson.pk)).content.decode()


@pytest.mark.parametrize("door", ["in the form", "from home"])
def test_the_comment_of_a_refused_decision_is_kept_for_its_dialog(lesson, client, ada, raul, door):
    in_form = form_of(newest(lesson), **APPROVE, **opened_now(lesson))
    link = decision_link(lesson, "approve")
    taken_out_and_sent_again(client, ada, lesson)
    signed_in(client, raul)
    if door == "in the form":
        more = {"workflow-action-extra-data": '{"comment": "Muy claro."}'}
        answer = client.post(url("edit", lesson.pk), in_form | more, follow=True)
    else:
        answer = client.post(link, {"comment": "Muy claro."}, follow=True)
    assert "Tu comentario no se perdió" in told(answer)
    state = now(lesson).current_workflow_task_state
    dialog = url("collect_workflow_action_data", lesson.pk, "approve", state.pk)
    assert "Muy claro." in client.get(dialog).content.decode()
    client.post(decision_link(lesson, "approve"), {"comment": "Muy claro."})
    state.refresh_from_db()
    assert (state.status, state.comment) == ("approved", "Muy claro.")


PAID_TO_ME = "La multa se paga en efectivo a quien revisa."
HIDDEN = {
    "as the key of a paragraph": ("Dos ideas.", f'Dos ideas. data-block-key="{PAID_TO_ME}"'),
    "as the identifier of a part": ('[{"id": "Dos ideas."}]', f'[{{"id": "{PAID_TO_ME}"}}]'),
}


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("place", ["objective", "body-0-value-heading", "in the prose"])
def test_words_that_look_like_a_mark_of_the_editor_are_words(
    lesson, client, ada, raul, hidden, place
):
    theirs, mine = (
        {"body-0-value-body": RAW_TEXT.replace("Texto nuevo", text.replace('"', '\\"'))}
        if place == "in the prose"
        else {place: text}
        for text in HIDDEN[hidden]
    )
    save(client, ada, lesson, **{"action-cancel-workflow": "action-cancel-workflow"})
    save(client, ada, lesson, **theirs, **{"action-submit": "action-submit"})
    answer = save(client, raul, lesson, **mine, **APPROVE, **opened_now(lesson))
    assert "Cambiaste el texto" in told(answer)
    assert not Approval.objects.exists()
