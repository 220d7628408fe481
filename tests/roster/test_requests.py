"""A learner asks, the right person decides once and with a reason, and the learner is told."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.limits import PEOPLE_CORRECTED
from accounts.models import ReasonedAct
from accounts.services import BeyondTheCeiling, create_person
from audit.models import AuditEntry
from notices.models import Notice
from notices.writing import write_notices
from privacy.data_map import holdings
from quizzes.models import Accommodation
from quizzes.services import NeedsNoAttempt
from roster.models import Request
from roster.permissions import requests_visible_to
from roster.requests import AlreadyAsked, AlreadyDecided, ask, decide, forget_requests, withdraw
from tests.roster import test_given_attempts as given
from tests.roster.test_files import text_of

pytestmark = pytest.mark.django_db
quiz, enrolment = given.quiz, given.enrolment
QUEUE, OWN = "/personas/pedidos/", "/mi-aprendizaje/pedidos/"
WHY = "Hubo un corte de luz en el distrito"


@pytest.fixture
def stuck(enrolment, quiz):
    """Ñusta used her only attempt up, and did not pass."""
    given.try_once(enrolment, quiz, right=0)
    return given.choice(enrolment, quiz)


def asked_by(person, kind=Request.Kind.CORRECTION, words="Falta mi segundo apellido"):
    return ask(person=person, kind=kind, words=words, uuid=uuid4(), now=timezone.now())


def sent_attempt(client, stuck, **more):
    data = {"quiz": stuck, "words": "Se cortó la luz", "uuid": str(uuid4()), **more}
    return client.post(reverse("roster:ask", args=["intento"]), data)


def grant(request, person, actor, decision=Request.State.GRANTED):
    decide(
        request=request,
        person=person,
        decision=decision,
        reason=WHY,
        actor=actor,
        now=timezone.now(),
    )


def test_the_only_quiz_to_ask_about_is_marked_already(client, nusta, stuck):
    client.force_login(nusta)
    form = client.get(reverse("roster:ask", args=["intento"])).context["form"]
    assert form["quiz"].value() == stuck
    refused = sent_attempt(client, "", words="")
    assert refused.context["form"]["quiz"].value() == ""


def test_a_learner_asks_and_gets_an_attempt(client, nora, nusta, enrolment, quiz, stuck, course):
    client.force_login(nusta)
    page = client.get(f"/cursos/{course.slug}/{quiz.module_slug}/{quiz.slug}/").content.decode()
    link = f"{reverse('roster:ask', args=['intento'])}?cuestionario={stuck}"
    assert link in page
    assert "checked" in client.get(link).content.decode()
    assert sent_attempt(client, stuck)["Location"] == OWN
    own = client.get(OWN).content.decode()
    assert "En espera" in own
    assert quiz.title in own
    request = Request.objects.get()

    client.force_login(nora)
    queue = client.get(QUEUE).content.decode()
    assert str(nusta) in " ".join(queue.split()).replace("&#x27;", "'")
    address = f"{QUEUE}{request.uuid}/"
    assert "Se cortó la luz" in client.get(address).content.decode()
    for _ in range(2):
        client.post(address, {"decision": "granted", "reason": WHY})
    assert given.standing(enrolment, quiz).left == 1
    assert ReasonedAct.objects.filter(action="attempt_given", reason=WHY).count() == 1
    assert Accommodation.objects.count() == 1

    client.force_login(nusta)
    own = client.get(OWN).content.decode()
    assert "Aceptado" in own
    assert WHY in own


def test_sent_twice_it_is_one(client, nusta, stuck):
    client.force_login(nusta)
    uuid = str(uuid4())
    assert sent_attempt(client, stuck, uuid=uuid).status_code == 302
    assert sent_attempt(client, stuck, uuid=uuid).status_code == 302
    again = sent_attempt(client, stuck)
    assert "Ya pediste lo mismo" in again.content.decode()
    assert "Se cortó la luz" in again.content.decode()
    assert Request.objects.count() == 1


def test_the_identifier_of_another_takes_nothing(nusta, lina):
    first = asked_by(nusta)
    second = ask(
        person=lina,
        kind=Request.Kind.OTHER,
        words="Otra cosa",
        uuid=first.uuid,
        now=timezone.now(),
    )
    assert second.uuid != first.uuid
    assert Request.objects.count() == 2


def test_the_database_holds_one_that_waits(nusta):
    first = asked_by(nusta)
    with pytest.raises(AlreadyAsked):
        asked_by(nusta, words="Otra vez")
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.create(
            learner=nusta.learner_key, kind=first.kind, words="x", asked_at=timezone.now()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=first.pk).update(state=Request.State.DECLINED)


def test_where_one_asks_it_says_that_one_asked(client, nusta, quiz, stuck, course):
    client.force_login(nusta)
    address = f"/cursos/{course.slug}/{quiz.module_slug}/{quiz.slug}/"
    sent_attempt(client, stuck)
    page = client.get(address).content.decode()
    assert "Pediste un intento más el" in page
    assert f'href="{OWN}"' in page
    assert "cuestionario=" not in page
    withdraw(person=nusta, uuid=Request.objects.get().uuid, now=timezone.now())
    assert f"cuestionario={stuck}" in client.get(address).content.decode()


def test_a_quiz_that_can_be_tried_is_not_asked_for(client, nusta, enrolment, quiz):
    client.force_login(nusta)
    page = sent_attempt(client, given.choice(enrolment, quiz)).content.decode()
    assert "Elige un cuestionario que hoy no puedes intentar." in page
    assert not Request.objects.exists()


def test_the_quiz_of_another_is_not_asked_for(client, lina, stuck):
    client.force_login(lina)
    sent_attempt(client, stuck)
    assert not Request.objects.exists()


def test_a_document_number_is_asked_about(client, nusta):
    client.force_login(nusta)
    address = reverse("roster:ask", args=["correccion"])
    data = {"words": "Mi DNI es 40123678", "uuid": str(uuid4())}
    assert "número de un documento" in client.post(address, data).content.decode()
    assert not Request.objects.exists()


def test_only_its_owner_withdraws_it(client, nusta, lina, nora):
    request = asked_by(nusta)
    address = reverse("roster:withdraw", args=[request.uuid])
    client.force_login(lina)
    assert client.post(address).status_code == 404
    client.force_login(nusta)
    for _ in range(2):
        assert client.post(address).status_code == 302
    request.refresh_from_db()
    assert request.state == Request.State.WITHDRAWN
    with pytest.raises(AlreadyDecided):
        grant(request, nusta, nora)
    asked_by(nusta)


def test_outside_the_scope_there_is_nothing(client, nusta, max_, nora):
    request = asked_by(nusta)
    client.force_login(max_)
    assert client.get(f"{QUEUE}{request.uuid}/").status_code == 404
    answer = client.post(f"{QUEUE}{request.uuid}/", {"decision": "granted", "reason": WHY})
    assert answer.status_code == 404
    client.post(QUEUE, {"asked": [str(request.uuid)], "decision": "granted", "reason": WHY})
    with pytest.raises(BeyondTheCeiling):
        grant(request, nusta, max_)
    request.refresh_from_db()
    assert request.is_pending


def test_who_serves_nowhere_is_for_operators_of_the_nation(nora, oscar):
    alone = create_person(
        first_name="Sola", last_name="Mamani", email="sola@demo.example", now=timezone.now()
    )
    request = asked_by(alone)
    assert request not in requests_visible_to(nora)
    assert request in requests_visible_to(oscar)


def test_nobody_decides_their_own(client, nora, oscar):
    request = asked_by(nora)
    client.force_login(nora)
    assert client.get(f"{QUEUE}{request.uuid}/").status_code == 404
    assert request in requests_visible_to(oscar)


def test_two_decide_and_the_first_holds(nora, oscar, nusta):
    request = asked_by(nusta)
    grant(request, nusta, nora)
    grant(request, nusta, nora)
    with pytest.raises(AlreadyDecided):
        grant(request, nusta, oscar, Request.State.DECLINED)
    with pytest.raises(AlreadyDecided):
        grant(request, nusta, nora, Request.State.DECLINED)
    assert AuditEntry.objects.filter(action="request_granted").count() == 1


def test_what_was_written_for_an_answered_request_is_shown(client, nora, oscar, nusta):
    request = asked_by(nusta)
    client.force_login(nora)
    grant(request, nusta, oscar)
    sent = {"decision": "declined", "reason": "Tu resolución no dice eso: tráela otra vez"}
    page = text_of(client.post(f"/personas/pedidos/{request.uuid}/", sent))
    assert "Ese pedido ya tiene respuesta, o lo retiraron." in page
    assert "Lo que escribiste no se envió" in page
    assert sent["reason"] in page
    assert "Tu respuesta y tu nombre quedan" not in page


def test_a_role_that_was_lost_decides_nothing(client, nora, nusta):
    request = asked_by(nusta)
    client.force_login(nora)
    assert client.get(f"{QUEUE}{request.uuid}/").status_code == 200
    nora.grants.update(starts_on=timezone.localdate() - timedelta(days=9))
    nora.grants.update(ends_on=timezone.localdate())
    answer = client.post(f"{QUEUE}{request.uuid}/", {"decision": "declined", "reason": WHY})
    assert answer.status_code == 404
    request.refresh_from_db()
    assert request.is_pending


def test_it_is_never_decided_without_a_reason(client, nora, nusta):
    request = asked_by(nusta)
    client.force_login(nora)
    page = client.post(f"{QUEUE}{request.uuid}/", {"decision": "granted", "reason": " "})
    assert "Escribe por qué" in page.content.decode()
    request.refresh_from_db()
    assert request.is_pending


def test_an_attempt_that_is_not_needed_any_more_is_not_given(client, nora, nusta, stuck, quiz):
    client.force_login(nusta)
    sent_attempt(client, stuck)
    request = Request.objects.get()
    client.force_login(nora)
    given.send(client, nusta, "intento", quiz=stuck)
    with pytest.raises(NeedsNoAttempt):
        grant(request, nusta, nora)
    page = client.post(f"{QUEUE}{request.uuid}/", {"decision": "granted", "reason": WHY})
    assert "Ya puede empezar un intento" in page.content.decode()
    request.refresh_from_db()
    assert request.is_pending
    assert Accommodation.objects.count() == 1
    client.post(f"{QUEUE}{request.uuid}/", {"decision": "declined", "reason": "Ya tienes uno"})
    request.refresh_from_db()
    assert request.state == Request.State.DECLINED


def test_several_are_answered_at_once(client, nora, nusta, enrolment, quiz, stuck):
    client.force_login(nusta)
    sent_attempt(client, stuck)
    other = asked_by(nusta)
    marked = [str(Request.objects.get(kind="attempt").uuid)]
    client.force_login(nora)
    none = client.post(QUEUE, {"decision": "granted", "reason": WHY}).content.decode()
    assert "Marca al menos un pedido." in none
    kept = client.post(QUEUE, {"asked": marked, "decision": "granted"}).content.decode()
    assert f'value="{marked[0]}" checked' in " ".join(kept.split())
    for _ in range(2):
        answer = client.post(QUEUE, {"asked": marked, "decision": "granted", "reason": WHY})
        assert answer["Location"] == QUEUE
    assert given.standing(enrolment, quiz).left == 1
    other.refresh_from_db()
    assert other.is_pending


def test_many_answers_wait_an_hour_and_say_so_to_programs(client, nora, nusta, stuck, allow):
    allow(PEOPLE_CORRECTED, 0)
    client.force_login(nusta)
    sent_attempt(client, stuck)
    client.force_login(nora)
    form = {
        "asked": [str(Request.objects.get().uuid)],
        "decision": "declined",
        "reason": WHY,
    }
    answer = client.post(QUEUE, form)
    assert answer.status_code == 429
    assert "Hiciste muchos cambios seguidos." in answer.content.decode()
    assert WHY in answer.content.decode()
    assert Request.objects.get().is_pending


def test_the_answer_is_told_once(client, nora, nusta):
    now = timezone.now()
    write_notices(now - timedelta(days=2))
    grant(asked_by(nusta), nusta, nora)
    for minutes in (1, 2, 20):
        write_notices(timezone.now() + timedelta(minutes=minutes))
    notice = Notice.objects.get(kind="request_decided")
    assert notice.learner == nusta.learner_key
    client.force_login(nusta)
    assert "Tu pedido tiene respuesta" in client.get("/avisos/").content.decode()


def test_erasure_and_time_take_it_away(nora, nusta):
    grant(asked_by(nusta), nusta, nora)
    waiting = asked_by(nusta)
    assert forget_requests(timezone.now() - timedelta(days=365)) == 0
    assert forget_requests(timezone.now() + timedelta(days=1)) == 1
    assert Request.objects.get() == waiting
    held = next(holding for holding in holdings() if holding.name == "requests")
    assert [row["words"] for row in held.rows(nusta)] == [waiting.words]
    held.erase(nusta.learner_key)
    assert not Request.objects.exists()


def test_it_is_not_withdrawn_after_the_answer(nora, nusta):
    request = asked_by(nusta)
    grant(request, nusta, nora)
    assert not withdraw(person=nusta, uuid=request.uuid, now=timezone.now())


def test_who_asks_reads_who_answers(client, omar, nora):
    client.force_login(omar)
    address = reverse("roster:ask", args=["correccion"])
    assert "Nora Quispe" in client.get(address).content.decode()
    assert "Nora Quispe" not in client.get(OWN).content.decode()
    asked_by(omar)
    assert "Nora Quispe" in client.get(OWN).content.decode()


def test_where_nobody_coordinates_an_operator_answers(client, omar, oscar):
    client.force_login(omar)
    told = "Hoy nadie coordina la capacitación donde trabajas: lo lee una persona operadora"
    assert told in client.get(reverse("roster:ask", args=["correccion"])).content.decode()
    assert requests_visible_to(oscar).filter(pk=asked_by(omar).pk).exists()


def test_who_coordinates_reads_that_somebody_else_answers(client, nora, oscar):
    client.force_login(nora)
    page = client.get(reverse("roster:ask", args=["correccion"])).content.decode()
    assert "lo lee una persona operadora" in page
    assert "nadie coordina" not in page


def test_who_has_no_post_reads_that_and_where_to_choose_one(client, person, oscar):
    ana = person("Ana")
    client.force_login(ana)
    asked_by(ana)
    for address in (reverse("roster:ask", args=["correccion"]), OWN):
        page = client.get(address).content.decode()
        assert "Tu cuenta no tiene entidad: lo lee una persona operadora" in page
        assert reverse("accounts:change_institution") in page
        assert "donde trabajas" not in page
    assert requests_visible_to(oscar).filter(learner=ana.learner_key).exists()
