"""What an account did and saw is taken out as one signed file, and an altered file is told (P16,
OPS-09).
"""

import csv
import io
import json
import re
import tracemalloc
import zipfile
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from uuid import uuid4
from zipfile import ZIP_DEFLATED

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from accounts.services import create_person
from audit.models import AuditEntry, Seal
from audit.sealing import seal_pending_entries
from audit.services import record_act
from certificates.models import Certificate
from courses.editions import outline_of
from learning.services import complete_activity, enrol_learner
from operations.evidence.bundle import ACTS, MANIFEST, PEOPLE, SEALS, SIGNATURE
from operations.evidence.checking import NotEvidence, check_bundle

pytestmark = pytest.mark.django_db
EVIDENCE = "/operacion/historial/evidencia/"
DAYS = {"since": "2026-11-27", "until": "2026-11-29"}
ASKED = {**DAYS, "why": "incident", "reason": "Ingreso desde un equipo perdido"}


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def note(actor, action, moment, *, on=None, thing="person", key="", details=None) -> AuditEntry:
    return record_act(
        actor_key=actor.learner_key,
        action=action,
        object_type=thing,
        object_key=str(on.learner_key) if on else key,
        now=at(moment),
        details=details,
    )


@pytest.fixture
def rosa(db):
    rosa = create_person(
        first_name="Rosa",
        last_name="Quispe",
        email="rosa@demo.example",
        document_type="dni",
        document_number="40123678",
        now=timezone.now(),
    )
    # As a row of an earlier release may be.
    User.objects.filter(pk=rosa.pk).update(first_name="=Rosa")
    return rosa


@pytest.fixture
def three_days(nora, lina, rosa):
    """Nora looked at two people and a list of forty; before, after and others' acts are apart."""
    note(nora, "card_opened", "2026-11-26T23:59", on=rosa)
    note(nora, "card_opened", "2026-11-27T00:00", on=lina)
    note(lina, "card_opened", "2026-11-28T09:00", on=nora)
    note(nora, "person_corrected", "2026-11-28T10:00", on=rosa, details={"fields": ["email"]})
    note(nora, "people_listed", "2026-11-29T23:59", thing="figures", details={"count": 40})
    note(nora, "card_opened", "2026-11-30T00:00", on=rosa)


@pytest.fixture
def as_oscar(client, oscar):
    client.force_login(oscar)
    return client


def taken(client, account, **changed):
    return client.post(f"{EVIDENCE}?persona={account}", ASKED | changed)


@pytest.fixture
def bundle(as_oscar, three_days, nora, tmp_path) -> Path:
    answer = taken(as_oscar, nora.learner_key)
    assert answer["Content-Disposition"].endswith('"evidencia-2026-11-27-2026-11-29.zip"')
    assert "no-store" in answer["Cache-Control"]
    path = tmp_path / "evidencia.zip"
    path.write_bytes(b"".join(answer.streaming_content))
    return path


def table(path: Path, name: str) -> list[list[str]]:
    with zipfile.ZipFile(path) as file:
        return list(csv.reader(io.StringIO(file.read(name).decode("utf-8-sig"), newline="")))


def manifest_of(path: Path) -> dict:
    with zipfile.ZipFile(path) as file:
        return json.loads(file.read(MANIFEST))


def altered(path: Path, name: str, change) -> Path:
    """Return a copy in which one file of the bundle is changed."""
    other = path.with_name("otra.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for member in source.namelist():
            data = source.read(member)
            target.writestr(member, change(data) if member == name else data)
    return other


def test_it_says_who_what_when_and_how_many(bundle, nora, oscar, lina, rosa):
    _header, *rows = table(bundle, ACTS)
    assert [(row[0], row[1], row[5]) for row in rows] == [
        ("2026-11-27 00:00:00", "Ficha abierta", ""),
        ("2026-11-28 10:00:00", "Datos corregidos", ""),
        ("2026-11-29 23:59:00", "Lista de personas abierta", "40"),
    ]
    people = {row[1]: (row[0], row[2]) for row in table(bundle, PEOPLE)[1:]}
    assert people[str(lina.learner_key)] == (str(lina), "1")
    assert people[str(rosa.learner_key)][0].startswith("'=")
    manifest = manifest_of(bundle)
    assert manifest["account"] == {"key": str(nora.learner_key), "name": str(nora)}
    assert manifest["made_by"]["name"] == str(oscar)
    assert (manifest["why"], manifest["reason"]) == ("incident", ASKED["reason"])
    assert manifest["counts"] == {
        "acts": 3,
        "people": 2,
        "listed": 40,
        "without_seal": 0,
        "seals_that_do_not_fit": 0,
        "by_act": {"card_opened": 1, "people_listed": 1, "person_corrected": 1},
    }
    assert manifest["chain"]["last_digest"] == Seal.objects.get(number=6).digest


def test_acts_on_a_certificate_tell_its_code_and_its_holder(as_oscar, nora, lina, course, tmp_path):
    """What papers and people know; nobody is told to be gone who never was there."""
    enrolment = enrol_learner(user=lina, course=course, received_at=timezone.now())
    for activity in outline_of(course.latest_edition_id).activities:
        complete_activity(
            enrolment_id=enrolment.pk,
            learner=lina.learner_key,
            activity_key=activity.key,
            uuid=uuid4(),
            received_at=timezone.now(),
        )
    certificate = Certificate.objects.get()
    note(nora, "people_listed", "2026-11-28T09:00", details={"count": 3})
    note(nora, "certificate_revoked", "2026-11-28T10:00", thing="certificate",
         key=str(certificate.uuid))  # fmt: skip
    note(nora, "card_opened", "2026-11-28T11:00", on=lina)
    path = tmp_path / "evidence.zip"
    path.write_bytes(b"".join(taken(as_oscar, nora.learner_key).streaming_content))
    (row,) = [row for row in table(path, ACTS) if row[2] == "Certificado"]
    assert row[3:5] == [str(lina), "-".join(re.findall("....", certificate.code))]
    assert table(path, PEOPLE)[1:] == [[str(lina), str(lina.learner_key), "2"]]


def test_it_holds_no_document_and_no_address(bundle):
    with zipfile.ZipFile(bundle) as file:
        text = b"".join(file.read(name) for name in file.namelist())
    assert b"40123678" not in text
    assert b"rosa@demo.example" not in text


def test_taking_it_is_a_sealed_line_with_its_digest(bundle, nora, oscar, capsys):
    line = AuditEntry.objects.get(action="evidence_taken")
    assert (line.actor_key, line.object_key) == (oscar.learner_key, str(nora.learner_key))
    assert (line.details["why"], line.details["count"]) == ("incident", 3)
    assert ASKED["reason"] not in str(line.details)
    seal_pending_entries()
    checked = check_bundle(bundle)
    assert checked.problems == []
    call_command("check_evidence", str(bundle))
    assert "Actos: 3, del 2026-11-27 al 2026-11-29" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        (ACTS, lambda data: data.replace(b"Ficha", b"Carta"), "Cambiaron actos.csv."),
        (PEOPLE, lambda data: data[:-3], "Cambiaron personas.csv."),
        (SEALS, lambda data: data.replace(b"card_opened", b"card_closed"), "no encaja"),
        (SEALS, lambda data: data[:40], "no se puede leer"),
        (SEALS, lambda data: b"", "Cambiaron sellos.jsonl."),
        (MANIFEST, lambda data: data.replace(b'"acts": 3', b'"acts": 2'), "La firma no es"),
        (SIGNATURE, lambda data: b"0" * 64, "La firma no es"),
    ],
)
def test_an_altered_file_is_told(bundle, capsys, name, change, told):
    other = altered(bundle, name, change)
    assert any(told in problem for problem in check_bundle(other).problems)
    with pytest.raises(CommandError, match="no la presentes como prueba"):
        call_command("check_evidence", str(other))
    assert told in capsys.readouterr().out


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", [ACTS, MANIFEST, SIGNATURE])
def test_a_second_file_with_the_name_of_one_is_told(bundle, tmp_path, name):
    """We read the last of the two; a program that opens the file may show the first."""
    other = tmp_path / "otra.zip"
    with zipfile.ZipFile(bundle) as source, zipfile.ZipFile(other, "w") as target:
        target.writestr(name, b"Nora no hizo nada")
        for member in source.namelist():
            target.writestr(member, source.read(member))
    assert any("dos con el mismo nombre" in told for told in check_bundle(other).problems)


@pytest.mark.parametrize(
    "change",
    [
        {"files": [ACTS, PEOPLE, SEALS]},
        {"files": dict.fromkeys([ACTS, PEOPLE, SEALS], "x")},
        {"files": {name: {} for name in (ACTS, PEOPLE, SEALS)}},
    ],
)
def test_a_manifest_of_another_shape_is_no_evidence(bundle, change):
    text = json.dumps(manifest_of(bundle) | change).encode()
    with pytest.raises(NotEvidence):
        check_bundle(altered(bundle, MANIFEST, lambda data: text))


@pytest.mark.parametrize(
    "change",
    [
        {"account": {"key": "\0"}},
        {"chain": {"last_seal": float("inf"), "last_digest": ""}},
        {"chain": {"last_seal": 10**30, "last_digest": "\0"}},
        {"chain": {"last_seal": 6, "last_digest": "\0"}},
        {"counts": None},
    ],
)
def test_a_manifest_with_odd_values_is_told(bundle, change):
    text = json.dumps(manifest_of(bundle) | change).encode()
    problems = check_bundle(altered(bundle, MANIFEST, lambda data: text)).problems
    assert any("La firma no es" in problem for problem in problems)


def test_a_signature_that_unpacks_to_much_takes_no_memory(bundle):
    other = bundle.with_name("otra.zip")
    with zipfile.ZipFile(bundle) as source, zipfile.ZipFile(other, "w", ZIP_DEFLATED) as target:
        for member in {*source.namelist()} - {SIGNATURE}:
            target.writestr(member, source.read(member))
        target.writestr(SIGNATURE, b"0" * 50_000_000)
    tracemalloc.start()
    try:
        assert any("La firma no es" in told for told in check_bundle(other).problems)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_one_that_another_site_made_is_told(bundle, settings):
    settings.SECRET_KEY = "another site's key, long enough to be one"
    assert "La firma no es de este sitio, o cambiaron el manifiesto." in (
        check_bundle(bundle).problems
    )


def test_acts_that_changed_in_the_database_are_told(as_oscar, three_days, nora, tmp_path):
    seal_pending_entries()
    AuditEntry.objects.filter(action="people_listed").update(details={"count": 1})
    path = tmp_path / "evidencia.zip"
    path.write_bytes(b"".join(taken(as_oscar, nora.learner_key).streaming_content))
    assert manifest_of(path)["counts"]["seals_that_do_not_fit"] == 1
    problems = check_bundle(path).problems
    assert any("1 acto ya no encajaba" in problem for problem in problems)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_another_file_is_no_evidence(tmp_path, content):
    path = tmp_path / "otra.zip"
    path.write_bytes(content)
    with pytest.raises(NotEvidence, match="No es una evidencia de Puriq"):
        check_bundle(path)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"since": ""}, "Escribe el día."),
        ({"why": ""}, "Elige para qué."),
        ({"reason": " "}, "Escribe el motivo."),
        ({"until": "2026-11-01"}, "Es anterior al primer día."),
        ({"since": "2099-01-01", "until": "2099-01-02"}, "Ese día todavía no pasó."),
        ({"since": "2020-01-01"}, "Saca un año por vez."),
        ({"reason": "La cuenta de 40123678"}, "el número de un documento"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_taken(as_oscar, nora, typed, told):
    answer = taken(as_oscar, nora.learner_key, **typed)
    assert told in " ".join(answer.content.decode().split())
    assert answer.context["form"]["reason"].value() == {**ASKED, **typed}["reason"]
    assert not AuditEntry.objects.filter(action="evidence_taken").exists()


def test_too_much_for_a_screen_leads_to_the_terminal(as_oscar, three_days, nora, monkeypatch):
    monkeypatch.setattr(import_module("operations.views.evidence"), "MOST_ACTS", 2)
    body = " ".join(taken(as_oscar, nora.learner_key).content.decode().split())
    assert "Son 3 actos: demasiados para esta pantalla." in body
    assert f"take_evidence {nora.learner_key} evidencia.zip --since 2026-11-27" in body


def test_the_trail_of_a_person_leads_to_it(as_oscar, lina):
    page = as_oscar.get(f"/operacion/historial/?persona={lina.learner_key}").content.decode()
    assert f'href="{EVIDENCE}?persona={lina.learner_key}"' in page
    assert as_oscar.get(EVIDENCE)["Location"] == "/operacion/historial/"
    assert as_oscar.get(f"{EVIDENCE}?persona=40123678").status_code == 302


def test_it_is_for_operators_of_the_nation(client, person, nora, lina):
    for who in (person("Olga", role="operator", areas=("24",)), nora, lina):
        client.force_login(who)
        assert taken(client, lina.learner_key).status_code == 404


def test_a_terminal_takes_the_same(three_days, oscar, nora, lina, tmp_path, capsys):
    target = tmp_path / "evidencia.zip"
    arguments = ["--since", "2026-11-27", "--until", "2026-11-29", "--as", oscar.email,
                 "--why", "authority", "--reason", "Oficio 12"]  # fmt: skip
    call_command("take_evidence", nora.email, str(target), *arguments)
    told = capsys.readouterr().out
    assert "Actos: 3 de 3" in told
    line = AuditEntry.objects.get(action="evidence_taken")
    assert line.details["manifest"] in told
    assert target.stat().st_mode & 0o077 == 0
    assert check_bundle(target).problems == []
    with pytest.raises(CommandError, match="ya existe"):
        call_command("take_evidence", nora.email, str(target), *arguments)
    gone = tmp_path / "gone.zip"
    call_command("take_evidence", str(uuid4()), str(gone), *arguments)
    assert manifest_of(gone)["counts"]["acts"] == 0
    with pytest.raises(CommandError, match="no es operador"):
        call_command("take_evidence", nora.email, "x.zip", *arguments[:4], "--as", lina.email,
                     *arguments[6:])  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"--since": "ayer"}, "no es un día"),
        ({"--until": "2026-11-01"}, "es anterior"),
        ({"--until": "2099-01-01"}, "todavía no pasó"),
        ({"--why": "nada"}, "incident, authority"),
        ({"--reason": " "}, "de 1 a 300 letras"),
        ({"--reason": "La cuenta de 40123678"}, "el número de un documento"),
    ],
)
def test_a_terminal_says_what_it_does_not_understand(oscar, nora, tmp_path, changed, told):
    options = {"--since": "2026-11-27", "--until": "2026-11-29", "--as": oscar.email,
               "--why": "review", "--reason": "Revisión"} | changed  # fmt: skip
    arguments = [word for pair in options.items() for word in pair]
    with pytest.raises(CommandError, match=told):
        call_command("take_evidence", nora.email, str(tmp_path / "x.zip"), *arguments)
    assert not (tmp_path / "x.zip").exists()


def test_memory_does_not_grow_with_the_acts(as_oscar, nora, django_assert_max_num_queries):
    moment = at("2026-11-28T10:00")
    rows = [
        AuditEntry(
            actor_key=nora.learner_key,
            action="card_opened",
            object_type="person",
            object_key=str(uuid4()),
            at=moment + timedelta(seconds=number),
        )
        for number in range(1200)
    ]
    AuditEntry.objects.bulk_create(rows)
    seal_pending_entries(batch=5000)
    with django_assert_max_num_queries(50):
        answer = taken(as_oscar, nora.learner_key)
    assert answer.status_code == 200
    answer.close()
