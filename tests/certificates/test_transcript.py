"""Checks the document for a personnel file: what a person finished, with dates and codes."""

import io

import pytest
from django.utils import timezone
from pypdf import PdfReader

from certificates.codes import grouped
from certificates.models import Certificate
from certificates.replacing import replace_certificate
from certificates.services import revoke_certificate
from certificates.transcript import transcript_of

pytestmark = pytest.mark.django_db

ADDRESS = "/mi-aprendizaje/constancia.pdf"


def downloaded(client, user) -> PdfReader:
    client.force_login(user)
    response = client.get(ADDRESS)
    assert response.headers["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(response.content))


def text(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_it_tells_course_dates_minutes_and_code(client, certificate, holder):
    reader = downloaded(client, holder)
    told = text(reader)
    assert holder.get_full_name() in told
    assert "Documento que termina en 678" in told
    assert certificate.course_title in told
    assert f"{certificate.started_on:%d/%m/%Y} {certificate.completed_on:%d/%m/%Y}" in told
    assert f"{certificate.minutes} minutos" in told
    assert grouped(certificate.code) in told
    assert reader.metadata.title == f"Constancia de aprendizaje de {holder.get_full_name()}"
    assert "pdfuaid:part>1<" in reader.trailer["/Root"]["/Metadata"].get_data().decode()
    links = [note.get_object()["/A"]["/URI"] for note in reader.pages[0]["/Annots"]]
    assert all(link.endswith(f"/verificar/{certificate.code}/") for link in links)


def test_it_tells_neither_grade_nor_document(client, certificate, holder):
    Certificate.objects.filter(pk=certificate.pk).update(score_scaled=0.85)
    told = text(downloaded(client, holder))
    assert "17 de 20" not in told
    assert holder.document_number not in told


def test_a_revoked_certificate_stands_there_and_counts_nothing(client, certificate, holder, oscar):
    revoke_certificate(
        certificate=certificate, reason="Se emitió por error", actor=oscar, now=timezone.now()
    )
    told = text(downloaded(client, holder))
    assert "Revocado el" in told
    assert "Duración total" not in told


def test_a_replaced_certificate_gives_way_to_the_new_one(client, certificate, holder):
    holder.last_name = "Ñahui Mamani"
    holder.save()
    newer = replace_certificate(certificate=certificate, actor=holder, now=timezone.now())
    told = text(downloaded(client, holder))
    assert grouped(newer.code) in told
    assert grouped(certificate.code) not in told


def test_who_finished_nothing_is_told_so_and_what_they_study(client, holder, enrol, complete):
    complete(enrol(holder), leaving=1)
    told = text(downloaded(client, holder))
    assert "no terminó ningún curso" in told
    assert "actividades obligatorias" in told


def test_a_completion_without_certificate_is_not_left_out(client, certificate, holder):
    Certificate.objects.all().delete()
    told = text(downloaded(client, holder))
    assert "Sin certificado" in told
    assert "Duración total" in told


def test_a_name_that_no_font_has_is_printed_with_a_substitute(client, certificate, holder):
    type(holder).objects.filter(pk=holder.pk).update(first_name="Rosa 龍")
    assert "Rosa ?" in text(downloaded(client, holder))


def test_it_is_kept_nowhere_and_asked_a_few_times_a_minute(client, certificate, holder):
    client.force_login(holder)
    first = client.get(ADDRESS)
    assert first.headers["Cache-Control"] == "private, no-store"
    answers = [client.get(ADDRESS).status_code for _ in range(10)]
    assert answers == [200] * 9 + [429]


def test_it_costs_two_statements(certificate, holder, django_assert_num_queries):
    transcript_of(holder)
    with django_assert_num_queries(2):
        transcript_of(holder)


def test_it_is_offered_beside_the_certificates(client, certificate, holder):
    client.force_login(holder)
    assert f'href="{ADDRESS}"' in client.get("/certificados/").content.decode()
