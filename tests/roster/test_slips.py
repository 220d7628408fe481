"""Slips bring in whoever has no e-mail: printed, handed out, and good once."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from accounts.limits import SLIPS_PRINTED
from accounts.models import RecoveryCode, User
from accounts.recovery import SLIP_LASTS, use_code
from accounts.services import create_person
from audit.models import AuditEntry
from roster.slips import give_next_slips, people_to_activate
from tests.racing import at_once
from tests.roster.test_files import carried_out, line, text_of

pytestmark = pytest.mark.django_db
SLIPS = "/personas/papeletas/"
TIME = re.compile(r'name="tanda" value="([^"]+)"')
CODE = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")


def words(answer) -> str:
    pages = PdfReader(BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split()).replace("\u200b", "")


@pytest.fixture
def listed(nora, organisations):
    """Six people whom a list brought in."""
    return carried_out(
        nora, *[line(number, name=f"Ñusta{chr(64 + number)}") for number in range(1, 7)]
    )


def test_a_slip_is_printed_and_lets_its_person_in(as_nora, client, listed):
    assert "6 personas no han ingresado y no tienen papeleta" in text_of(as_nora.get(SLIPS))
    answer = as_nora.post(SLIPS)
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    text = words(answer)
    for part in ("ÑustaA Quispe Mamani", "que termina en 001", "/cuenta/recuperar/codigo/"):
        assert part in text
    assert "00000001" not in text
    assert len(set(CODE.findall(text))) == 6
    assert len(PdfReader(BytesIO(answer.content)).pages) == 2
    person = User.objects.get(first_name="ÑustaC")
    of_person = text[text.index("ÑustaC") :]
    code = CODE.search(of_person)[0]
    password = "tres palabras juntas"
    assert use_code(username=person.username, typed=code, password=password, now=timezone.now())
    client.logout()
    client.post("/cuenta/ingresar/", {"username": "00000003", "password": password})
    assert client.get("/cuenta/").status_code == 200


def test_a_page_sent_twice_spends_no_slip_that_is_out(as_nora, listed):
    first = words(as_nora.post(SLIPS))
    again = as_nora.post(SLIPS, follow=True)
    assert "Ya tienen su papeleta" in text_of(again)
    assert "6 personas tienen una papeleta que sirve" in text_of(again)
    assert RecoveryCode.objects.filter(used_at=None).count() == 6
    time = TIME.search(as_nora.get(SLIPS).content.decode())[1]
    other = words(as_nora.post(SLIPS, {"tanda": time}))
    assert not set(CODE.findall(first)) & set(CODE.findall(other))
    twice = as_nora.post(SLIPS, {"tanda": time}, follow=True)
    assert "Ya tienen su papeleta" in text_of(twice)


def test_only_what_was_printed_together_is_printed_again(as_nora, listed, monkeypatch):
    """The second document was lost: slips of the first are in the hands of their people."""
    monkeypatch.setattr("roster.slips.MOST", 4)
    first, second = (set(CODE.findall(words(as_nora.post(SLIPS)))) for _time in range(2))
    assert (len(first), len(second)) == (4, 2)
    page = as_nora.get(SLIPS)
    assert re.findall(r"(\d) papeletas del", text_of(page)) == ["2", "4"]
    newest = TIME.search(page.content.decode())[1]
    given = dict(RecoveryCode.objects.values_list("user__first_name", "digest"))
    again = words(as_nora.post(SLIPS, {"tanda": newest}))
    assert len(set(CODE.findall(again)) - second) == 2
    now = dict(RecoveryCode.objects.values_list("user__first_name", "digest"))
    assert {name for name in now if now[name] != given[name]} == {"ÑustaE", "ÑustaF"}


def test_who_prints_too_often_is_told_how_long_to_wait(as_nora, listed, allow):
    allow(SLIPS_PRINTED, 0)
    answer = as_nora.post(SLIPS)
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    body = text_of(answer)
    assert "Imprimiste muchas papeletas seguidas. Espera una hora." in body
    assert "6 personas no han ingresado y no tienen papeleta" in body
    assert not RecoveryCode.objects.exists()


def test_a_slip_lasts_a_month(as_nora, listed):
    as_nora.post(SLIPS)
    code = RecoveryCode.objects.first()
    assert code.expires_at - code.issued_at == SLIP_LASTS
    RecoveryCode.objects.update(
        issued_at=timezone.now() - timedelta(days=31), expires_at=timezone.now()
    )
    assert "6 personas no han ingresado y no tienen papeleta" in text_of(as_nora.get(SLIPS))


def test_only_people_in_reach_who_never_came_in_get_one(nora, max_, listed, lina, nusta):
    names = set(people_to_activate(nora).values_list("first_name", flat=True))
    assert {"ÑustaA", "ÑustaF"} <= names
    assert "Lina" not in names  # of another region, and she came in
    User.objects.filter(first_name="ÑustaA").update(last_login=timezone.now())
    assert "ÑustaA" not in set(people_to_activate(nora).values_list("first_name", flat=True))
    assert not people_to_activate(max_).filter(first_name="ÑustaB").exists()


def test_slips_of_one_list_alone(as_nora, listed, organisations):
    create_person(
        first_name="Fuera",
        document_type="dni",
        document_number="41999999",
        organisation=organisations["puno"],
        now=timezone.now(),
    )
    assert "7 personas" in text_of(as_nora.get(SLIPS))
    assert "6 personas" in text_of(as_nora.get(f"{SLIPS}?lista={listed.uuid}"))
    assert "Fuera" not in words(as_nora.post(f"{SLIPS}?lista={listed.uuid}"))
    page = text_of(as_nora.get(f"/personas/listas/{listed.uuid}/"))
    assert f"{SLIPS}?lista={listed.uuid}" in page


def test_a_list_of_somebody_else_is_nothing(as_oscar, listed):
    assert as_oscar.get(f"{SLIPS}?lista={listed.uuid}").status_code == 404
    assert as_oscar.get(f"{SLIPS}?lista=x").status_code == 404


def test_who_has_an_e_mail_alone_is_named_by_it(as_nora, organisations):
    create_person(
        first_name="Rosa",
        email="rosa@muni.pe",
        organisation=organisations["puno"],
        now=timezone.now(),
    )
    assert "tu correo: rosa@muni.pe" in words(as_nora.post(SLIPS))


def test_the_trail_says_who_printed_how_many(as_nora, nora, listed):
    as_nora.post(SLIPS)
    entry = AuditEntry.objects.get(action="slips_printed")
    assert (entry.actor_key, entry.details) == (nora.learner_key, {"count": 6})
    assert AuditEntry.objects.filter(action="recovery_code_issued").count() == 6


@pytest.mark.parametrize("name", ["x" * 120, "Ñusta Q'orianka D’Angelo", "Нина", "محمد"])
def test_whatever_a_name_holds_is_drawn(as_nora, organisations, name):
    create_person(
        first_name=name,
        email="p@x.pe",
        organisation=organisations["puno"],
        now=timezone.now(),
    )
    assert as_nora.post(SLIPS).content.startswith(b"%PDF")


def test_who_has_nothing_to_type_gets_no_slip_and_no_code(as_nora, listed):
    person = User.objects.get(first_name="ÑustaC")
    User.objects.filter(pk=person.pk).update(
        document_type="", document_cipher="", document_index=None
    )
    page = text_of(as_nora.get(SLIPS))
    assert "1 persona no tiene documento ni correo con que ingresar" in page
    assert "ÑustaC" not in words(as_nora.post(SLIPS))
    answer = text_of(as_nora.post(f"/cuenta/ayudar-a-ingresar/{person.username}/", {"after": ""}))
    assert "No tiene documento ni correo con que ingresar" in answer
    assert not RecoveryCode.objects.filter(user=person).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_print_at_once_one_gives_the_codes(nora, listed):
    def print_them():
        now = timezone.now()
        people = people_to_activate(nora)
        return give_next_slips(people=people, given_at=None, giver=nora, now=now)

    given = at_once([print_them, print_them])
    assert sorted(len(slips) for slips in given) == [0, 6]
    assert RecoveryCode.objects.count() == 6
