"""Checks what the holder sees of their own, and that others see nothing of it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.codes import grouped
from certificates.models import Certificate
from certificates.permissions import certificates_of
from certificates.rendering import verification_url
from certificates.replacing import replace_certificate
from certificates.services import number_waiting_certificates, revoke_certificate

pytestmark = pytest.mark.django_db

ADDRESS = "/certificados/"


def listed(client, user) -> str:
    client.force_login(user)
    page = client.get(ADDRESS).content.decode()
    return re.search(r"<main.*?</main>", page, re.DOTALL).group()


def test_issued(client, certificate, holder, result_url, pdf_url):
    page = listed(client, holder)
    assert "Válido" in page
    assert f'href="{pdf_url}"' in page
    assert f'href="{result_url}"' in page
    assert verification_url(certificate.code) in page
    assert grouped(certificate.code) in page
    assert f"{certificate.minutes} minutos" in page


def test_waiting_offers_no_document_yet(client, waiting, holder):
    page = listed(client, holder)
    assert "En preparación" in page
    assert "Estamos preparando tu certificado. Vuelve en un minuto." in page
    assert not re.search(r"/certificados/[^\"]*\.pdf", page)


def test_revoked_tells_the_holder_why_and_what_to_do(client, certificate, holder, oscar):
    revoke_certificate(
        certificate=certificate, reason="Se emitió por error", actor=oscar, now=timezone.now()
    )
    page = listed(client, holder)
    assert "Revocado" in page
    assert "Se emitió por error" in page
    assert 'href="/ayuda/"' in page
    assert not re.search(r"/certificados/[^\"]*\.pdf", page)


def test_home_promises_a_download_where_there_is_one(client, waiting, holder):
    client.force_login(holder)
    assert "Mira y descarga" not in client.get("/mi-aprendizaje/").content.decode()
    number_waiting_certificates(now=timezone.now())
    assert "Mira y descarga" in client.get("/mi-aprendizaje/").content.decode()


def test_who_has_none_is_sent_to_no_course_of_theirs(client, omar):
    page = listed(client, omar)
    assert "Continúa tu curso" not in page
    assert 'href="/mi-aprendizaje/"' in page


def test_grade_is_for_the_holder(client, certificate, holder):
    Certificate.objects.filter(pk=certificate.pk).update(score_scaled=0.85)
    assert "17 de 20" in listed(client, holder)


def test_none_yet(client, lina):
    assert "Aquí estarán tus certificados." in listed(client, lina)


@pytest.mark.parametrize("who", ["omar", "max_", "lucia", "oscar"])
def test_others_see_only_their_own(client, certificate, who, request):
    other = request.getfixturevalue(who)
    assert certificate.code not in listed(client, other)
    assert not certificates_of(other).exists()


def test_full_number_is_not_even_shown_to_the_holder(client, certificate, holder):
    assert holder.document_number not in listed(client, holder)


def test_post_is_refused(client, lina):
    client.force_login(lina)
    assert client.post(ADDRESS).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_statements(client, certificate, holder, count):
    """Session with the person, certificates: as many for three as for one."""
    Certificate.objects.filter(pk=certificate.pk).update(state="replaced")
    for number in range(2, count + 1):
        copy = Certificate.objects.get(pk=certificate.pk)
        copy.pk, copy.uuid, copy.code, copy.number = None, f"{number:032}", f"{number:020}", number
        copy.save(force_insert=True)
    client.force_login(holder)
    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as statements:
        client.get(ADDRESS)
    assert len(statements) == 2, [row["sql"] for row in statements]


def test_home_shows_them_in_one_statement(client, certificate, holder):
    client.force_login(holder)
    client.get("/mi-aprendizaje/")
    with CaptureQueriesContext(connection) as statements:
        page = client.get("/mi-aprendizaje/").content.decode()
    assert "Mis certificados" in page
    assert len([row for row in statements if "certificates_certificate" in row["sql"]]) == 1
    assert len(statements) <= 8


def on_course_page(client, user) -> str:
    client.force_login(user)
    page = client.get("/cursos/curso/").content.decode()
    return " ".join(
        re.sub(r"<[^>]+>", " ", re.search(r"<main.*?</main>", page, re.DOTALL).group()).split()
    )


def test_course_page_says_where_a_valid_certificate_is(client, certificate, holder):
    assert "Tu certificado está en Certificados" in on_course_page(client, holder)


def test_course_page_does_not_offer_what_is_being_prepared(client, waiting, holder):
    assert "Estamos preparando tu certificado. Estará en Certificados" in on_course_page(
        client, holder
    )


def test_course_page_says_that_a_certificate_was_revoked(client, certificate, holder, oscar):
    revoke_certificate(
        certificate=certificate, reason="Se emitió por error", actor=oscar, now=timezone.now()
    )
    page = on_course_page(client, holder)
    assert "Tu certificado fue revocado. El motivo está en Certificados" in page
    assert "Tu certificado está en" not in page


def test_course_page_tells_what_stands_after_a_replacement(client, certificate, holder, oscar):
    holder.first_name = "María"
    holder.save()
    newer = replace_certificate(certificate=certificate, actor=holder, now=timezone.now())
    number_waiting_certificates(now=timezone.now())
    assert "Tu certificado está en Certificados" in on_course_page(client, holder)
    newer.refresh_from_db()
    revoke_certificate(
        certificate=newer, reason="Se emitió por error", actor=oscar, now=timezone.now()
    )
    assert "Tu certificado fue revocado." in on_course_page(client, holder)


def test_forms_of_pages_with_codes_say_where_they_come_from(client, holder, certificate):
    """Under another policy a browser sends the origin "null", and the guard against forged forms
    refuses the button that issues again, and the one that signs out.
    """
    client.force_login(holder)
    for address in ("/certificados/", "/verificar/", f"/verificar/{certificate.code}/"):
        answer = client.get(address)
        assert 'method="post"' in answer.content.decode()
        assert answer["Referrer-Policy"] == "same-origin"
        assert 'name="referrer"' not in answer.content.decode()
