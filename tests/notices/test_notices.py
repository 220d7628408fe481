"""People are told once of what happened, in the list of notices and by a letter that may wait; the
acts themselves pay nothing for it.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from post_office.models import Email

from accounts.services import correct_person, register_person
from certificates.models import Certificate
from certificates.replacing import replace_certificate
from certificates.services import number_waiting_certificates
from courses.editions import outline_of
from learning.services import complete_activity, enrol_learner
from notices.choosing import mute
from notices.journals import journals, recurrences
from notices.kinds import kinds
from notices.models import JournalPosition, Letter, MutedKind, Notice
from notices.services import send_due_letters
from notices.writing import write_due_letters, write_notices
from tests.notices.mail_server import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell(clock, mailbox):
    """Do what the worker does with notices and letters at the time of the clock."""

    def act():
        write_notices(clock())
        write_due_letters(clock())
        return send_due_letters(clock)

    return act


@pytest.fixture(autouse=True)
def first_look(clock):
    """The site knows notices for a while already."""
    write_notices(clock() - timedelta(days=2))
    Notice.objects.all().delete()


def enrol(person, course, now):
    return enrol_learner(user=person, course=course, received_at=now)


def read_lesson(enrolment, now, number=0):
    activity = outline_of(enrolment.course.latest_edition_id).activities[number]
    complete_activity(
        enrolment_id=enrolment.pk,
        learner=enrolment.learner,
        activity_key=activity.key,
        uuid=uuid4(),
        received_at=now,
    )


def told(person):
    rows = Notice.objects.filter(learner=person.learner_key).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def test_an_enrolment_is_told_once(course, lina, clock, tell, mailbox):
    enrol(lina, course, clock())
    assert tell() == 1
    for _ in range(3):
        clock.go_on(minutes=7)
        assert tell() == 0
    assert told(lina) == ["enrolled"]
    (letter,) = mailbox.letters
    title = outline_of(course.latest_edition_id).title
    assert letter["Subject"] == f"Te inscribiste en «{title}»"
    assert "/mi-aprendizaje/" in text_of(letter)
    html = letter.get_body(("html",)).get_content()
    assert "<a href=" in html
    for text in (text_of(letter), html):
        assert "Lina" not in text


def test_a_row_that_is_committed_late_is_told(course, lina, omar, clock, tell):
    enrol(omar, course, clock())
    tell()
    position = JournalPosition.objects.get(name="enrolments").number
    # A transaction that took its number before, and committed afterwards.
    late = enrol(lina, course, clock()).statements.get()
    assert late.pk > position
    clock.go_on(minutes=1)
    tell()
    assert told(lina) == ["enrolled"]


def test_an_enrolment_costs_no_statement_for_its_notice(course, lina, clock):
    enrol(lina, course, clock())
    assert not Notice.objects.exists()


def test_a_certificate_is_told_when_it_has_its_number(course, lina, clock, tell, mailbox):
    enrolment = enrol(lina, course, clock())
    for number in range(len(outline_of(course.latest_edition_id).activities)):
        read_lesson(enrolment, clock(), number)
    tell()
    assert told(lina) == ["enrolled"]
    number_waiting_certificates(now=clock())
    tell()
    tell()
    assert told(lina) == ["enrolled", "certificate_ready"]
    letter = mailbox.letters[-1]
    assert "/certificados/" in text_of(letter)
    assert letter["Subject"].endswith("está listo")


@pytest.fixture
def tell_for_good(clock, django_capture_on_commit_callbacks):
    """Do what the worker does with notices; what it remembers is what was stored."""

    def act():
        with django_capture_on_commit_callbacks(execute=True):
            return write_notices(clock())

    return act


def test_a_minute_without_news_reads_no_row(
    course, lina, omar, clock, tell_for_good, django_assert_max_num_queries
):
    enrol(omar, course, clock())
    enrol(lina, course, clock())
    tell_for_good()
    clock.go_on(minutes=1)
    # Where a journal stands, what follows, and which day was asked last.
    with django_assert_max_num_queries(2 * len(journals()) + len(recurrences())):
        assert tell_for_good() == 0


def test_what_came_while_nobody_looked_is_told_once_its_neighbours_are_settled(
    course, lina, omar, clock, tell_for_good
):
    enrol(omar, course, clock())
    tell_for_good()
    clock.go_on(minutes=11)
    enrol(lina, course, clock())
    assert tell_for_good() == 1
    clock.go_on(minutes=1)
    assert tell_for_good() == 0
    assert told(omar) == told(lina) == ["enrolled"]


def test_a_certificate_that_takes_the_place_of_another_is_told_at_once(
    course, lina, oscar, clock, tell_for_good
):
    enrolment = enrol(lina, course, clock())
    for number in range(len(outline_of(course.latest_edition_id).activities)):
        read_lesson(enrolment, clock(), number)
    number_waiting_certificates(now=clock())
    tell_for_good()
    lina.first_name = "Adelina"
    lina.save()
    replace_certificate(certificate=Certificate.objects.get(), actor=oscar, now=clock())
    number_waiting_certificates(now=clock())
    clock.go_on(minutes=1)
    tell_for_good()
    assert told(lina).count("certificate_ready") == 2


def test_a_new_account_and_a_corrected_name_are_told(clock, tell, mailbox):
    user = register_person(
        first_name="Ñusta", last_name="Q'orianka", email="nusta@example.pe",
        document_type="dni", document_number="40123678", organisation=None, post="",
        password="tres palabras juntas", privacy_notice_version="1", now=clock(),
    )  # fmt: skip
    correct_person(user=user, first_name="Ñusta", last_name="Quispe", post="", now=clock())
    tell()
    assert told(user) == ["account_made", "name_corrected"]
    for letter in mailbox.letters:
        assert letter["To"] == "nusta@example.pe"
        for fact in ("Ñusta", "Quispe", "Q'orianka", "40123678"):
            assert fact not in text_of(letter)


def test_who_has_no_email_is_told_of_none(client, clock, tell):
    user = register_person(
        first_name="Yusmary", last_name="Colmenares", email="", document_type="ce",
        document_number="001234568", organisation=None, post="", password="tres palabras juntas",
        privacy_notice_version="1", now=clock(),
    )  # fmt: skip
    tell()
    client.force_login(user)
    page = client.get("/avisos/").content.decode()
    assert "Se creó una cuenta de Puriq para ti." in page
    assert "con este correo" not in page


def test_nothing_that_may_wait_leaves_at_night(course, lina, clock, tell, mailbox):
    clock.go_on(hours=9)  # nine in the evening
    enrol(lina, course, clock())
    assert tell() == 0
    assert told(lina) == ["enrolled"]  # in the list it stands at once
    clock.go_on(hours=9, minutes=59)
    assert tell() == 0
    clock.go_on(minutes=1)
    assert tell() == 1


def test_who_did_not_begin_is_reminded_once(course, lina, clock, tell, mailbox):
    enrol(lina, course, clock())
    tell()
    clock.go_on(days=6)
    tell()
    assert told(lina) == ["enrolled"]
    for _ in range(20):
        clock.go_on(days=1)
        tell()
    assert told(lina) == ["enrolled", "unbegun"]
    assert len(mailbox.letters) == 2


def test_who_stopped_is_reminded_for_each_stop(course, lina, clock, tell, mailbox):
    enrolment = enrol(lina, course, clock())
    read_lesson(enrolment, clock())
    for _ in range(20):
        clock.go_on(days=1)
        tell()
    assert told(lina) == ["enrolled", "stalled"]
    read_lesson(enrolment, clock(), 1)
    for _ in range(20):
        clock.go_on(days=1)
        tell()
    assert told(lina) == ["enrolled", "stalled", "stalled"]


def test_a_person_gets_one_reminder_a_day(courses, lina, clock, tell, mailbox):
    for each in courses(2):
        enrol(lina, each, clock())
    tell()
    clock.go_on(days=8)
    before = len(mailbox.letters)
    tell()
    assert len(mailbox.letters) == before + 1
    clock.go_on(hours=3)
    tell()
    assert len(mailbox.letters) == before + 1
    clock.go_on(days=1)
    tell()
    assert len(mailbox.letters) == before + 2


def test_a_reminder_that_is_no_longer_true_is_not_written(course, lina, clock, tell, mailbox):
    enrolment = enrol(lina, course, clock())
    tell()
    clock.go_on(days=8)
    write_notices(clock())
    read_lesson(enrolment, clock())
    assert tell() == 0


def test_muted_kinds_stay_in_the_list_alone(course, lina, clock, tell, mailbox):
    mute(learner=lina.learner_key, kind=kinds()["unbegun"], now=clock())
    enrol(lina, course, clock())
    tell()
    clock.go_on(days=8)
    tell()
    assert told(lina) == ["enrolled", "unbegun"]
    assert len(mailbox.letters) == 1


def test_who_has_no_email_is_told_in_the_list(course, lina, clock, tell, mailbox):
    lina.email = ""
    lina.save(update_fields=["email"])
    enrol(lina, course, clock())
    assert tell() == 0
    assert told(lina) == ["enrolled"]
    assert Letter.objects.count() == 0


def test_a_site_without_mail_server_writes_no_letters(course, lina, clock, queued, settings):
    settings.LETTER_BACKEND = "django.core.mail.backends.console.EmailBackend"
    enrol(lina, course, clock())
    write_notices(clock())
    assert write_due_letters(clock()) == 0
    assert told(lina) == ["enrolled"]
    # Nor when a mail server comes: what was told months ago is no news.
    settings.LETTER_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert write_due_letters(clock()) == 0


def test_a_letter_follows_the_person_to_a_new_address(course, lina, clock, mailbox):
    enrol(lina, course, clock())
    write_notices(clock())
    write_due_letters(clock())
    lina.email = "nueva@example.pe"
    lina.save(update_fields=["email"])
    send_due_letters(clock)
    assert mailbox.recipients == ["nueva@example.pe"]


@pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}])
def test_a_letter_to_nobody_does_not_leave(course, lina, clock, mailbox, change):
    enrol(lina, course, clock())
    write_notices(clock())
    write_due_letters(clock())
    type(lina).objects.filter(pk=lina.pk).update(**change)
    assert send_due_letters(clock) == 0
    assert mailbox.recipients == []


def test_everything_goes_with_the_person(course, lina, clock, tell, mailbox):
    enrol(lina, course, clock())
    mute(learner=lina.learner_key, kind=kinds()["unbegun"], now=clock())
    write_notices(clock())
    write_due_letters(clock())
    assert Email.objects.count() == 1
    lina.delete()
    assert [model.objects.count() for model in (Email, Letter, Notice, MutedKind)] == [0] * 4
    write_notices(clock())
    assert Notice.objects.count() == 0
    assert send_due_letters(clock) == 0


def test_one_letter_that_cannot_be_written_keeps_no_other_back(
    course, lina, omar, clock, tell, mailbox
):
    enrol(lina, course, clock())
    enrol(omar, course, clock())
    write_notices(clock())
    Notice.objects.filter(learner=lina.learner_key).update(facts={})
    assert tell() == 1
    assert mailbox.recipients == [omar.email]
    assert Notice.objects.get(learner=lina.learner_key).letter_due_at > clock()
