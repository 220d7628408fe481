"""Checks that a certificate is withdrawn once, with a reason, by an operator, and that everybody
sees it at once.
"""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import AuditEntry
from certificates.codes import grouped
from certificates.models import Certificate
from certificates.services import CannotBeRevoked, revoke_certificate
from certificates.signals import certificate_revoked

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 10, 12, 17, 0, tzinfo=UTC)


def test_revoking_writes_reason_date_and_trail(certificate, oscar):
    revoked = revoke_certificate(
        certificate=certificate, reason=" Se emitió por error ", actor=oscar, now=NOON
    )
    assert (revoked.state, revoked.revoked_at, revoked.revocation_reason) == (
        "revoked",
        NOON,
        "Se emitió por error",
    )
    assert revoked.number == certificate.number
    entry = AuditEntry.objects.get(action="certificate_revoked")
    assert (entry.actor_key, entry.object_key, entry.at, entry.details) == (
        oscar.learner_key,
        str(certificate.uuid),
        NOON,
        {},
    )


def test_revoking_twice_is_once(certificate, oscar):
    told = []
    certificate_revoked.connect(receiver := lambda certificate, **kwargs: told.append(certificate))
    revoke_certificate(certificate=certificate, reason="Primera", actor=oscar, now=NOON)
    again = revoke_certificate(
        certificate=certificate, reason="Segunda", actor=oscar, now=timezone.now()
    )
    certificate_revoked.disconnect(receiver)
    assert (again.revocation_reason, again.revoked_at) == ("Primera", NOON)
    assert len(told) == AuditEntry.objects.filter(action="certificate_revoked").count() == 1


def test_revoking_needs_a_reason(certificate, oscar):
    with pytest.raises(ValueError, match="reason"):
        revoke_certificate(certificate=certificate, reason="  ", actor=oscar, now=NOON)


def test_one_that_waits_gets_its_number_first(waiting, oscar):
    revoked = revoke_certificate(certificate=waiting, reason="Por error", actor=oscar, now=NOON)
    assert (revoked.state, revoked.number) == ("revoked", 1)


def test_replaced_one_is_not_the_one_to_revoke(certificate, oscar):
    Certificate.objects.filter(pk=certificate.pk).update(state="replaced")
    with pytest.raises(CannotBeRevoked):
        revoke_certificate(certificate=certificate, reason="Por error", actor=oscar, now=NOON)


def revoke(code, actor, reason="Por error"):
    call_command("revoke_certificate", code, reason=reason, operator=actor.email)


def test_command_takes_the_code_as_it_is_printed(certificate, oscar, capsys):
    revoke(grouped(certificate.code).lower(), oscar)
    certificate.refresh_from_db()
    assert certificate.state == "revoked"
    assert grouped(certificate.code) in capsys.readouterr().out


def test_a_second_time_the_reason_in_force_is_told(certificate, oscar, capsys):
    revoke(certificate.code, oscar)
    revoke(certificate.code, oscar, reason="Otro motivo")
    assert "ya estaba revocado desde el" in capsys.readouterr().out
    certificate.refresh_from_db()
    assert certificate.revocation_reason == "Por error"


@pytest.mark.parametrize("who", ["max_", "lucia", "ada", "holder"])
def test_command_refuses_whoever_is_no_operator(certificate, who, request):
    with pytest.raises(CommandError, match="operador"):
        revoke(certificate.code, request.getfixturevalue(who))
    certificate.refresh_from_db()
    assert certificate.is_valid


@pytest.mark.parametrize(
    ("code", "reason", "message"),
    [
        ("0" * 20, "Por error", "No hay"),
        ("0" * 19 + "1", "Por error", "no es de un certificado"),
        ("0" * 20, " ", "motivo"),
        ("0" * 20, "x" * 301, "motivo"),
        ("0" * 20, "Es de 40123678", "número de un documento"),
    ],
)
def test_command_says_what_is_wrong(oscar, code, reason, message):
    with pytest.raises(CommandError, match=message):
        revoke(code, oscar, reason)


def test_command_points_at_the_replacement(certificate, oscar):
    Certificate.objects.filter(pk=certificate.pk).update(state="replaced")
    with pytest.raises(CommandError, match="reemplazó"):
        revoke(certificate.code, oscar)
