"""Checks that certificates that cannot be printed are mended by a command, with a line in the
trail.
"""

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from pypdf import PdfReader

from audit.models import AuditEntry
from certificates.codes import grouped
from certificates.mending import certificates_to_mend
from certificates.models import Certificate
from tests.certificates.test_invariants import broken

pytestmark = pytest.mark.django_db


def freeze(certificate, **texts) -> None:
    Certificate.objects.filter(pk=certificate.pk).update(**texts)


def mend(operator, **options) -> None:
    call_command("mend_certificates", operator=operator.email, **options)


def printed(client, certificate) -> str:
    answer = client.get(reverse("certificates:pdf", args=[certificate.code]))
    assert answer.status_code == 200
    return " ".join(PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().split())


def test_document_is_given_before_and_is_whole_afterwards(
    client, certificate, holder, oscar, capsys
):
    freeze(
        certificate,
        holder_name="Ana 🌻",
        course_title="🎓 Curso",
        syllabus=[{"module": "Uno \u200b明", "minutes": 5}],
    )
    assert "Ana ? «?» está en lugar de un signo que no se puede imprimir." in printed(
        client, certificate
    )
    mend(oscar)
    assert "Certificados que ahora se imprimen completos: 1." in capsys.readouterr().out
    certificate.refresh_from_db()
    assert (certificate.holder_name, certificate.course_title) == (holder.get_full_name(), "Curso")
    assert certificate.syllabus == [{"module": "Uno", "minutes": 5}]
    assert "no se puede imprimir" not in printed(client, certificate)
    entry = AuditEntry.objects.get(action="certificate_mended")
    assert (entry.actor_key, entry.object_key) == (oscar.learner_key, str(certificate.uuid))
    assert entry.details == {"fields": ["holder_name", "course_title", "syllabus"]}
    assert broken() == []


def test_mending_twice_is_once(certificate, oscar):
    freeze(certificate, course_title="🎓 Curso")
    mend(oscar)
    mend(oscar)
    assert AuditEntry.objects.filter(action="certificate_mended").count() == 1


def test_what_can_be_printed_stays_as_it_was_issued(certificate, oscar):
    freeze(certificate, holder_name="Mar Ñahui", course_title="🎓 Curso")
    mend(oscar)
    certificate.refresh_from_db()
    assert certificate.holder_name == "Mar Ñahui"


def test_name_without_a_letter_to_print_is_asked_for(certificate, holder, oscar):
    freeze(certificate, holder_name="明")
    holder.first_name, holder.last_name = "明", ""
    holder.save()
    with pytest.raises(CommandError, match=grouped(certificate.code)):
        mend(oscar)
    mend(oscar, code=certificate.code.lower(), name="Ming")
    certificate.refresh_from_db()
    assert certificate.holder_name == "Ming"
    assert certificates_to_mend() == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"name": "Ana"}, "--code"),
        ({"name": "明", "code": "7"}, "no puede imprimir"),
        ({"code": "7"}, "letra por letra"),
        ({"code": "0" * 20}, "No hay"),
    ],
)
def test_command_says_what_is_wrong(oscar, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        mend(oscar, **options)


@pytest.mark.parametrize("who", ["max_", "ada", "holder"])
def test_only_an_operator_mends(certificate, who, request):
    with pytest.raises(CommandError, match="operador"):
        mend(request.getfixturevalue(who))
