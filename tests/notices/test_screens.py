"""The screens of notices and letters, as people see them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from post_office.models import STATUS, Email

from audit.models import AuditEntry
from courses.editions import outline_of
from learning.services import complete_activity, enrol_learner
from notices.choosing import mute
from notices.kinds import kinds
from notices.models import Letter, MailServer, MutedKind, Notice
from notices.services import send_due_letters
from notices.writing import write_due_letters, write_notices
from tests.notices.mail_server import text_of

pytestmark = pytest.mark.django_db


def shown(page) -> str:
    """Return what a page says, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


@pytest.fixture
def inside(client, lina):
    client.force_login(lina)
    return client


def notice(person, kind="enrolled", **facts):
    return Notice.objects.create(
        learner=person.learner_key,
        kind=kind,
        cause=str(Notice.objects.count()),
        facts={"course": "Migración"} | facts,
        happened_at=timezone.now(),
    )


@pytest.fixture
def unbegun(course, lina):
    enrolment = enrol_learner(
        user=lina, course=course, received_at=timezone.now() - timedelta(days=8)
    )
    return notice(lina, "unbegun", enrolment=str(enrolment.uuid))


def test_nothing_to_read(inside):
    assert "Estás al día" in shown(inside.get("/avisos/"))


def test_nobody_is_up_to_date_with_an_unread_notice(inside, lina):
    notice(lina)
    assert "Estás al día" not in shown(inside.get("/avisos/"))
    page = inside.post("/avisos/leidos/", follow=True)
    assert "Estás al día: leíste todos tus avisos." in shown(page)


def test_home_says_of_what_one_is_up_to_date(inside, lina, course):
    enrolment = enrol_learner(user=lina, course=course, received_at=timezone.now())
    for activity in outline_of(course.latest_edition_id).required:
        complete_activity(
            enrolment_id=enrolment.pk,
            learner=lina.learner_key,
            activity_key=activity.key,
            uuid=uuid4(),
            received_at=timezone.now(),
        )
    notice(lina)
    page = shown(inside.get("/mi-aprendizaje/"))
    assert "Terminaste todo lo que empezaste." in page
    assert "al día" not in page


def test_what_waits_stands_first_and_what_is_told_below(inside, lina, unbegun):
    notice(lina)
    page = shown(inside.get("/avisos/"))
    order = ["Requiere acción", "Todavía no empiezas «Migración»", "Informativo", "Ve a tu curso"]
    places = [page.index(text) for text in order]
    assert places == sorted(places)


def test_a_reminder_that_was_read_waits_no_more(inside, unbegun):
    page = inside.post(f"/avisos/{unbegun.pk}/leido/", follow=True)
    assert "Requiere acción" not in shown(page)
    assert "Estás al día" in shown(page)


def test_a_reminder_that_is_no_longer_true_waits_no_more(inside, unbegun):
    unbegun.facts["enrolment"] = str(uuid4())
    unbegun.save()
    assert "Requiere acción" not in shown(inside.get("/avisos/"))


def test_all_are_read_at_once_and_nobody_elses(inside, lina, omar):
    notice(lina), notice(lina), notice(omar)
    page = shown(inside.post("/avisos/leidos/", follow=True))
    assert "Nuevo" not in page
    assert Notice.objects.filter(read_at=None).count() == 1
    other = Notice.objects.get(read_at=None)
    assert inside.post(f"/avisos/{other.pk}/leido/").status_code == 404


def test_reminders_may_be_switched_off_and_account_letters_not(inside, lina):
    page = inside.get("/avisos/correos/").content.decode()
    for name in ("account_made", "name_corrected", "certificate_ready"):
        assert re.search(rf'value="{name}"\s+checked\s+disabled', page), name
    page = inside.post("/avisos/correos/", {"correo": ["enrolled"]}, follow=True)
    assert "Guardamos qué correos quieres." in shown(page)
    muted = MutedKind.objects.filter(learner=lina.learner_key)
    assert set(muted.values_list("kind", flat=True)) == {"unbegun", "stalled"}
    inside.post("/avisos/correos/", {"correo": ["enrolled"]})
    assert AuditEntry.objects.filter(action="letters_chosen").count() == 1


def test_what_was_stopped_while_the_choices_were_open_stays_stopped(inside, lina):
    page = inside.get("/avisos/correos/").content.decode()
    on = re.findall(r'name="mostrado" value="(\w+)"', page)
    assert "stalled" in on
    mute(learner=lina.learner_key, kind=kinds()["stalled"], now=timezone.now())
    inside.post("/avisos/correos/", {"correo": ["enrolled", "stalled"], "mostrado": on})
    muted = MutedKind.objects.filter(learner=lina.learner_key)
    assert set(muted.values_list("kind", flat=True)) == {"unbegun", "stalled"}


def test_the_letter_of_a_reminder_stops_reminders(client, lina, unbegun, mailbox, clock, settings):
    Notice.objects.update(letter_due_at=clock())
    write_due_letters(clock())
    send_due_letters(clock)
    (letter,) = mailbox.letters
    link = re.search(r"recordatorios: (\S+)", text_of(letter))[1].removeprefix(settings.BASE_URL)
    page = client.get(link)  # a scanner of mail
    assert "Deja de recibir recordatorios" in shown(page)
    assert not MutedKind.objects.exists()
    for _ in range(2):
        assert "Ya no recibirás recordatorios" in shown(client.post(link))
    assert MutedKind.objects.filter(learner=lina.learner_key).count() == 2
    assert client.get(link[:-3] + "xx/").status_code == 404


def test_the_link_of_a_person_who_is_gone_says_the_same(client, lina, unbegun, mailbox, clock):
    Notice.objects.update(letter_due_at=clock())
    write_due_letters(clock())
    link = re.search(r"(/avisos/sin-recordatorios/\S+)", Email.objects.get().message)[1]
    lina.delete()
    assert "Ya no recibirás recordatorios" in shown(client.post(link))
    assert not MutedKind.objects.exists()


class TestOfOperators:
    @pytest.fixture
    def failed(self, write, mailbox, work):
        mailbox.always = "550 5.1.1 <ana@example.pe> nobody here"
        write(subject="Tu cuenta")
        work()
        mailbox.always = ""
        return Letter.objects.get()

    @pytest.fixture
    def operator(self, client, oscar):
        client.force_login(oscar)
        return client

    @pytest.mark.parametrize("is_night", [True, False])
    def test_it_says_why_letters_wait_at_night(
        self, operator, mailbox, write, monkeypatch, is_night
    ):
        write(subject="Tu curso")
        monkeypatch.setattr("notices.views.is_quiet", lambda now: is_night)
        page = shown(operator.get("/cartas/"))
        assert ("Las demás salen desde las 7." in page) is is_night

    def test_a_failed_letter_shows_what_was_answered_and_no_address(self, operator, failed):
        page = shown(operator.get("/cartas/"))
        assert "Tu cuenta" in page
        assert "550 5.1.1 … nobody here" in page
        assert "a…@example.pe" in page
        assert "ana@example.pe" not in page

    def test_it_is_sent_again_once(self, operator, failed, mailbox, clock):
        address = f"/cartas/{failed.pk}/otra-vez/"
        assert "espera su turno otra vez" in shown(operator.post(address, follow=True))
        assert "ya espera" in shown(operator.post(address, follow=True))
        assert send_due_letters(clock) == 1
        assert AuditEntry.objects.filter(action="letter_sent_again").count() == 1
        assert operator.post("/cartas/999999/otra-vez/").status_code == 404

    def test_all_are_sent_again(self, operator, failed, mailbox, write, work, clock):
        mailbox.always = "550 no"
        write()
        work()
        mailbox.always = ""
        page = shown(operator.post("/cartas/otra-vez/", follow=True))
        assert "2 cartas esperan su turno otra vez." in page
        assert send_due_letters(clock) == 2

    def test_a_letter_whose_link_is_gone_is_not_offered(self, operator, failed):
        Email.objects.update(message="")
        page = operator.get("/cartas/")
        assert "La persona puede pedir otro" in shown(page)
        assert f"/cartas/{failed.pk}/otra-vez/" not in page.content.decode()
        operator.post(f"/cartas/{failed.pk}/otra-vez/")
        assert Email.objects.get().status == STATUS.failed

    def test_a_server_that_is_away_is_told(self, operator, queued):
        MailServer.objects.create(
            pk=1, away_since=timezone.now(), failed_count=3, why="Connection refused"
        )
        page = shown(operator.get("/cartas/"))
        assert "no toma cartas desde" in page
        assert "Connection refused" in page


def test_a_whole_day_is_told_by_the_due_jobs(course, lina, inside):
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    write_notices(timezone.now())
    assert "Te inscribiste en" in shown(inside.get("/avisos/"))
