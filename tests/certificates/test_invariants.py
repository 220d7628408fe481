"""Checks that the audit of the register finds what is wrong, and nothing else."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from certificates.codes import new_code
from certificates.invariants import check
from certificates.models import Certificate
from certificates.services import revoke_certificate
from learning.models import Enrolment

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def broken() -> list[str]:
    return [finding.name.split()[0] for finding in check() if finding.violations]


def test_everything_holds(certificate, oscar):
    assert broken() == []
    revoke_certificate(certificate=certificate, reason="Por error", actor=oscar, now=NOW)
    assert broken() == []


def test_empty_register_holds(db):
    assert broken() == []


def test_completion_without_certificate(certificate):
    certificate.delete()
    assert broken() == ["I8"]


def test_certificate_without_completion(certificate):
    Enrolment.objects.filter(pk=certificate.enrolment_id).update(
        state="active", completed_at=None, completed_edition=None
    )
    assert broken() == ["I8"]


@pytest.mark.parametrize("number", [0, 2, 7])
def test_hole_in_the_numbers(certificate, number):
    Certificate.objects.filter(pk=certificate.pk).update(number=number)
    assert broken() == ["Numbers"]


@pytest.mark.parametrize(
    "frozen",
    [
        {"holder_name": "Ana 🌻"},
        {"course_title": "🎓"},
        {"syllabus": [{"module": "A\u200b", "minutes": 1}]},
    ],
)
def test_text_that_cannot_be_printed(certificate, frozen):
    Certificate.objects.filter(pk=certificate.pk).update(**frozen)
    assert broken() == ["Certificates"]
    Certificate.objects.filter(pk=certificate.pk).update(state="revoked", revoked_at=NOW)
    assert "Certificates" not in broken()


def test_certificate_that_was_made_up_as_of_an_erased_person(certificate):
    certificate.pk, certificate.enrolment, certificate.learner = None, None, uuid4()
    certificate.uuid, certificate.code, certificate.number = uuid4(), new_code(), 2
    certificate.save(force_insert=True)
    assert broken() == ["Certificates"]


def test_code_without_its_check(certificate):
    Certificate.objects.filter(pk=certificate.pk).update(code="0" * 19 + "1")
    assert broken() == ["Codes"]


def test_revocation_that_is_not_in_the_trail(certificate):
    Certificate.objects.filter(pk=certificate.pk).update(state="revoked", revoked_at=NOW)
    assert broken() == ["Every"]
