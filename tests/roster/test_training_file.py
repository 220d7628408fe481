"""A personnel office takes what its people completed in a year; nobody else's, no grade, no whole
document.
"""

import csv
import io
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.limits import TRAINING_FILES
from accounts.models import Membership
from accounts.services import (
    Ground,
    end_post,
    follow_merges,
    grant_role,
    merge_organisation,
    move_person,
)
from audit.models import AuditEntry
from certificates.models import Certificate
from certificates.services import number_waiting_certificates, revoke_certificate
from courses.editions import outline_of
from learning.models import Enrolment
from learning.services import complete_activity, enrol_learner
from roster.training_file import completions_in, years_with_completions

pytestmark = pytest.mark.django_db
NOW = timezone.now()
YEAR = timezone.localdate(NOW).year


@pytest.fixture
def finish(course):
    """Let somebody complete the small course at a moment."""

    def act(person, at=NOW) -> Enrolment:
        enrolment = enrol_learner(user=person, course=course, received_at=at)
        for activity in outline_of(course.latest_edition_id).activities:
            complete_activity(
                enrolment_id=enrolment.pk,
                learner=person.learner_key,
                activity_key=activity.key,
                uuid=uuid4(),
                received_at=at,
            )
        return enrolment

    return act


def page_of(organisation) -> str:
    return reverse("roster:training", args=[organisation.uuid])


def take(client, organisation, year=YEAR, kind="csv"):
    return client.post(page_of(organisation), {"year": year, "kind": kind})


def rows_of(answer) -> list[dict[str, str]]:
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    begins = next(number for number, line in enumerate(lines) if line[0] == "Apellidos")
    return [dict(zip(lines[begins], line, strict=True)) for line in lines[begins + 1 :]]


def names_in(organisation, year=YEAR) -> list[str]:
    return [each.person.first_name for each in completions_in(organisation, year)]


def test_the_file_says_what_the_certificate_says(as_nora, nusta, organisations, finish):
    finish(nusta)
    number_waiting_certificates(now=NOW)
    proof = Certificate.objects.get()
    answer = take(as_nora, organisations["puno"])
    name = f"capacitacion-municipalidad-distrital-de-acora-{YEAR}.csv"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Cache-Control"].count("no-store")
    (row,) = rows_of(answer)
    assert row["Apellidos"] == "Q'orianka Huamán"
    assert row["Nombres"] == "Ñusta"
    assert (row["Documento"], row["Últimas cifras"]) == ("DNI", "678")
    assert row["Cargo"] == "Tesorera"
    assert row["Nombre de la capacitación"] == proof.course_title
    assert (row["Tipo"], row["Proveedor"], row["Costo"]) == (
        proof.training_type,
        proof.provider,
        proof.cost,
    )
    assert row["Minutos"] == str(proof.minutes)
    assert row["Inicio"] == row["Fin"] == f"{timezone.localdate(NOW):%d/%m/%Y}"
    assert row["Resultado"] == "Terminó"
    assert row["Código del certificado"] == proof.code
    text = answer.content.decode()
    assert "40123678" not in text
    assert "artículo 21.1 del D.S. 040-2014-PCM" in text
    assert "no se conoce aquí" in text


def test_a_workbook_holds_the_same_and_its_notes(as_nora, nusta, organisations, finish):
    finish(nusta)
    answer = take(as_nora, organisations["puno"], kind="xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    table, told = book.worksheets
    assert [cell.value for cell in table[1]][:3] == ["Apellidos", "Nombres", "Documento"]
    assert table["B2"].value == "Ñusta"
    assert "21.1" in "".join(str(cell.value) for (cell,) in told.iter_rows())


def test_no_cell_is_a_formula(as_nora, person, organisations, finish):
    ana = person("Ana", surname="=1+1", organisation="puno")
    finish(ana)
    assert rows_of(take(as_nora, organisations["puno"]))[0]["Apellidos"] == "'=1+1"
    book = load_workbook(io.BytesIO(take(as_nora, organisations["puno"], kind="xlsx").content))
    assert book.worksheets[0]["A2"].value == "'=1+1"


def test_taking_it_is_in_the_trail_and_looking_at_the_page_is_not(
    as_nora, nora, nusta, organisations, finish
):
    finish(nusta)
    puno = organisations["puno"]
    assert (
        page_of(puno)
        in as_nora.get(reverse("roster:institution", args=[puno.uuid])).content.decode()
    )
    assert str(YEAR) in as_nora.get(page_of(puno)).content.decode()
    assert not AuditEntry.objects.filter(action="training_exported").exists()
    take(as_nora, puno)
    line = AuditEntry.objects.get(action="training_exported")
    assert (line.actor_key, line.object_key) == (nora.learner_key, str(puno.uuid))
    assert line.details == {"year": YEAR, "kind": "csv", "count": 1}


def test_a_liaison_takes_it_of_their_institution_alone(client, person, organisations, finish):
    puno, elena = organisations["puno"], person("Elena", organisation="puno")
    ends_on = timezone.localdate() + timedelta(days=90)
    grant_role(user=elena, role="liaison", organisation=puno, ends_on=ends_on, now=NOW)
    finish(elena)
    client.force_login(elena)
    assert page_of(puno) in client.get(reverse("roster:search")).content.decode()
    assert "Personas" in client.get(page_of(puno)).content.decode()
    assert [row["Nombres"] for row in rows_of(take(client, puno))] == ["Elena"]
    assert take(client, organisations["ugel"]).status_code == 404


def test_learners_and_other_scopes_take_nothing(client, nora, nusta, organisations):
    client.force_login(nusta)
    assert take(client, organisations["puno"]).status_code == 404
    client.force_login(nora)
    assert take(client, organisations["tumbes"]).status_code == 404


def test_only_who_served_there_on_the_day(person, organisations, finish):
    puno, ugel = organisations["puno"], organisations["ugel"]
    stays, moves, gone = (person(name, organisation="puno") for name in ("Ana", "Eva", "Zoe"))
    for each in (stays, moves):
        finish(each)
    day = timezone.localdate(NOW) - timedelta(days=1)
    end_post(user=gone, ended_on=day, now=NOW, ended_by=stays)
    enrolment = finish(gone)
    Enrolment.objects.filter(pk=enrolment.pk).update(organisation=puno)
    move_person(user=moves, organisation=ugel, post="", now=NOW)
    assert names_in(puno) == ["Ana", "Eva"]
    assert names_in(ugel) == []


def test_years_are_those_of_lima(person, organisations, finish):
    puno = organisations["puno"]
    late, early = person("Ana", organisation="puno"), person("Eva", organisation="puno")
    zone = timezone.get_default_timezone()
    finish(late, datetime(2025, 12, 31, 23, 59, tzinfo=zone))
    finish(early, datetime(2026, 1, 1, 0, 0, tzinfo=zone))
    assert names_in(puno, 2025) == ["Ana"]
    assert names_in(puno, 2026) == ["Eva"]
    assert years_with_completions(puno, datetime(2026, 12, 1, tzinfo=zone)) == [2026, 2025]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"year": "1999"}, "De ese año no hay datos."),
        ({"year": ""}, "Elige un año."),
        ({"kind": "exe"}, "kind"),
    ],
)
def test_what_cannot_be_is_refused_in_words(as_nora, organisations, typed, told):
    form = {"year": YEAR, "kind": "csv", **typed}
    answer = as_nora.post(page_of(organisations["puno"]), form)
    assert answer["Content-Type"].startswith("text/html")
    assert told in answer.content.decode()
    assert not AuditEntry.objects.filter(action="training_exported").exists()


def test_a_revoked_certificate_says_so(as_nora, oscar, nusta, person, organisations, finish):
    finish(nusta)
    ana = person("Ana", organisation="puno")
    finish(ana)
    number_waiting_certificates(now=NOW)
    proof = Certificate.objects.get(learner=nusta.learner_key)
    revoke_certificate(certificate=proof, reason="Error", actor=oscar, now=NOW)
    rows = rows_of(take(as_nora, organisations["puno"]))
    results = {row["Nombres"]: row["Resultado"] for row in rows}
    assert results == {"Ana": "Terminó", "Ñusta": "Certificado revocado: no vale"}


def test_who_has_no_certificate_yet_has_its_row(as_nora, person, organisations, finish):
    ana = person("Ana", organisation="puno")
    finish(ana)
    Certificate.objects.all().delete()
    (row,) = rows_of(take(as_nora, organisations["puno"]))
    assert row["Nombre de la capacitación"]
    assert (row["Tipo"], row["Costo"], row["Código del certificado"]) == ("", "", "")


def test_the_file_costs_the_same_however_many_there_are(
    person, organisations, finish, django_assert_max_num_queries
):
    for number in range(6):
        finish(person(f"Ana{number}", organisation="puno"))
    with django_assert_max_num_queries(4):
        assert len(completions_in(organisations["puno"], YEAR)) == 6


def test_many_files_wait_an_hour(as_nora, organisations, allow):
    allow(TRAINING_FILES, 0)
    answer = take(as_nora, organisations["puno"])
    assert "Descargaste muchos archivos seguidos." in answer.content.decode()


def test_two_posts_of_one_day_count_once(person, organisations, finish):
    ana = person("Ana", organisation="puno")
    finish(ana)
    move_person(user=ana, organisation=organisations["ugel"], post="", now=NOW)
    assert Membership.objects.filter(user=ana).count() == 2
    assert names_in(organisations["puno"]) == ["Ana"]
    assert names_in(organisations["ugel"]) == []


def test_what_was_completed_before_a_merge_is_told_and_is_there(
    as_nora, oscar, person, organisations, finish
):
    puno, ugel = organisations["puno"], organisations["ugel"]
    finish(person("Ana", organisation="puno"))
    merge_organisation(puno, ugel, Ground(oscar, NOW, uuid4(), "Se unieron por ley"))
    follow_merges(NOW)
    told = f"«{puno.name}» se unió a esta entidad"
    assert told in as_nora.get(page_of(ugel)).content.decode()
    assert told in take(as_nora, ugel).content.decode()
    assert told not in as_nora.get(page_of(puno)).content.decode()
    (row,) = rows_of(take(as_nora, puno))
    assert row["Nombres"] == "Ana"
