"""Mails about the review lead to the site, and say when readers will see what was approved."""

import gettext
import re
from datetime import timedelta
from pathlib import Path

import pytest
import wagtail
from django.core import mail
from django.utils import timezone, translation
from wagtail.models import Site

from accounts.roles import sync_roles
from courses.models import LessonPage
from courses.review import send_to_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(course, ada, raul) -> LessonPage:
    sync_roles(today=timezone.localdate())
    return LessonPage.objects.order_by("path").first()


def approved(lesson, ada, raul, capture, **changes) -> str:
    """Send a change of Ada to review, let Raúl approve it, and return the mail that Ada gets."""
    for name, value in changes.items():
        setattr(lesson, name, value)
    lesson.save_revision(user=ada)
    lesson.refresh_from_db()
    send_to_review(lesson, ada)
    mail.outbox.clear()
    with capture(execute=True):
        lesson.current_workflow_task_state.approve(user=raul)
    (sent,) = [letter for letter in mail.outbox if letter.to == [ada.email]]
    assert "None" not in sent.body
    return " ".join(sent.body.split())


def test_the_mail_leads_to_the_site(
    lesson, ada, raul, settings, django_capture_on_commit_callbacks
):
    settings.BASE_URL = "https://academia.example.pe:8443"
    Site.objects.update(hostname="localhost", port=80)
    told = approved(lesson, ada, raul, django_capture_on_commit_callbacks, objective="Otro.")
    address = "https://academia.example.pe:8443/cursos/curso/m1/l1/"
    assert f"“Lección l1” fue aprobada y está publicada. Mírala aquí: {address} " in told
    assert "localhost" not in told


def test_the_mail_says_on_which_day_it_is_published(
    lesson, ada, raul, django_capture_on_commit_callbacks
):
    day = timezone.localtime().replace(month=3, day=2, hour=8, minute=30) + timedelta(days=366)
    told = approved(lesson, ada, raul, django_capture_on_commit_callbacks, go_live_at=day)
    assert f"“Lección l1” fue aprobada. Se publica el {day:%d/%m/%Y} a las 08:30." in told
    assert "Mírala aquí" not in told


def test_the_mail_says_what_it_waits_for(lesson, ada, raul, django_capture_on_commit_callbacks):
    lesson.get_parent().specific.unpublish()
    told = approved(lesson, ada, raul, django_capture_on_commit_callbacks, objective="Otro.")
    assert "Se verá cuando publiques el módulo “Módulo m1”." in told
    assert "Mírala aquí" not in told


def test_a_review_rejects_and_moderates_nobody():
    """The words of Wagtail's translation, in letters and screens, for who asks for changes."""
    texts = set()
    for compiled in Path(wagtail.__file__).parent.glob("**/locale/es/LC_MESSAGES/django.mo"):
        with compiled.open("rb") as file:
            texts |= {key for key in gettext.GNUTranslations(file)._catalog if isinstance(key, str)}
    told = [translation.gettext(text) for text in texts - {""}]
    assert [text for text in told if re.search("rechaz|modera", text, re.IGNORECASE)] == []
