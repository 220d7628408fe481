"""A question is answered once from the screen, by who may, and the answer arrives as it can."""

import re
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEntry
from courses.loading import ensure_site
from notices.models import Notice
from notices.writing import write_due_letters, write_notices
from privacy.data_map import holdings
from support.answers import AlreadyAnswered, answer
from support.help_requests import ask_for_help, receipt_of, with_people
from support.models import HelpRequest

pytestmark = pytest.mark.django_db
QUEUE, OWN = "/ayuda/pedidos/", "/ayuda/mis-preguntas/"
TEXT = "Tu curso está en «Inicio». Ábrelo desde allí."


@pytest.fixture(autouse=True)
def pages(db):
    """The plain pages of a fresh site."""
    ensure_site()


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def asked_by(person=None, contact="") -> HelpRequest:
    return ask_for_help(
        learner=person and person.learner_key,
        text="No veo mi curso",
        contact=contact,
        now=timezone.now(),
    )


def answered(client, asked, text=TEXT):
    return client.post(f"{QUEUE}{asked.pk}/", {"text": text}, follow=True)


def test_who_has_an_account_reads_it_among_the_notices(client, oscar, lina, mailoutbox):
    asked = asked_by(lina)
    client.force_login(oscar)
    body = text_of(client.get(f"{QUEUE}{asked.pk}/"))
    assert "Tu respuesta queda en sus avisos, y una carta le dice que la lea." in body
    for _ in range(2):
        assert client.post(f"{QUEUE}{asked.pk}/", {"text": TEXT}).status_code == 302
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by_key) == (TEXT, oscar.learner_key)
    assert AuditEntry.objects.filter(action="help_answered").count() == 1
    now = timezone.now()
    write_notices(now)
    write_notices(now)
    notice = Notice.objects.get(kind="help_answered")
    assert (notice.learner, notice.facts) == (lina.learner_key, {})
    write_due_letters(now)
    (letter,) = mailoutbox
    assert letter.to == [lina.email]
    assert OWN in letter.body
    assert "Ábrelo" not in letter.body
    client.force_login(lina)
    assert "Respondimos lo que preguntaste" in text_of(client.get("/avisos/"))
    own = text_of(client.get(OWN))
    assert "Ábrelo desde allí." in own
    assert "Respondida" in own


def test_a_visitor_gets_it_by_letter_and_at_the_page_of_the_number(client, oscar, mailoutbox):
    asked = asked_by(contact="Rosa <rosa@example.pe>")
    client.force_login(oscar)
    assert "por carta a rosa@example.pe." in text_of(client.get(f"{QUEUE}{asked.pk}/"))
    assert "Le llega por carta." in text_of(answered(client, asked))
    (letter,) = mailoutbox
    assert letter.to == ["rosa@example.pe"]
    assert TEXT in letter.body
    assert "Ábrelo desde allí." in letter.alternatives[0][0]
    assert letter.subject == f"Respuesta a tu pedido A-{asked.pk}"
    client.logout()
    address = re.search(r"/ayuda/recibido/\S+", letter.body)[0]
    assert "Ábrelo desde allí." in text_of(client.get(address))
    entry = AuditEntry.objects.get(action="help_answered")
    assert (entry.object_type, entry.object_key) == ("help_request", str(asked.pk))


@pytest.mark.parametrize(
    ("has_account", "contact", "told"),
    [
        (False, "999 888 777", "llama al número que dejó, y escribe aquí lo que le dijiste"),
        (True, "999 888 777", "llama al número que dejó. Escribe aquí lo que le dijiste"),
        (True, "", "lee tu respuesta en sus avisos cuando ingrese"),
        (False, "", "solo si guardó la página de su número"),
    ],
)
def test_without_e_mail_it_says_how_to_reach_the_person(
    client, oscar, lina, mailoutbox, has_account, contact, told
):
    lina.email = ""
    lina.save()
    asked = asked_by(lina if has_account else None, contact)
    client.force_login(oscar)
    assert told in text_of(client.get(f"{QUEUE}{asked.pk}/"))
    answered(client, asked)
    write_notices(timezone.now())
    write_due_letters(timezone.now())
    assert not mailoutbox
    assert Notice.objects.filter(kind="help_answered").exists() is has_account
    client.logout()
    assert "Ábrelo" in text_of(client.get(f"/ayuda/recibido/{receipt_of(asked)}/"))


def test_where_no_letter_leaves_somebody_writes(client, oscar, settings, mailoutbox):
    settings.LETTER_BACKEND = "django.core.mail.backends.console.EmailBackend"
    asked = asked_by(contact="rosa@example.pe")
    client.force_login(oscar)
    assert "escríbele tú a rosa@example.pe" in text_of(client.get(f"{QUEUE}{asked.pk}/"))
    assert "escríbele ahora" in text_of(answered(client, asked))
    assert not mailoutbox


def test_the_email_of_an_account_is_one_to_write_to(client, oscar, omar, settings):
    settings.LETTER_BACKEND = "django.core.mail.backends.console.EmailBackend"
    client.force_login(oscar)
    page = text_of(client.get(f"{QUEUE}{asked_by(omar).pk}/"))
    assert f"escríbele tú a {omar.email}" in page
    assert "No tiene correo" not in page


def test_an_address_apart_gets_the_letter_itself_its_own_is_told_once(
    client, oscar, lina, mailoutbox
):
    client.force_login(oscar)
    answered(client, asked_by(lina, contact=lina.email.upper()))
    assert not mailoutbox
    answered(client, asked_by(lina, contact="otra@example.pe"))
    assert [letter.to for letter in mailoutbox] == [["otra@example.pe"]]


def test_only_what_was_handed_on_is_read_by_who_coordinates(client, oscar, nora, max_, omar):
    asked = asked_by(omar)
    address = f"{QUEUE}{asked.pk}/"
    client.force_login(nora)
    assert client.get(address).status_code == 404
    assert "No veo mi curso" not in text_of(client.get(QUEUE))
    assert client.post(f"{address}pasar/").status_code == 404
    client.force_login(oscar)
    page = text_of(client.get(address))
    assert "Pásalo a quien coordina" in page
    assert "Nora Quispe" in page
    for _ in range(2):
        client.post(f"{address}pasar/")
    assert AuditEntry.objects.filter(action="help_handed_on").count() == 1
    assert "Lo tiene quien coordina" in text_of(client.get(QUEUE))
    client.force_login(max_)
    assert client.get(address).status_code == 404
    assert client.post(address, {"text": TEXT}).status_code == 404
    client.force_login(nora)
    assert "No veo mi curso" in text_of(client.get(QUEUE))
    assert "Pásalo" not in text_of(client.get(address))
    answered(client, asked)
    asked.refresh_from_db()
    assert asked.answered_by_key == nora.learner_key
    past = text_of(client.get(f"{QUEUE}?estado=respondidos"))
    assert f"A-{asked.pk}" in past


def test_where_nobody_coordinates_it_stays(client, oscar, omar, lina):
    client.force_login(oscar)
    for asked in (asked_by(omar), asked_by()):
        assert "Pásalo" not in text_of(client.get(f"{QUEUE}{asked.pk}/"))
        page = client.post(f"{QUEUE}{asked.pk}/pasar/", follow=True)
        assert "Nadie coordina donde trabaja" in text_of(page)
    assert not HelpRequest.objects.exclude(handed_at=None).exists()


def test_the_first_answer_counts(client, oscar, person, lina, mailoutbox):
    ines = person("Ines", role="operator", national=True)
    asked = with_people([asked_by(contact="rosa@example.pe")])[0]
    answer(asked=asked, text=TEXT, actor=oscar, now=timezone.now())
    with pytest.raises(AlreadyAnswered):
        answer(asked=asked, text="Otra", actor=ines, now=timezone.now())
    client.force_login(ines)
    told = text_of(answered(client, asked.request, "Una respuesta larga"))
    assert "Lo que escribiste no se envió" in told
    assert "Una respuesta larga" in told
    assert "Tu respuesta y tu nombre quedan en el historial" not in told
    assert "Ese pedido ya estaba respondido. No cambiamos nada." in told
    assert "Ábrelo desde allí." in told
    assert len(mailoutbox) == 1


def test_an_answer_needs_words_and_no_document(client, oscar):
    asked = asked_by()
    client.force_login(oscar)
    assert "Escribe la respuesta" in text_of(answered(client, asked, " "))
    page = answered(client, asked, "Tu DNI es 45678913")
    assert "Parece que escribiste el número de un documento." in text_of(page)
    assert page.context["form"]["text"].value() == "Tu DNI es 45678913"
    asked.refresh_from_db()
    assert asked.answered_at is None


@pytest.mark.parametrize("who", ["lina", "ada"])
def test_others_do_not_read_questions(client, who, request):
    asked = asked_by()
    client.force_login(request.getfixturevalue(who))
    assert client.get(QUEUE).status_code == 404
    assert client.get(f"{QUEUE}{asked.pk}/").status_code == 404


def test_each_look_at_a_persons_question_leaves_a_line(client, oscar, lina):
    asked = asked_by(lina)
    client.force_login(oscar)
    client.get(f"{QUEUE}{asked.pk}/")
    entry = AuditEntry.objects.get(action="help_request_seen")
    assert (entry.actor_key, entry.object_key) == (oscar.learner_key, str(lina.learner_key))


def test_the_copy_of_ones_data_holds_the_answer(client, oscar, lina):
    client.force_login(oscar)
    answered(client, asked_by(lina))
    (holding,) = [each for each in holdings() if each.name == "help_requests"]
    assert [row["answer"] for row in holding.rows(lina)] == [TEXT]


def test_the_database_is_the_last_guard():
    for broken in ({"answer": "Hola"}, {"handed_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            HelpRequest.objects.create(uuid=uuid4(), text="x", asked_at=timezone.now(), **broken)
