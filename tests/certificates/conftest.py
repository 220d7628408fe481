"""Brings Lina to the end of the small course, so that there is a certificate to look at."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from certificates.models import Certificate
from certificates.services import number_waiting_certificates
from courses.editions import outline_of
from learning.services import complete_activity, enrol_learner

DOCUMENT = "40123678"
NAME = "María d'Ángelo #1", "Ñahui Quispe"


@pytest.fixture
def holder(lina):
    """Lina with a DNI, and a name as people write theirs."""
    lina.first_name, lina.last_name = NAME
    lina.set_document("dni", DOCUMENT)
    lina.save()
    return lina


@pytest.fixture
def enrol(course):
    """Enrol somebody in the small course."""
    return lambda user: enrol_learner(user=user, course=course, received_at=timezone.now())


@pytest.fixture
def complete():
    """Read every lesson of an enrolment up to the end, or all but the last ones."""

    def act(enrolment, leaving=0):
        activities = outline_of(enrolment.course.latest_edition_id).activities
        for activity in activities[: len(activities) - leaving]:
            complete_activity(
                enrolment_id=enrolment.pk,
                learner=enrolment.learner,
                activity_key=activity.key,
                uuid=uuid4(),
                received_at=timezone.now(),
            )

    return act


@pytest.fixture
def waiting(holder, enrol, complete) -> Certificate:
    """Lina's certificate in the moment after completion: true, without a number."""
    complete(enrol(holder))
    return Certificate.objects.get(learner=holder.learner_key)


@pytest.fixture
def certificate(waiting) -> Certificate:
    """Lina's certificate with its number."""
    number_waiting_certificates(now=timezone.now())
    waiting.refresh_from_db()
    return waiting


@pytest.fixture
def result_url(certificate):
    return reverse("certificates:verification", args=[certificate.code])


@pytest.fixture
def pdf_url(certificate):
    return reverse("certificates:pdf", args=[certificate.code])
