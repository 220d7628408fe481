"""Certificates on the card: issued anew by who looks after a person, revoked and put back in force
by operators, each time with a reason.
"""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.corrections import NothingChanges, Why
from accounts.models import ReasonedAct
from accounts.services import BeyondTheCeiling
from audit.models import AuditEntry
from certificates.invariants import check
from certificates.models import Certificate
from certificates.on_behalf import replace_for, revoke_for
from certificates.services import number_waiting_certificates
from courses.editions import outline_of
from learning.services import complete_activity, enrol_learner
from notices.models import Notice
from notices.writing import write_notices
from tests.roster.test_acts import REASON, address_of, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(nusta, course) -> Certificate:
    """Ñusta's certificate of the small course."""
    enrolment = enrol_learner(user=nusta, course=course, received_at=timezone.now())
    for activity in outline_of(course.latest_edition_id).activities:
        complete_activity(
            enrolment_id=enrolment.pk,
            learner=nusta.learner_key,
            activity_key=activity.key,
            uuid=uuid4(),
            received_at=timezone.now(),
        )
    number_waiting_certificates(now=timezone.now())
    return Certificate.objects.get(learner=nusta.learner_key)


def why(actor) -> Why:
    return Why(actor, REASON, uuid4())


def card_of(client, person) -> str:
    return client.get(reverse("roster:card", args=[person.username])).content.decode()


def states() -> list[str]:
    number_waiting_certificates(now=timezone.now())
    return list(Certificate.objects.order_by("pk").values_list("state", flat=True))


def violations() -> list[str]:
    return [finding.name for finding in check() if finding.violations]


def test_one_with_a_name_from_before_is_issued_anew(as_nora, nora, nusta, certificate):
    link = f"{address_of(nusta, 'emitir-certificado')}?certificado={certificate.uuid}"
    assert link not in card_of(as_nora, nusta)
    send(as_nora, nusta, "nombre", first_name="Ñusta", last_name="Huamán")
    assert link in card_of(as_nora, nusta)
    assert "checked" in as_nora.get(link).content.decode()
    send(as_nora, nusta, "emitir-certificado", certificate=certificate.uuid)
    assert states() == ["replaced", "issued"]
    certificate.refresh_from_db()
    assert certificate.replaced_by.holder_name == "Ñusta Huamán"
    card = card_of(as_nora, nusta)
    assert link not in card
    assert f"Certificado emitido otra vez: {certificate.course_title}" in card
    lines = AuditEntry.objects.filter(action="certificate_replaced", object_type="person")
    assert [line.actor_key for line in lines] == [nora.learner_key]
    assert violations() == []


def test_one_with_the_data_of_today_stays(as_nora, nora, nusta, certificate):
    page = send(as_nora, nusta, "emitir-certificado", certificate=certificate.uuid)
    assert "Sus certificados ya tienen sus datos de hoy." in page.content.decode()
    with pytest.raises(NothingChanges):
        replace_for(person=nusta, certificate=certificate, why=why(nora), now=timezone.now())
    assert not ReasonedAct.objects.exists()


def test_an_operator_revokes_and_the_holder_reads_why(client, as_oscar, nusta, certificate):
    assert "Revócalo" in card_of(as_oscar, nusta)
    send(as_oscar, nusta, "revocar-certificado", certificate=certificate.uuid)
    assert states() == ["revoked"]
    assert f"Certificado revocado: {certificate.course_title}" in card_of(as_oscar, nusta)
    write_notices(timezone.now())
    told = Notice.objects.get(learner=nusta.learner_key, kind="certificate_revoked")
    assert told.facts == {"course": certificate.course_title}
    client.force_login(nusta)
    assert REASON in client.get(reverse("certificates:mine")).content.decode()
    assert violations() == []


def test_an_operator_puts_a_revoked_one_back(as_oscar, oscar, nusta, certificate):
    revoke_for(person=nusta, certificate=certificate, why=why(oscar), now=timezone.now())
    link = f"{address_of(nusta, 'reponer-certificado')}?certificado={certificate.uuid}"
    assert link in card_of(as_oscar, nusta)
    send(as_oscar, nusta, "reponer-certificado", certificate=certificate.uuid)
    assert states() == ["replaced", "issued"]
    assert violations() == []
    write_notices(timezone.now())
    assert not Notice.objects.filter(kind="certificate_revoked").exists()


def test_a_coordinator_neither_revokes_nor_puts_back(as_nora, nora, oscar, nusta, certificate):
    now = timezone.now()
    assert "Revócalo" not in card_of(as_nora, nusta)
    for act in ("revocar-certificado", "reponer-certificado"):
        assert as_nora.get(address_of(nusta, act)).status_code == 404
        assert as_nora.post(address_of(nusta, act), {"reason": REASON}).status_code == 404
    with pytest.raises(BeyondTheCeiling):
        revoke_for(person=nusta, certificate=certificate, why=why(nora), now=now)
    revoke_for(person=nusta, certificate=certificate, why=why(oscar), now=now)
    with pytest.raises(BeyondTheCeiling):
        replace_for(person=nusta, certificate=certificate, why=why(nora), now=now)
    assert states() == ["revoked"]


def test_sent_twice_or_late_it_is_done_once(oscar, nusta, certificate):
    same = why(oscar)
    for _time in range(2):
        revoke_for(person=nusta, certificate=certificate, why=same, now=timezone.now())
    with pytest.raises(NothingChanges):
        revoke_for(person=nusta, certificate=certificate, why=why(oscar), now=timezone.now())
    again = why(oscar)
    for _time in range(2):
        replace_for(person=nusta, certificate=certificate, why=again, now=timezone.now())
    assert states() == ["replaced", "issued"]


def test_nobody_does_it_outside_or_to_another(max_, oscar, nusta, omar, certificate):
    now = timezone.now()
    with pytest.raises(BeyondTheCeiling):
        replace_for(person=nusta, certificate=certificate, why=why(max_), now=now)
    with pytest.raises(Certificate.DoesNotExist):
        revoke_for(person=omar, certificate=certificate, why=why(oscar), now=now)
    assert states() == ["issued"]
