"""What a certificate says of the institution behind it is what was true on its day."""

import io

import pytest
from django.utils import timezone
from pypdf import PdfReader

from certificates.rendering import render_pdf
from certificates.replacing import replace_certificate
from provider.services import change_provider
from tests.certificates.test_rendering import a_certificate, is_within_its_columns, read, words

pytestmark = pytest.mark.django_db
VALUES = {
    "name": "Ministerio de los Caminos",
    "ruc": "20131370645",
    "issuer": "Escuela de Caminos",
    "first_signer_name": "José Peña",
    "first_signer_post": "Director",
}


@pytest.fixture
def ministry():
    return change_provider(values=VALUES, actor_key=None, now=timezone.now())


def test_the_document_and_its_page_say_who_issues_and_who_answers(
    client, ministry, certificate, pdf_url, result_url
):
    document = words(PdfReader(io.BytesIO(client.get(pdf_url).content)))
    for told in (
        "Escuela de Caminos certifica que",
        "Proveedor Ministerio de los Caminos, RUC 20131370645",
        "Responde por este certificado José Peña Director",
    ):
        assert told in document
    page = client.get(result_url).content.decode()
    assert "<dd>Ministerio de los Caminos, RUC 20131370645</dd>" in page
    assert "<dd>Escuela de Caminos</dd>" in page
    assert "<dd>José Peña, Director</dd>" in page


def test_a_later_change_changes_no_issued_certificate(ministry, certificate, holder, lina):
    before = render_pdf(certificate)
    change_provider(
        values={
            "name": "Otro ministerio",
            "ruc": "",
            "issuer": "",
            "first_signer_name": "",
            "first_signer_post": "",
        },
        actor_key=None,
        now=timezone.now(),
    )
    certificate.refresh_from_db()
    assert render_pdf(certificate) == before
    holder.last_name = "Corregida"
    holder.save()
    newer = replace_certificate(certificate=certificate, actor=lina, now=timezone.now())
    assert (newer.provider, newer.issuer, newer.signers) == (
        certificate.provider,
        certificate.issuer,
        certificate.signers,
    )


def test_one_of_before_says_its_provider_and_nobody_else(client):
    old = words(read(a_certificate()))
    assert "Puriq certifica que" in old
    assert "Responde por" not in old


def test_the_longest_names_stay_within_their_columns():
    long = "Abcdefghij klmnñopqrs " * 6
    signers = [{"name": long[:120].strip(), "post": long[:120].strip()}] * 2
    modules = [{"module": f"Módulo {number} de nombre largo", "minutes": 60} for number in range(9)]
    for syllabus in (modules, modules[:2], modules * 3):
        drawn = a_certificate(
            provider=long.strip() + ", RUC 20131370645",
            issuer=long.strip(),
            signers=signers,
            syllabus=syllabus,
        )
        assert is_within_its_columns(drawn)
        text = words(read(drawn))
        assert text.count(long[:20]) >= 4
        assert "N.º 1234" in text
