"""Follows one name, with every sign that people write in names, from registration to wherever it is
shown or sent.
"""

import csv
import html
import io
import zipfile
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import sync_roles
from accounts.tasks import send_recovery_letter
from certificates.models import Certificate
from certificates.services import number_waiting_certificates
from courses.editions import outline_of
from courses.models import LessonPage
from learning.services import complete_activity, enrol_learner

pytestmark = pytest.mark.django_db

FIRST, LAST = "Ñusta Q'orianka", "D’Angelo-Huamán"
NAME = f"{FIRST} {LAST}"
PASSWORD = "tres palabras largas"


@pytest.fixture
def person_registered(client, course):
    """Whoever registers types on a Mac: letters and accents come apart."""
    facts = {
        "first_name": " N\u0303usta  Q'orianka",
        "last_name": "D’Angelo-Huama\u0301n",
        "email": "nusta@example.org",
    }
    client.post(
        "/cuenta/registro/datos/?entidad=ninguna", {**facts, "password": PASSWORD, "accepts": "on"}
    )
    return User.objects.get(email="nusta@example.org")


@pytest.fixture
def proved(person_registered, course) -> Certificate:
    """The certificate that the person earned."""
    now = timezone.now()
    enrolment = enrol_learner(user=person_registered, course=course, received_at=now)
    for activity in outline_of(course.latest_edition_id).activities:
        complete_activity(
            enrolment_id=enrolment.pk,
            learner=enrolment.learner,
            activity_key=activity.key,
            uuid=uuid4(),
            received_at=timezone.now(),
        )
    number_waiting_certificates(now=now)
    return Certificate.objects.get()


def shown(answer) -> str:
    return html.unescape(answer.content.decode())


def test_it_is_stored_as_it_is_written(person_registered):
    assert person_registered.get_full_name() == NAME


def test_pages_show_it(client, person_registered, proved):
    client.force_login(person_registered)
    account = shown(client.get("/cuenta/"))
    assert FIRST in account
    assert LAST in account
    assert FIRST in shown(client.get("/cuenta/datos/"))
    assert NAME in shown(client.get(reverse("certificates:verification", args=[proved.code])))


def test_the_pdf_prints_it(client, proved):
    document = client.get(reverse("certificates:pdf", args=[proved.code])).content
    # A line may end at the hyphen.
    printed = "".join(PdfReader(io.BytesIO(document)).pages[0].extract_text().split())
    assert NAME.replace(" ", "") in printed


def test_the_copy_of_ones_data_holds_it(client, person_registered, proved):
    client.force_login(person_registered)
    answer = client.post("/cuenta/mis-datos/", {"password": PASSWORD})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    with zipfile.ZipFile(io.BytesIO(content)) as copy:
        texts = [copy.read(name).decode() for name in copy.namelist()]
    assert any(FIRST in html.unescape(text) and LAST in html.unescape(text) for text in texts)


def test_the_operator_finds_it(client, person_registered, oscar):
    sync_roles(today=timezone.localdate())
    client.force_login(oscar)
    for words in ("Ñusta", "D’Angelo", "Q'orianka"):
        assert NAME in shown(client.get("/gestion/users/", {"q": words}))


def test_a_file_of_the_editor_holds_it(client, person_registered, oscar):
    LessonPage.objects.first().save_revision(user=person_registered, log_action=True)
    sync_roles(today=timezone.localdate())
    client.force_login(oscar)
    answer = client.get(reverse("wagtailadmin_reports:site_history"), {"export": "csv"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert NAME in {
        cell
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        for cell in row
    }


def test_a_letter_reaches_the_person_and_greets_nobody(person_registered):
    """Whoever registered wrote the name, and nobody has proved whose address it is."""
    send_recovery_letter.call(person_registered.username)
    (letter,) = mail.outbox
    assert letter.to == ["nusta@example.org"]
    assert letter.body.startswith("Hola:")
    assert FIRST not in letter.subject + letter.body
