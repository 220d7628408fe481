"""The trail is searched, tells acts in words, and says whether its chain is whole."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.services import create_person
from audit.models import AuditEntry, ChainCheck, Seal
from audit.sealing import check_again, first_broken_seal, go_on_checking, seal_pending_entries
from audit.services import record_act
from certificates.models import Certificate
from courses.editions import outline_of
from learning.services import complete_activity, enrol_learner
from operations.trail import MOST_SHOWN, THINGS
from privacy.acts import ACTS

pytestmark = pytest.mark.django_db
TRAIL, HOME = "/operacion/historial/", "/operacion/"


@pytest.fixture
def as_oscar(client, oscar):
    client.force_login(oscar)
    return client


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def note(actor, action, *, on=None, thing="person", key="", at=None, details=None) -> AuditEntry:
    return record_act(
        actor_key=actor and actor.learner_key,
        action=action,
        object_type=thing,
        object_key=str(on.learner_key) if on else key,
        now=at or timezone.now(),
        details=details,
    )


@pytest.fixture
def acts(nora, lina):
    """Nora opened Lina's card and corrected her name; the site issued a certificate."""
    note(nora, "card_opened", on=lina)
    note(nora, "person_corrected", on=lina, details={"fields": ["first_name"]})
    note(None, "certificate_created", thing="certificate", key=str(uuid4()))


def sought(client, **typed) -> str:
    """Search, follow the address and return the page; the address tells nothing of a person."""
    answer = client.post(TRAIL, typed)
    assert answer.status_code == 302, text_of(answer)
    for value in typed.values():
        assert "@" not in value or value not in answer["Location"]
    return text_of(client.get(answer["Location"]))


@pytest.mark.parametrize("who", ["40123678", "rosa@demo.example", "rosa quispe"])
def test_who_saw_what_is_found_by_person(as_oscar, nora, who):
    rosa = create_person(
        first_name="Rosa",
        last_name="Quispe",
        email="rosa@demo.example",
        document_type="dni",
        document_number="40123678",
        now=timezone.now(),
    )
    note(nora, "card_opened", on=rosa)
    note(nora, "person_corrected", on=rosa, details={"fields": ["first_name"]})
    answer = as_oscar.post(TRAIL, {"who": who})
    assert answer["Location"] == f"{TRAIL}?persona={rosa.learner_key}"
    body = text_of(as_oscar.get(answer["Location"]))
    assert "Actos de Rosa Quispe y en su registro" in body
    assert "<strong>Ficha abierta</strong>" in body
    assert "<strong>Datos corregidos</strong>: Nombres" in body
    assert "por Nora Quispe" in body
    assert "40123678" not in body


def test_it_is_found_by_object_act_and_day(as_oscar, acts, lina):
    by_act = sought(as_oscar, act="certificate_created")
    assert by_act.count('<li> <span class="grow"> <strong>') == 1
    assert "por el sitio" in by_act
    certificate = AuditEntry.objects.get(action="certificate_created")
    assert "Certificado emitido</strong>" in sought(as_oscar, key=certificate.object_key)
    assert "Ficha abierta</strong>" in sought(as_oscar, thing="person", act="card_opened")
    today = timezone.localdate().isoformat()
    assert "Ficha abierta</strong>" in sought(as_oscar, since=today, until=today)
    assert "Ningún acto es así." in sought(as_oscar, since="2026-01-01", until="2026-01-02")


def test_a_certificate_is_found_by_the_code_that_papers_show(as_oscar, lina, course):
    enrolment = enrol_learner(user=lina, course=course, received_at=timezone.now())
    for activity in outline_of(course.latest_edition_id).activities:
        complete_activity(
            enrolment_id=enrolment.pk,
            learner=lina.learner_key,
            activity_key=activity.key,
            uuid=uuid4(),
            received_at=timezone.now(),
        )
    code = Certificate.objects.get().code
    shown = "-".join(re.findall("....", code))
    for typed in (code, shown, f"https://x.pe/verificar/{code}/"):
        body = sought(as_oscar, key=typed)
        assert "Certificado emitido</strong>" in body
        assert f"Certificado <code>{shown}</code>" in body


def test_days_are_those_of_lima(as_oscar, lina):
    late = timezone.make_aware(datetime.fromisoformat("2026-03-01T23:30"))
    note(None, "card_opened", on=lina, at=late)
    note(None, "person_moved", on=lina, at=late + timedelta(hours=1))
    body = sought(as_oscar, since="2026-03-01", until="2026-03-01")
    assert "Ficha abierta</strong>" in body
    assert "Cambio de entidad</strong>" not in body


def test_of_several_people_one_is_chosen(as_oscar, lina):
    other = create_person(
        first_name="Lina", last_name="Rojas", email="l@demo.example", now=timezone.now()
    )
    answer = as_oscar.post(TRAIL, {"who": "lina", "act": "card_opened"})
    body = text_of(answer)
    assert "¿A quién buscas?" in body
    for person in (lina, other):
        assert f"persona={person.learner_key}&amp;acto=card_opened" in body
    assert AuditEntry.objects.get(action="people_sought").details["count"] == 2


def test_who_was_erased_is_found_by_identifier(as_oscar):
    gone = uuid4()
    record_act(
        actor_key=gone,
        action="question_saved",
        object_type="question",
        object_key=str(uuid4()),
        now=timezone.now(),
    )
    body = sought(as_oscar, who=str(gone))
    assert "Actos de una persona que ya no está" in body
    assert "por una persona que ya no está" in body


def test_the_short_identifier_of_a_card_is_understood(as_oscar, lina):
    for typed in ({"who": lina.username}, {"who": lina.username.upper()}):
        answer = as_oscar.post(TRAIL, typed)
        assert answer["Location"] == f"{TRAIL}?persona={lina.learner_key}"
    answer = as_oscar.post(TRAIL, {"key": lina.username})
    assert answer["Location"] == f"{TRAIL}?clave={lina.learner_key}"
    unknown = as_oscar.post(TRAIL, {"who": "p" + "0" * 20})
    assert "No encontramos a esa persona" in text_of(unknown)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Escribe al menos una cosa que buscar"),
        ({"who": "x"}, "Escribe al menos dos letras"),
        ({"who": "40999999"}, "No encontramos a esa persona"),
        ({"key": "40123678"}, "Si es un documento, escríbelo en el primer campo"),
        ({"key": "../.."}, "No es un identificador"),
        ({"since": "ayer"}, "Escribe una fecha, como 31/03/2027."),
        ({"since": "0001-01-01"}, "Escribe un día entre 2000 y 2100."),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "Es anterior al primer día."),
        ({"act": "nada"}, "nada"),
    ],
)
def test_what_cannot_be_sought_is_told_and_kept(as_oscar, typed, told):
    answer = as_oscar.post(TRAIL, typed)
    assert answer.status_code == 200
    assert told in text_of(answer)
    for name, value in typed.items():
        assert answer.context["form"][name].value() == value


@pytest.mark.parametrize(
    "asked",
    [
        "persona=40123678", "desde=ayer", "hasta=2026-13-45", "acto=x&antes=a",
        "acto=x&antes=99999999999999999999", "desde=9999-12-31",
    ],
)  # fmt: skip
def test_an_address_that_nobody_wrote_is_not_found(as_oscar, asked):
    assert as_oscar.get(f"{TRAIL}?{asked}").status_code == 404


def test_a_look_is_on_the_record_of_who_was_looked_at(as_oscar, oscar, acts, lina):
    as_oscar.get(TRAIL)
    assert not AuditEntry.objects.filter(action__startswith="trail").exists()
    as_oscar.get(f"{TRAIL}?persona={lina.learner_key}")
    seen = AuditEntry.objects.get(action="trail_seen")
    assert (seen.actor_key, seen.object_key) == (oscar.learner_key, str(lina.learner_key))
    as_oscar.get(f"{TRAIL}?acto=card_opened&desde=2026-01-01")
    searched = AuditEntry.objects.get(action="trail_searched")
    assert searched.details == {"by": ["act", "since"], "count": 1}


def test_pages_go_on_behind_the_last_act(as_oscar, lina, django_assert_max_num_queries):
    for number in range(MOST_SHOWN + 3):
        note(lina, "question_saved", thing="question", key=f"q-{number}")
    address = f"{TRAIL}?acto=question_saved"
    as_oscar.get(address)
    with django_assert_max_num_queries(8):
        first = text_of(as_oscar.get(address))
    assert first.count("Pregunta guardada</strong>") == MOST_SHOWN
    last = AuditEntry.objects.get(object_key="q-3").pk
    assert f"{address}&amp;antes={last}" in first
    second = text_of(as_oscar.get(f"{address}&antes={last}"))
    assert second.count("Pregunta guardada</strong>") == 3
    assert "Vuelve a los más nuevos" in second
    assert "Mira más antiguos" not in second


def test_it_is_for_operators_of_the_nation(client, person, nora):
    narrow = person("Olga", role="operator", areas=("24",))
    for who in (narrow, nora):
        client.force_login(who)
        for address in (TRAIL, reverse("operations:check_chain")):
            assert client.post(address).status_code == 404
        assert client.get(TRAIL).status_code == 404


def test_the_chain_is_whole_or_broke_at_an_act(as_oscar, acts):
    assert "Todavía no se comprobó." in text_of(as_oscar.get(TRAIL))
    seal_pending_entries()
    told = as_oscar.post(f"{TRAIL}comprobar/", follow=True)
    assert "La cadena está entera" in text_of(told)
    assert "3 sellos, comprobados:" in text_of(told)
    AuditEntry.objects.filter(action="card_opened").update(details={"forged": 1})
    number = Seal.objects.get(entry__action="card_opened").number
    broken = text_of(as_oscar.post(f"{TRAIL}comprobar/", follow=True))
    assert f"La cadena se rompió en el sello {number}, del acto «Ficha abierta»" in broken
    assert f"su cadena se rompió en el sello {number}." in text_of(as_oscar.get(HOME))
    assert AuditEntry.objects.filter(action="chain_checked").count() == 2


def test_a_long_chain_is_walked_in_turns(acts):
    seal_pending_entries()
    now = timezone.now()
    check = check_again(now, limit=2)
    assert (check.number, check.finished_at, check.started_at) == (2, None, now)
    check = go_on_checking(now + timedelta(minutes=1), limit=2)
    assert (check.whole_until, check.finished_at) == (3, now + timedelta(minutes=1))
    assert go_on_checking(now + timedelta(hours=2), limit=2).started_at is None
    assert go_on_checking(now + timedelta(hours=25), limit=2).started_at is not None


def test_a_chain_whose_end_was_cut_off_is_broken(acts):
    seal_pending_entries()
    check_again(timezone.now())
    Seal.objects.filter(number=3).delete()
    assert first_broken_seal() is None
    check = go_on_checking(timezone.now() + timedelta(hours=25))
    assert check.broken_number == 3
    # It stays so until somebody asks again.
    go_on_checking(timezone.now() + timedelta(hours=50))
    assert ChainCheck.objects.get().broken_number == 3


def test_every_act_that_code_records_has_words():
    for action in ("trail_seen", "trail_searched", "chain_checked", "failed_task_repeated"):
        assert action in ACTS


def test_every_kind_of_record_has_words():
    sources = (path for room in settings.ROOMS for path in Path(room).rglob("*.py"))
    named = re.compile(r"object_type=\"(\w+)\"")
    kinds = {kind for path in sources for kind in named.findall(path.read_text())}
    assert len(kinds) > 9
    assert kinds <= set(THINGS)
