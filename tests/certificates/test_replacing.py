"""Checks that a corrected name or a later document reaches a certificate: a new one, linked with
the one before.
"""

import html
import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.limits import REPLACEMENTS_OF_PERSON
from accounts.services import correct_person
from audit.models import AuditEntry
from certificates.codes import grouped
from certificates.models import Certificate
from certificates.rendering import verification_url
from certificates.replacing import NoHolder, NothingToReplace, replace_certificate
from certificates.services import (
    issue_missing_certificates,
    number_waiting_certificates,
    revoke_certificate,
)
from operations.records import check_records
from reporting.services import fold_differences
from tests.racing import at_once

pytestmark = pytest.mark.django_db
BUTTON = "Emite otra vez con tu nombre corregido"


def correct(holder) -> None:
    correct_person(
        user=holder,
        first_name="Ñusta Q'orianka",
        last_name="D’Angelo-Huamán",
        post="",
        now=timezone.now(),
    )


def page(client, holder) -> str:
    client.force_login(holder)
    return html.unescape(client.get("/certificados/").content.decode())


def ask(client, certificate, uuid=None):
    return client.post(
        reverse("certificates:replace", args=[certificate.code]), {"uuid": uuid or uuid4()}
    )


def broken() -> list[str]:
    while fold_differences():
        pass
    return [finding.name for finding in check_records() if finding.violations]


def test_nothing_is_offered_while_the_data_are_the_same(client, certificate, holder):
    assert BUTTON not in page(client, holder)
    client.force_login(holder)
    ask(client, certificate)
    assert "ya tiene tus datos de hoy" in page(client, holder)
    assert Certificate.objects.count() == 1


def test_a_corrected_name_is_offered_and_reaches_a_new_certificate(client, certificate, holder):
    correct(holder)
    before = page(client, holder)
    assert BUTTON in before
    assert f'action="{reverse("certificates:replace", args=[certificate.code])}"' in before
    assert (
        ask(
            client, certificate, re.search(r'name="uuid" value="([^"]+)"', before).group(1)
        ).status_code
        == 302
    )
    number_waiting_certificates(now=timezone.now())
    certificate.refresh_from_db()
    new = certificate.replaced_by
    assert (certificate.state, new.state, new.number) == ("replaced", "issued", 2)
    assert new.holder_name == "Ñusta Q'orianka D’Angelo-Huamán"
    assert new.code != certificate.code
    same = (
        "course_title",
        "minutes",
        "syllabus",
        "started_on",
        "completed_on",
        "edition_id",
        "provider",
    )
    assert [getattr(new, field) for field in same] == [
        getattr(certificate, field) for field in same
    ]
    assert BUTTON not in page(client, holder)
    shown = client.get(
        reverse("certificates:verification", args=[certificate.code])
    ).content.decode()
    assert "REEMPLAZADO" in shown
    assert reverse("certificates:verification", args=[new.code]) in shown
    entry = AuditEntry.objects.get(action="certificate_replaced")
    assert (entry.actor_key, entry.object_key, entry.details) == (
        holder.learner_key,
        str(certificate.uuid),
        {"by": str(new.uuid)},
    )
    assert broken() == []


def test_sent_twice_it_is_one(client, certificate, holder):
    correct(holder)
    client.force_login(holder)
    uuid = uuid4()
    for _time in range(2):
        assert ask(client, certificate, uuid).status_code == 302
    assert Certificate.objects.count() == 2
    assert Certificate.objects.get(uuid=uuid).replaces.get() == certificate


def test_an_identifier_of_another_certificate_is_no_hindrance(client, certificate, holder):
    correct(holder)
    client.force_login(holder)
    ask(client, certificate, certificate.uuid)
    assert Certificate.objects.count() == 2


def test_who_asks_too_often_is_told_how_long_to_wait(client, certificate, holder, allow):
    allow(REPLACEMENTS_OF_PERSON, 1)
    client.force_login(holder)
    ask(client, certificate)
    correct(holder)
    answer = ask(client, certificate)
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert (
        "Emitiste certificados muchas veces seguidas. Espera una hora y vuelve a intentar."
        in answer.content.decode()
    )
    assert Certificate.objects.count() == 1


def test_a_document_added_later_reaches_it_too(client, certificate, holder):
    holder.set_document("dni", "45678913")
    holder.save()
    assert "Emite otra vez con tu documento" in page(client, holder)
    ask(client, certificate)
    certificate.refresh_from_db()
    assert certificate.replaced_by.document_last == "913"


def test_one_that_waits_can_be_replaced(client, waiting, holder):
    correct(holder)
    client.force_login(holder)
    ask(client, waiting)
    number_waiting_certificates(now=timezone.now())
    assert sorted(Certificate.objects.values_list("number", "state")) == [
        (1, "replaced"),
        (2, "issued"),
    ]


def result(client, certificate) -> str:
    """Return what the page of verification says, as text."""
    body = client.get(
        reverse("certificates:verification", args=[certificate.code])
    ).content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body[body.index("<main") :])).split())


def test_the_old_one_tells_the_code_of_the_one_in_force(client, certificate, holder, oscar):
    """Printed too: a sheet has no links. Of several, it is the last."""
    correct(holder)
    middle = replace_certificate(certificate=certificate, actor=holder, now=timezone.now())
    correct_person(user=holder, first_name="Otra", last_name="Vez", post="", now=timezone.now())
    last = replace_certificate(certificate=middle, actor=holder, now=timezone.now())
    for old in (certificate, middle):
        text = result(client, old)
        assert (
            "Este certificado fue reemplazado por otro con datos corregidos. Ya no es el vigente."
            in text
        )
        assert f"Código del vigente {grouped(last.code)}" in text
        assert verification_url(last.code) in text
        body = client.get(reverse("certificates:verification", args=[old.code])).content.decode()
        assert (
            f'href="{reverse("certificates:verification", args=[last.code])}">Mira el '
            "certificado vigente"
        ) in body
        assert middle.code not in body or old == middle
    assert (
        page(client, holder).count(
            f'href="{reverse("certificates:verification", args=[last.code])}">Mira el vigente'
        )
        == 2
    )


def test_when_the_new_one_was_revoked_too_none_is_in_force(client, certificate, holder, oscar):
    correct(holder)
    new = replace_certificate(certificate=certificate, actor=holder, now=timezone.now())
    number_waiting_certificates(now=timezone.now())
    new.refresh_from_db()
    revoke_certificate(
        certificate=new,
        reason="Por error",
        actor=oscar,
        now=datetime(2026, 10, 13, 3, 0, tzinfo=UTC),
    )
    text = result(client, certificate)
    assert "REEMPLAZADO" in text
    assert (
        "Lo reemplazó otro, que fue revocado el 12/10/2026. Ninguno de los dos es válido." in text
    )
    assert "vigente" not in text.replace("sigue vigente", "")
    assert "Mira el vigente" not in page(client, holder)
    assert (
        "Lo reemplazó otro, que fue revocado el 12/10/2026. Ninguno de los dos es válido."
        in page(client, holder)
    )


def test_an_undone_revocation_corrects_no_data(client, certificate, holder, oscar):
    revoke_certificate(certificate=certificate, reason="Por error", actor=oscar, now=timezone.now())
    replace_certificate(certificate=certificate, actor=oscar, now=timezone.now())
    text = result(client, certificate)
    assert "Este certificado fue reemplazado por otro. Ya no es el vigente." in text
    assert "datos corregidos" not in text + page(client, holder)


def test_a_revoked_one_is_for_the_operator(client, certificate, holder, oscar):
    revoke_certificate(certificate=certificate, reason="Por error", actor=oscar, now=timezone.now())
    correct(holder)
    assert BUTTON not in page(client, holder)
    assert ask(client, certificate).status_code == 404
    assert issue_missing_certificates(now=timezone.now()) == 0
    call_command("replace_certificate", grouped(certificate.code), operator=oscar.email)
    number_waiting_certificates(now=timezone.now())
    certificate.refresh_from_db()
    assert (certificate.state, certificate.replaced_by.state) == ("replaced", "issued")
    assert certificate.revocation_reason == "Por error"
    assert broken() == []


def test_opening_the_address_changes_nothing(client, certificate, holder):
    correct(holder)
    client.force_login(holder)
    assert (
        client.get(reverse("certificates:replace", args=[certificate.code])).url == "/certificados/"
    )
    assert Certificate.objects.count() == 1


def test_others_replace_nothing(client, certificate, holder, omar, oscar):
    correct(holder)
    for other in (omar, oscar):
        client.force_login(other)
        assert ask(client, certificate).status_code == 404
    assert Certificate.objects.count() == 1


def test_nobody_to_certify(certificate, holder, oscar):
    type(holder).objects.filter(pk=holder.pk).update(learner_key=uuid4())
    with pytest.raises(NoHolder):
        replace_certificate(certificate=certificate, actor=oscar, now=timezone.now())


def test_command_says_what_is_wrong(certificate, holder, oscar):
    with pytest.raises(CommandError, match="datos de hoy"):
        call_command("replace_certificate", certificate.code, operator=oscar.email)
    with pytest.raises(CommandError, match="operador"):
        call_command("replace_certificate", certificate.code, operator=holder.email)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_one(certificate, holder):
    correct(holder)

    def act():
        return replace_certificate(
            certificate=certificate, actor=holder, now=timezone.now(), uuid=uuid4()
        ).pk

    assert len(set(at_once([act] * 6))) == 1
    assert Certificate.objects.count() == 2
    with pytest.raises(NothingToReplace):
        replace_certificate(
            certificate=Certificate.objects.get(replaces=certificate),
            actor=holder,
            now=timezone.now(),
        )
