"""Checks what each reader sees at the addresses of the figures, on the page and in the file, and
what that costs.
"""

import csv
import io
import re
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organisation
from audit.models import AuditEntry
from learning.models import Enrolment
from reporting.keys import Filters
from reporting.names import areas
from reporting.permissions import scopes_of_figures
from reporting.services import rebuild_tallies
from tests.reporting.asking import counts_by_row
from tests.reporting.conftest import LIMA, completed_enrolment
from tests.reporting.pages import choices_of, file_rows, page_rows

# What the page said while it hid small groups.
PROTECTION = (
    "protegid",
    "casi nadie",
    "casi todos",
    "Casi ",
    "muy pocas personas",
    "grupos muy pequeños",
    "podemos mostrar",
    "a la vez",
)


@pytest.fixture
def country(tally):
    """People in Tumbes, in Puno in a municipality and in a UGEL, and in Lima."""
    tally("240101", 60, active=20, completed=25)
    tally("240201", 30, active=12, completed=12)
    tally("210101", 80, active=30, completed=33, name="Municipalidad Provincial de Puno")
    tally("210201", 50, active=20, completed=22, kind="ugel", name="UGEL Azángaro")
    tally("150101", 90, active=40, completed=41)


def rows_of(client, address) -> dict[str, dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return {row.name: row.figures for row in page_rows(answer.content)}


@pytest.mark.django_db
def test_coordinator_of_tumbes_sees_tumbes_down_to_its_institutions(country, max_, client):
    client.force_login(max_)
    rows = rows_of(client, "/panel/")
    assert list(rows) == ["Tumbes", "Total"]
    assert rows["Tumbes"] == rows["Total"]
    assert (
        rows["Total"]["Inscripciones"],
        rows["Total"]["Terminadas"],
        rows["Total"]["Avance"],
    ) == (
        "90",
        "37",
        "41 %",
    )
    rows = rows_of(client, "/panel/tumbes/")
    assert {name: figures["Inscripciones"] for name, figures in rows.items()} == {
        "Tumbes": "60",
        "Contralmirante Villar": "30",
        "Zarumilla": "0",
        "Total": "90",
    }
    rows = rows_of(client, "/panel/tumbes/2401/")
    assert rows["Corrales"]["Inscripciones"] == "0"
    assert [
        figures["Inscripciones"] for name, figures in rows.items() if name.startswith("Entidad")
    ] == ["60"]


@pytest.mark.django_db
def test_coordinator_of_puno_sees_puno(country, nora, client):
    client.force_login(nora)
    assert list(rows_of(client, "/panel/")) == ["Puno", "Total"]
    assert rows_of(client, "/panel/puno/")["Azángaro"]["Inscripciones"] == "50"


@pytest.mark.django_db
def test_analyst_of_the_nation_sees_every_area(country, lucia, client):
    client.force_login(lucia)
    rows = rows_of(client, "/panel/")
    assert rows.keys() == {area.name for area in areas()} | {"Total"}
    assert rows["Total"]["Inscripciones"] == "310"
    for address in ("/panel/tumbes/", "/panel/puno/2101/", "/panel/lima-metropolitana/"):
        assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_a_page_is_todays_its_readers_own_and_of_its_address(
    country, tally, course, lucia, max_, client
):
    client.force_login(lucia)
    assert [rows_of(client, "/panel/")["Total"]["Inscripciones"] for _turn in range(2)] == [
        "310",
        "310",
    ]
    tally("240301", 40, completed=15, name="Municipalidad Provincial de Zarumilla")
    assert rows_of(client, "/panel/")["Total"]["Inscripciones"] == "350"
    assert list(rows_of(client, "/panel/?orden=nombre")) != list(
        rows_of(client, "/panel/?orden=-nombre")
    )
    assert f"?curso={course.slug}" in client.get(f"/panel/?curso={course.slug}").content.decode()
    assert f"?curso={course.slug}" not in client.get("/panel/").content.decode()
    client.force_login(max_)
    assert list(rows_of(client, "/panel/")) == ["Tumbes", "Total"]


@pytest.mark.django_db
def test_analyst_of_the_ugel_sees_people_of_ugel_only(country, teresa, client):
    client.force_login(teresa)
    assert "<h1>Resumen nacional: UGEL</h1>" in client.get("/panel/").content.decode()
    assert "Puno: UGEL. Datos al" in client.post("/panel/puno/").content.decode("utf-8-sig")
    rows = rows_of(client, "/panel/")
    assert rows["Total"]["Inscripciones"] == rows["Puno"]["Inscripciones"] == "50"
    assert rows["Tumbes"]["Inscripciones"] == "0"
    assert "Municipalidad" not in client.get("/panel/puno/2101/").content.decode()
    assert "UGEL Azángaro" in client.get("/panel/puno/2102/").content.decode()


@pytest.mark.django_db
def test_learners_find_nothing_and_visitors_are_sent_to_sign_in(country, lina, client):
    addresses = ["/panel/", "/panel/tumbes/", "/panel/tumbes/2401/"]
    assert [client.get(address)["Location"] for address in addresses] == [
        f"/cuenta/ingresar/?next={address}" for address in addresses
    ]
    client.force_login(lina)
    assert statuses(client, addresses) == {404}


@pytest.mark.django_db
def test_what_lies_outside_the_scope_does_not_exist(country, max_, client):
    client.force_login(max_)
    outside = ["puno/", "puno/2101/", "tumbes/2101/", "tumbes/9999/", "atlantida/", "24/"]
    assert statuses(client, [f"/panel/{place}" for place in outside]) == {404}


def statuses(client, addresses) -> set[int]:
    return {ask(address).status_code for address in addresses for ask in (client.get, client.post)}


@pytest.mark.django_db
def test_the_scope_is_part_of_the_question_to_the_database(country, course, max_, teresa, lucia):
    ugel, azangaro = Organisation.objects.get(name="UGEL Azángaro"), ("21", "2102")
    completed_enrolment(ugel.pk, "210201", course, timezone.now()).save()
    for filters in (Filters(), Filters(since=date(2026, 1, 1))):
        assert set(counts_by_row(scopes_of_figures(max_), filters)) == {("24",)}
        assert counts_by_row(scopes_of_figures(max_), filters, *azangaro) == {}
        assert set(counts_by_row(scopes_of_figures(teresa), filters)) == {("21",)}
        assert set(counts_by_row(scopes_of_figures(teresa), filters, *azangaro)) == {
            ("210201", ugel.pk)
        }
        assert set(counts_by_row(scopes_of_figures(lucia), filters)) == {
            ("1501",),
            ("21",),
            ("24",),
        }
        assert counts_by_row([], filters, *azangaro) == {}
        assert counts_by_row(scopes_of_figures(teresa), replace(filters, kind="district")) == {}


@pytest.mark.django_db
def test_the_file_has_the_rows_of_the_page_and_leaves_a_trace(country, max_, client):
    client.force_login(max_)
    page = client.get("/panel/tumbes/2401/?orden=nombre").content
    answer = client.post("/panel/tumbes/2401/?orden=nombre")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="cifras-tumbes-2401-')
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert file_rows(answer.content) == page_rows(page)
    entry = AuditEntry.objects.get(action="figures_exported")
    assert (entry.actor_key, entry.object_key) == (max_.learner_key, "tumbes-2401")
    assert entry.details == {"filters": {}, "rows": len(page_rows(page))}


@pytest.mark.django_db
def test_no_name_can_run_as_a_formula(tally, max_, client):
    starts = ("=", "+", "-", "@", "\t", "\r")
    for start in starts:
        tally("240101", 40, completed=20, name=f"{start}HYPERLINK(1)")
    client.force_login(max_)
    lines = client.post("/panel/tumbes/2401/").content.decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(lines, newline="")) for cell in line]
    assert {cell for cell in cells if "HYPERLINK" in cell} == {
        f"'{start}HYPERLINK(1)" for start in starts
    }
    assert not [cell for cell in cells if cell.startswith((*starts, "\n"))]


@pytest.mark.django_db
def test_a_period_that_ends_before_it_begins_is_explained_and_kept(country, max_, client):
    client.force_login(max_)
    shown = client.get("/panel/?desde=2026-11-05&hasta=2026-10-01").content.decode()
    assert "La fecha inicial es posterior a la final." in shown
    assert 'value="2026-11-05"' in shown
    assert 'value="2026-10-01"' in shown
    assert "<table" not in shown
    refused = client.post("/panel/?desde=2026-11-05&hasta=2026-10-01")
    assert "La fecha inicial es posterior a la final." in refused.content.decode()
    assert not AuditEntry.objects.filter(action="figures_exported").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("desde=2026-03-05&hasta=2026-03-20", "Terminaron en marzo de 2026 (el mes completo)"),
        (
            "desde=05/03/2026&hasta=2026-04-01",
            "Terminaron de marzo de 2026 a abril de 2026 (meses completos)",
        ),
        ("desde=2026-03-05", "Terminaron desde marzo de 2026 (meses completos)"),
        ("hasta=2026-03-05", "Terminaron hasta marzo de 2026 (meses completos)"),
    ],
    ids=["one-month", "two-months", "since", "until"],
)
def test_screen_print_and_file_tell_the_months_that_are_counted(
    country, max_, client, query, words
):
    client.force_login(max_)
    page = client.get(f"/panel/?{query}").content.decode()
    assert f"<p>Filtro: {words}.</p>" in page
    assert f"Filtros: {words}." in client.post(f"/panel/?{query}").content.decode("utf-8-sig")


@pytest.mark.django_db
def test_words_say_enrolments_and_who_told_the_place(country, max_, client):
    client.force_login(max_)
    page = client.get("/panel/").content.decode()
    assert "De 90 personas, 37 terminaron algún curso." in page
    assert "Se terminaron 37 de 90 inscripciones (41 %)." in page
    assert "Inscribirse no cuenta." in page
    assert "Cada persona cuenta una sola vez," in page
    page = client.get("/panel/?curso=curso").content.decode()
    assert "Terminaron 37 de 90 personas (41 %)." in page
    assert "inscritas en este curso" in page


@pytest.mark.django_db
def test_a_day_shows_again_however_it_was_written(country, max_, client):
    client.force_login(max_)
    assert 'value="2026-03-01"' in client.get("/panel/?desde=01/03/2026").content.decode()
    page = client.get("/panel/?desde=29/02/2027").content.decode()
    assert re.search(
        r'<input type="text"[^>]*value="29/02/2027"|value="29/02/2027"[^>]*type="text"', page
    )


@pytest.mark.django_db
def test_a_period_that_has_not_begun_is_told_as_such(country, max_, client):
    client.force_login(max_)
    page = client.get("/panel/?desde=2099-01-01").content.decode()
    assert "Esa fecha aún no llega. Elige hoy o un día anterior." in page
    assert "<table" not in page


@pytest.mark.django_db
def test_an_order_is_no_filter(country, max_, client):
    client.force_login(max_)
    assert "Quita los filtros" not in client.get("/panel/?orden=nombre").content.decode()
    assert (
        "Quita los filtros" in client.get("/panel/?orden=nombre&hasta=2026-03-05").content.decode()
    )


@pytest.mark.django_db
def test_what_cannot_be_a_filter_is_no_fault_of_the_site(country, max_, client):
    client.force_login(max_)
    odd = [
        "curso=otro",
        "desde=ayer",
        "hasta=2026-02-30",
        "curso=curso&desde=%00",
        "orden=%27&curso=",
        "orden=-nada",
        "tipo=%00",
        "tipo=otro",
        "hasta=9999-12-31",
        "desde=0001-01-01",
    ]
    assert statuses(client, [f"/panel/?{query}" for query in odd]) == {200}


@pytest.mark.django_db
def test_course_kind_and_period_are_told_together_on_screen_in_the_file_and_in_the_trail(
    courses, tally, max_, client
):
    heads = courses(2)
    for head in heads:
        tally("240101", 40, completed=20, course_id=head.pk)
    made = tally("240102", 3, completed=2, kind="ugel", name="UGEL Corrales", course_id=heads[0].pk)
    Enrolment.objects.bulk_create(
        completed_enrolment(
            made.organisation_id, "240102", heads[0], datetime(2026, month, 3, tzinfo=LIMA)
        )
        for month in (9, 10)
    )
    client.force_login(max_)
    address = "/panel/tumbes/2401/?curso=curso-1&tipo=ugel&desde=2026-10-01&hasta=2026-10-31"
    title = choices_of(client.get("/panel/").content, "curso")["curso-1"]
    words = (
        f"Curso: {title}; Tipo de entidad: UGEL; Terminaron en octubre de 2026 (el mes completo)"
    )
    page = client.get(address).content
    assert f"<p>Filtro: {words}.</p>" in page.decode()
    rows = {row.name: row.figures for row in page_rows(page)}
    assert rows["UGEL Corrales"] == rows["Total"] == {"Terminaron en el periodo": "1"}
    file = client.post(address)
    assert file_rows(file.content) == page_rows(page)
    assert f"Filtros: {words}." in file.content.decode("utf-8-sig")
    assert AuditEntry.objects.get(action="figures_exported").details["filters"] == {
        "curso": title, "tipo": "UGEL", "desde": "01/10/2026", "hasta": "31/10/2026",
    }  # fmt: skip


@pytest.mark.django_db
def test_kinds_are_offered_within_the_scope_and_no_other_is_taken(country, teresa, lucia, client):
    client.force_login(teresa)
    assert list(choices_of(client.get("/panel/").content, "tipo")) == ["", "ugel"]
    assert "Elige una opción de la lista." in client.get("/panel/?tipo=district").content.decode()
    assert rows_of(client, "/panel/?tipo=ugel") == rows_of(client, "/panel/")
    client.force_login(lucia)
    assert rows_of(client, "/panel/?tipo=ugel")["Total"]["Inscripciones"] == "50"
    assert rows_of(client, "/panel/puno/?tipo=district")["Total"]["Inscripciones"] == "80"


@pytest.mark.django_db
def test_an_institution_counts_as_what_it_is_today(country, teresa, client):
    client.force_login(teresa)
    Organisation.objects.filter(name="UGEL Azángaro").update(kind="other")
    assert rows_of(client, "/panel/")["Total"]["Inscripciones"] == "0"


@pytest.mark.django_db
def test_the_only_course_there_is_leaves_nothing_out(country, max_, client):
    client.force_login(max_)
    same = {"Personas", "Activas", "Certificadas", "Faltan", "Avance"}
    everything, course = rows_of(client, "/panel/"), rows_of(client, "/panel/?curso=curso")
    assert everything.keys() == course.keys()
    for place, figures in course.items():
        assert {name: figures[name] for name in same} == {
            name: everything[place][name] for name in same
        }
        assert figures["Terminaron"] == everything[place]["Terminadas"]


@pytest.mark.django_db
def test_the_smallest_group_is_told_exactly_and_nothing_speaks_of_protection(
    courses, tally, max_, lucia, client
):
    heads = courses(2)
    for code, assigned, completed, certified in (
        ("240101", 1, 1, 0),
        ("240102", 6, 0, 0),
        ("240201", 60, 60, 59),
    ):
        tally(
            code,
            assigned,
            active=completed,
            completed=completed,
            certified=certified,
            name=f"Entidad de {code}",
            course_id=heads[0].pk,
        )
    for reader in (max_, lucia):
        client.force_login(reader)
        rows = rows_of(client, "/panel/tumbes/2401/")
        assert rows["Entidad de 240101"] == {
            "Personas": "1", "Terminaron alguno": "1", "Inscripciones": "1", "Activas": "1",
            "Terminadas": "1", "Certificadas": "0", "Faltan": "0", "Avance": "100 %",
        }  # fmt: skip
        assert rows["Entidad de 240102"] == rows["Corrales"] | {"Avance": "0 %"}
        assert rows["Total"]["Inscripciones"] == "7"
        assert rows_of(client, "/panel/tumbes/")["Contralmirante Villar"]["Certificadas"] == "59"
        assert rows_of(client, "/panel/?curso=curso-2")["Total"]["Personas"] == "0"
        for query in ("", "?curso=curso-2", "?tipo=ugel", "?desde=2026-01-01&hasta=2026-01-31"):
            for place in ("", "tumbes/", "tumbes/2401/"):
                for shown in (
                    client.get(f"/panel/{place}{query}"),
                    client.post(f"/panel/{place}{query}"),
                ):
                    assert [word for word in PROTECTION if word in shown.content.decode()] == []


@pytest.mark.django_db
def test_the_headline_ranks_every_place(tally, lucia, client):
    for code, assigned, completed in (
        ("240101", 9, 1),
        ("210101", 4, 0),
        ("150101", 3, 1),
        ("230101", 2, 1),
    ):
        tally(code, assigned, completed=completed)
    client.force_login(lucia)
    page = client.get("/panel/").content.decode()
    assert (
        "Se terminaron 3 de 18 inscripciones (17 %). Menor avance: Puno (0 %, faltan 4), "
        "Tumbes (11 %, faltan 8) y Lima Metropolitana (33 %, faltan 2)."
    ) in page
    rows = list(rows_of(client, "/panel/"))
    assert rows[:4] == ["Puno", "Tumbes", "Lima Metropolitana", "Tacna"]
    assert rows[-1] == "Total"
    by_people = list(rows_of(client, "/panel/?orden=-faltan"))
    assert by_people[:3] == ["Tumbes", "Puno", "Lima Metropolitana"]


@pytest.mark.django_db
def test_a_month_is_a_month_of_lima(course, tally, institution, max_, client):
    made = tally("240101", 60, completed=30)
    late = datetime(2026, 9, 30, 23, 30, tzinfo=LIMA)
    Enrolment.objects.bulk_create(
        completed_enrolment(made.organisation_id, "240101", course, late) for _person in range(30)
    )
    client.force_login(max_)
    assert (
        rows_of(client, "/panel/?desde=2026-09-10&hasta=2026-09-12")["Total"][
            "Terminadas en el periodo"
        ]
        == "30"
    )
    assert (
        rows_of(client, "/panel/?desde=2026-10-01&hasta=2026-10-31")["Total"][
            "Terminadas en el periodo"
        ]
        == "0"
    )
    assert rows_of(client, "/panel/?hasta=2026-09-01")["Total"]["Terminadas en el periodo"] == "30"
    assert rows_of(client, "/panel/?desde=2026-10-01")["Total"]["Terminadas en el periodo"] == "0"


@pytest.mark.django_db(transaction=True)
def test_a_page_costs_at_most_six_statements_whatever_the_number_of_enrolments(
    courses, institution, person, client
):
    lucia = person("Lucia", organisation="ministry", role="analyst", national=True)
    heads = courses(2)
    offices = [institution(code) for code in ("240101", "240102", "210101", "150101")]
    client.force_login(lucia)
    queries = (
        "",
        "?curso=curso-1",
        "?desde=2026-01-01",
        "?curso=curso-1&tipo=district&desde=2026-01-01&hasta=2026-12-31",
    )
    addresses = [
        f"/panel/{place}{query}" for place in ("", "tumbes/", "tumbes/2401/") for query in queries
    ]
    counted = {}
    for count in (10, 1000):
        Enrolment.objects.all().delete()
        Enrolment.objects.bulk_create(
            completed_enrolment(
                offices[number % 4].pk,
                offices[number % 4].district_id,
                heads[number % 2],
                timezone.now(),
            )
            for number in range(count)
        )
        rebuild_tallies(now=timezone.now())
        for address in addresses:
            client.get(address)
        counted[count] = {address: statements(client, address) for address in addresses}
    assert counted[10] == counted[1000]
    assert {address: number for address, number in counted[1000].items() if number > 6} == {}


def statements(client, address) -> int:
    """Return what the page costs; the look is noted when it was sent."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    *of_page, look = (query["sql"] for query in captured)
    assert look.startswith('INSERT INTO "reporting_look"')
    assert not [sql for sql in of_page if '"reporting_look"' in sql]
    return len(of_page)
