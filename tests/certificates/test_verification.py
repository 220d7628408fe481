"""Checks what a stranger sees: the state in words, the facts to compare, and nothing that is
nobody's business.
"""

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.limits import CERTIFICATE_FILES, VERIFICATIONS
from certificates.codes import grouped, new_code
from certificates.models import Certificate
from certificates.services import revoke_certificate
from lib.codes import ALPHABET
from tests.caches import keys_in_cache
from tests.certificates.conftest import DOCUMENT

pytestmark = pytest.mark.django_db

VERIFY = "/verificar/"
NO_SUCH_CODE = (
    "Ese código no existe. Compáralo letra por letra con el del certificado. Si está igual, "
    "desconfía del certificado y avísanos desde Ayuda."
)
MISSING = r"Faltan? \d+ car|Sobran? \d+ car|Ese código no existe\."
UNKNOWN = (
    "No encontramos este certificado. Si te lo entregaron en papel o PDF, desconfía y avisa aquí."
)


def shown(response) -> str:
    """Return the words of a page as a person reads them."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL).group()
    return " ".join(re.sub(r"<[^>]+>", " ", main).split()).replace(" .", ".").replace("&#x27;", "'")


def near_miss(code: str) -> str:
    return code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 1) % 32]


def test_valid(client, certificate, result_url):
    response = client.get(result_url)
    text = shown(response)
    assert response.status_code == 200
    assert "VÁLIDO" in text
    for fact in (
        "María d'Ángelo #1 Ñahui Quispe",
        "Documento que termina en 678",
        "Curso curso",
        f"{certificate.minutes} minutos",
        "Formación laboral",
        "Virtual, a su ritmo",
        "Gratuito",
        "Puriq",
        "N.º 1",
        grouped(certificate.code),
        certificate.completed_on.strftime("%d/%m/%Y"),
    ):
        assert fact in text
    assert re.search(
        r"Comprobado el \d\d/\d\d/\d{4}, \d{1,2}:\d\d [ap]\. m\. \(hora de Lima\)", text
    )
    assert "data-print" in response.content.decode()
    assert "El nombre y el documento son los que la persona declaró: nadie los comprobó." in text


def test_waiting_is_valid_already(client, waiting):
    text = shown(client.get(reverse("certificates:verification", args=[waiting.code])))
    assert "VÁLIDO" in text
    assert "Número En preparación" in text


def test_revoked(client, certificate, result_url, oscar):
    at = datetime(2026, 10, 13, 3, 0, tzinfo=UTC)  # still the 12th in Lima
    revoke_certificate(certificate=certificate, reason="Motivo reservado", actor=oscar, now=at)
    text = shown(client.get(result_url))
    assert "Certificado revocado el 12/10/2026. No es válido." in text
    assert "REVOCADO" in text
    assert "VÁLIDO" not in text
    assert "Motivo reservado" not in text


def test_replaced_leads_to_the_new_one(client, certificate, result_url):
    Certificate.objects.filter(pk=certificate.pk).update(state="replaced")
    copy = Certificate.objects.get(pk=certificate.pk)
    copy.pk, copy.code, copy.uuid, copy.number, copy.state = None, new_code(), "1" * 32, 2, "issued"
    copy.save(force_insert=True)
    Certificate.objects.filter(pk=certificate.pk).update(replaced_by=copy)
    response = client.get(result_url)
    assert "REEMPLAZADO" in shown(response)
    assert "VÁLIDO" not in shown(response)
    assert reverse("certificates:verification", args=[copy.code]) in response.content.decode()


def test_unknown(client, certificate):
    response = client.get(reverse("certificates:verification", args=[new_code()]))
    assert response.status_code == 404
    assert UNKNOWN in shown(response)
    assert 'href="/ayuda/"' in response.content.decode()
    assert certificate.holder_name not in shown(response)


@pytest.mark.parametrize(
    "typed", ["ABCD", "7K2M-9QXA-4TBC-81DE-NF3Ñ", "0" * 19 + "1", "<b>x</b>", "x" * 300]
)
def test_malformed_in_the_address(client, typed):
    response = client.get(reverse("certificates:verification", args=[typed.replace("/", "")]))
    assert response.status_code == 404
    assert re.search(MISSING, shown(response))
    assert "<b>x" not in response.content.decode()


def test_near_misses_are_refused(client, certificate):
    response = client.get(VERIFY, {"codigo": near_miss(certificate.code)})
    assert NO_SUCH_CODE in shown(response)


def test_unchecked_is_never_valid(client, certificate, result_url, pdf_url):
    """The register does not answer: fail closed, and draw the page without it."""

    def fail(execute, sql, params, many, context):
        raise OperationalError("the database went away")

    for url in (result_url, pdf_url):
        with connection.execute_wrapper(fail):
            response = client.get(url)
        text = shown(response)
        assert response.status_code == 503
        assert "NO SE PUDO COMPROBAR" in text
        assert "Vuelve a intentar." in text
        assert "VÁLIDO" not in text
        assert "Referrer-Policy" in response.headers


class TestForm:
    """The field for the code."""

    def test_empty_form_has_one_field(self, client):
        page = client.get(VERIFY).content.decode()
        assert re.findall(r'<input[^>]* name="(\w+)"', page) == ["codigo"]
        assert "error-summary" not in page

    @pytest.mark.parametrize(
        "change", [str.lower, grouped, lambda code: f" {grouped(code).lower().replace('-', ' ')} "]
    )
    def test_leads_to_the_result_however_it_is_typed(self, client, certificate, result_url, change):
        assert client.get(VERIFY, {"codigo": change(certificate.code)})["Location"] == result_url

    def test_slip_keeps_what_was_typed(self, client):
        assert (
            "El texto lleva un signo que no se puede leer."
            in client.get(VERIFY, {"codigo": "7k2m\0"}).content.decode()
        )
        page = client.get(VERIFY, {"codigo": "7k2m 9qxa <x>"}).content.decode()
        assert 'value="7k2m 9qxa &lt;x&gt;"' in page
        assert (
            page.count("Faltan 11 caracteres: el código tiene 20.") == 2
        )  # in the summary and beside the field
        assert 'href="#id_codigo"' in page
        assert 'aria-invalid="true"' in page

    @pytest.mark.parametrize(
        "pasted",
        [
            "{0}\u200b", "\u200e{0}", "«{0}»", "({0})", "{0},", "Código: {0}",
            "Código de certificado {0}.",
            settings.BASE_URL + "/verificar/{1}/",
            "https://academia.example.gob.pe/certificados/{1}.pdf", "Ver {0} (válido)",
            "https://nam10.safelinks.example/?url=https%3A%2F%2Fpuriq.pe%2Fverificar%2F{1}%2F&d=05",
            "https://wa.me/?text=http%3A%2F%2Fpuriq.pe%2Fverificar%2F{1}%2F",
            "https://a.pe/?u=https%3A%2F%2Fb.pe%2F%3Fu%3Dhttps%253A%252F%252Fp.pe%252F{1}%252F",
            "{0} y otra vez {0}",
        ],
    )  # fmt: skip
    def test_what_was_pasted_around_it_is_left_out(self, client, certificate, result_url, pasted):
        typed = pasted.format(grouped(certificate.code), certificate.code)
        assert client.get(VERIFY, {"codigo": typed})["Location"] == result_url

    @pytest.mark.parametrize(
        "separator", ["\u200b", "\u2009", "\u2060", "\u200e-", " – ", "\u2011", "·", "/"]
    )
    def test_whatever_stands_between_its_groups(self, client, certificate, result_url, separator):
        typed = separator.join(re.findall("....", certificate.code))
        assert client.get(VERIFY, {"codigo": typed})["Location"] == result_url

    def test_full_width_letters(self, client, certificate, result_url):
        wide = "".join(chr(ord(character) + 0xFEE0) for character in certificate.code)
        assert client.get(VERIFY, {"codigo": wide})["Location"] == result_url

    def test_half_a_code_says_how_much_is_missing(self, client, certificate):
        assert "Faltan 12 caracteres: el código tiene 20." in shown(
            client.get(VERIFY, {"codigo": certificate.code[:8]})
        )
        assert "Sobra 1 carácter: el código tiene 20." in shown(
            client.get(VERIFY, {"codigo": certificate.code + "7"})
        )

    @pytest.mark.parametrize(
        ("typed", "is_told"),
        [("782", True), ("N.º 782", True), ("número 782", True), ("DNI 40123678", True),
         ("40123678", True), ("7K2M 9QXA", False), ("7K2M", False)],
    )  # fmt: skip
    def test_the_number_and_the_document_are_told_from_the_code(self, client, typed, is_told):
        page = shown(client.get(VERIFY, {"codigo": typed}))
        assert ("no son el código: está junto al QR." in page) is is_told
        assert "el código tiene 20." in page

    @pytest.mark.parametrize("typed", ["", "   ", "- -"])
    def test_nothing_typed(self, client, typed):
        assert "Escribe el código" in shown(client.get(VERIFY, {"codigo": typed}))

    @pytest.mark.parametrize(
        "typed",
        [
            "Lo prometido, Lo prometido", "Hola, te mando el certificado que pediste ayer. " * 8,
            "Buenos días, adjunto lo prometido en la reunión del lunes con la señora Quispe",
        ],
    )  # fmt: skip
    def test_a_text_without_a_code_accuses_nobody(self, client, typed):
        page = shown(client.get(VERIFY, {"codigo": typed}))
        assert "No encontramos un código en lo que pegaste." in page
        assert "desconfía del certificado" not in page

    def test_a_code_with_a_slip_within_a_text_is_compared(self, client, certificate):
        wrong = near_miss(certificate.code)
        for typed in (f"Mira el código: {grouped(wrong)}, gracias", f"https://p.pe/v/{wrong}/"):
            assert NO_SUCH_CODE in shown(client.get(VERIFY, {"codigo": typed}))

    def test_of_two_codes_none_is_chosen(self, client, certificate):
        typed = f"{certificate.code} y {grouped(new_code())}"
        assert "Pegaste más de un código." in shown(client.get(VERIFY, {"codigo": typed}))

    def test_never_by_name_or_number(self, client, certificate):
        for typed in (certificate.holder_name, DOCUMENT, str(certificate.number)):
            assert client.get(VERIFY, {"codigo": typed}).status_code == 200
            assert re.search(MISSING, shown(client.get(VERIFY, {"codigo": typed})))


@pytest.mark.parametrize("address", ["certificates:verification", "certificates:pdf"])
def test_address_typed_otherwise_leads_to_the_canonical_one(client, certificate, address):
    for typed in (
        certificate.code.lower(),
        grouped(certificate.code),
        grouped(certificate.code).replace("-", " "),
    ):
        assert client.get(reverse(address, args=[typed]))["Location"] == reverse(
            address, args=[certificate.code]
        )


class TestPrivacy:
    """CER-09: what a crawler finds."""

    @pytest.fixture
    def answers(self, client, certificate, result_url, pdf_url):
        Certificate.objects.filter(pk=certificate.pk).update(score_scaled=0.85)
        unknown = reverse("certificates:verification", args=[new_code()])
        return [client.get(url) for url in (result_url, pdf_url, VERIFY, unknown)]

    def test_headers(self, answers):
        for response in answers:
            assert response["X-Robots-Tag"] == "noindex, nofollow"
            assert response["Referrer-Policy"] == "same-origin"
            assert response["Cache-Control"] == "private, no-store"
            assert "puriq_sesion" not in response.cookies

    def test_neither_number_nor_grade_nor_e_mail_nor_institution(self, answers, holder):
        for response in answers:
            told = (
                response.content.decode("latin-1")
                + response.content.decode(errors="ignore")
                + str(response.headers)
            )
            for secret in (
                DOCUMENT,
                DOCUMENT[:5],
                holder.email,
                str(holder.learner_key),
                "0.85",
                "17 de 20",
                "Zorritos",
                "demo.example",
            ):
                assert secret not in told

    def test_number_stays_out_even_of_what_the_view_reads(self, client, result_url):
        with CaptureQueriesContext(connection) as statements:
            client.get(result_url)
        assert not re.search(
            "document_cipher|score_scaled", " ".join(row["sql"] for row in statements)
        )

    def test_no_list_for_strangers(self, client):
        response = client.get("/certificados/")
        assert response.status_code == 302
        assert response["Location"].startswith("/cuenta/ingresar/")


class TestDocument:
    """The PDF by its code."""

    def test_is_given_to_whoever_has_the_code(self, client, certificate, pdf_url):
        response = client.get(pdf_url)
        assert response["Content-Type"] == "application/pdf"
        assert (
            response["Content-Disposition"]
            == f'attachment; filename="certificado-{grouped(certificate.code)}.pdf"'
        )
        assert response.content.startswith(b"%PDF-")
        assert client.get(pdf_url).content == response.content

    def test_waiting_says_when_to_come_back(self, client, waiting):
        response = client.get(reverse("certificates:pdf", args=[waiting.code]))
        assert (response.status_code, response["Retry-After"]) == (202, "60")
        assert "Estamos preparando tu certificado. Vuelve en un minuto." in shown(response)

    @pytest.mark.parametrize("state", ["revoked", "replaced"])
    def test_one_that_is_not_valid_is_not_given(
        self, client, certificate, result_url, pdf_url, state
    ):
        Certificate.objects.filter(pk=certificate.pk).update(
            state=state, revoked_at=certificate.created_at
        )
        assert client.get(pdf_url)["Location"] == result_url

    def test_unknown_and_malformed(self, client, certificate):
        unknown = client.get(reverse("certificates:pdf", args=[new_code()]))
        malformed = client.get(reverse("certificates:pdf", args=[near_miss(certificate.code)]))
        assert (unknown.status_code, malformed.status_code) == (404, 404)
        assert UNKNOWN in shown(unknown)
        assert NO_SUCH_CODE in shown(malformed)


@pytest.mark.parametrize("tail", [",", ")", "/)", "/,", ".", "/.", "»", "%E2%80%8B"])
def test_what_follows_a_pasted_address(client, certificate, result_url, pdf_url, tail):
    for address in (result_url.rstrip("/"), pdf_url):
        answer = client.get(address + tail, follow=True)
        assert answer.status_code == 200
        assert answer.request["PATH_INFO"] in {result_url, pdf_url}


@pytest.mark.parametrize(
    "address", ["/verificar/nada/mas", "/certificados/nada", "/certificados/" + "0" * 19 + "1"]
)
def test_what_holds_no_code_is_nowhere(client, db, address):
    assert client.get(address, follow=True).status_code == 404


@pytest.mark.parametrize("name", ["verify", "verification", "pdf"])
def test_only_reading(client, name):
    arguments = [] if name == "verify" else ["0" * 20]
    assert client.post(reverse(f"certificates:{name}", args=arguments)).status_code == 405


def test_getting_writes_nothing(client, result_url, pdf_url):
    with CaptureQueriesContext(connection) as statements:
        for url in (result_url, pdf_url, VERIFY):
            client.get(url)
    assert all(row["sql"].startswith("SELECT") for row in statements)


@pytest.mark.parametrize(("who", "expected"), [(None, 1), ("omar", 3)])
def test_statements(client, result_url, pdf_url, request, who, expected):
    """One for the certificate; session and person besides, where the page greets whoever signed
    in.
    """
    if who:
        client.force_login(request.getfixturevalue(who))
    for url in (result_url, pdf_url):
        client.get(url)
        with CaptureQueriesContext(connection) as statements:
            client.get(url)
        assert len(statements) <= expected, [row["sql"] for row in statements]


class TestLimit:
    """So many checks a minute for each network address."""

    @pytest.fixture(autouse=True)
    def few(self, allow):
        allow(VERIFICATIONS, 3)
        allow(CERTIFICATE_FILES, 3)

    @pytest.mark.parametrize("kind", ["result_url", "pdf_url"])
    def test_says_it_in_plain_words(self, client, kind, request):
        url = request.getfixturevalue(kind)
        assert [client.get(url).status_code for _time in range(3)] == [200] * 3
        response = client.get(url)
        assert (response.status_code, response["Retry-After"]) == (429, "60")
        assert "Espera un minuto" in shown(response)
        assert f'href="{url}">Intenta otra vez' in response.content.decode()

    def test_other_addresses_go_on(self, client, result_url):
        for _time in range(4):
            client.get(result_url)
        assert client.get(result_url, REMOTE_ADDR="192.0.2.7").status_code == 200

    def test_cache_holds_no_address(self, client, result_url):
        client.get(result_url, REMOTE_ADDR="192.0.2.7")
        assert keys_in_cache("limits")
        assert not any("192.0.2.7" in key for key in keys_in_cache("limits"))

    def test_cache_that_fails_stops_nobody(self, client, result_url, monkeypatch):
        def fail(*args, **kwargs):
            raise ConnectionError("the cache went away")

        monkeypatch.setattr(caches["limits"], "get", fail)
        assert [client.get(result_url).status_code for _time in range(5)] == [200] * 5

    def test_without_an_address_nobody_is_stopped(self, client, result_url):
        assert [client.get(result_url, REMOTE_ADDR="").status_code for _time in range(5)] == [
            200
        ] * 5
