"""Checks what each reader sees at the addresses of the figures, on the page and in the file, and what that costs."""

import csv
import io
import re
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organisation
from audit.models import AuditEntry
from courses.models import CourseHead
from learning.models import Enrolment
from reporting.permissions import scopes_of_figures
from reporting.queries import Grain, areas, district_names, facts, finishers, institution_names, province_names
from reporting.services import rebuild_tallies
from reporting.suppression import Cell, State
from tests.reporting.attacker import Attack, Seen, filters, random_population, seen_by
from tests.reporting.conftest import LIMA, completed_enrolment
from tests.reporting.pages import file_rows, page_rows

TOO_FEW = "Hay muy pocas personas con este filtro. Para proteger su privacidad no mostramos el dato."


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
    assert (rows["Total"]["Asignadas"], rows["Total"]["Terminaron"], rows["Total"]["Avance"]) == ("90", "37", "41 %")
    rows = rows_of(client, "/panel/tumbes/")
    assert {name: figures["Asignadas"] for name, figures in rows.items()} == {
        "Tumbes": "60",
        "Contralmirante Villar": "30",
        "Zarumilla": "0",
        "Total": "90",
    }
    rows = rows_of(client, "/panel/tumbes/2401/")
    assert rows["Corrales"]["Asignadas"] == "0"
    assert [figures["Asignadas"] for name, figures in rows.items() if name.startswith("Entidad")] == ["60"]


@pytest.mark.django_db
def test_coordinator_of_puno_sees_puno(country, nora, client):
    client.force_login(nora)
    assert list(rows_of(client, "/panel/")) == ["Puno", "Total"]
    assert rows_of(client, "/panel/puno/")["Azángaro"]["Asignadas"] == "50"


@pytest.mark.django_db
def test_analyst_of_the_nation_sees_every_area(country, lucia, client):
    client.force_login(lucia)
    rows = rows_of(client, "/panel/")
    assert rows.keys() == {area.name for area in areas()} | {"Total"}
    assert rows["Total"]["Asignadas"] == "310"
    for address in ("/panel/tumbes/", "/panel/puno/2101/", "/panel/lima-metropolitana/"):
        assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_what_a_process_keeps_of_a_page_is_never_shown_for_other_figures_people_or_addresses(country, tally, course, lucia, max_, client):
    """Reports, sheets and forms are kept: each look must still be today's, the reader's own and the address's."""
    client.force_login(lucia)
    assert [rows_of(client, "/panel/")["Total"]["Asignadas"] for _turn in range(2)] == ["310", "310"]
    tally("240301", 40, completed=15, name="Municipalidad Provincial de Zarumilla")
    assert rows_of(client, "/panel/")["Total"]["Asignadas"] == "350"
    assert list(rows_of(client, "/panel/?orden=nombre")) != list(rows_of(client, "/panel/?orden=-nombre"))
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
    assert rows["Total"]["Asignadas"] == rows["Puno"]["Asignadas"] == "50"
    assert rows["Tumbes"]["Asignadas"] == "0"
    assert "Municipalidad" not in client.get("/panel/puno/2101/").content.decode()
    assert "UGEL Azángaro" in client.get("/panel/puno/2102/").content.decode()


@pytest.mark.django_db
def test_learners_find_nothing_and_visitors_are_sent_to_sign_in(country, lina, client):
    addresses = ["/panel/", "/panel/tumbes/", "/panel/tumbes/2401/"]
    assert [client.get(address)["Location"] for address in addresses] == [f"/cuenta/ingresar/?next={address}" for address in addresses]
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
    organisation = Organisation.objects.get(name="UGEL Azángaro")
    completed_enrolment(("21", "2102", "210201", str(organisation.pk)), course, timezone.now()).save()
    deep = Grain("21", "2102")
    for read in (facts, finishers):
        assert {fact.place[0] for fact in read(scopes_of_figures(max_), deep)} <= {"24"}
        assert {fact.place for fact in read(scopes_of_figures(teresa), deep)} == {("21", "2102", "210201", str(organisation.pk))}
    assert {fact.place[0] for fact in facts(scopes_of_figures(lucia), deep)} == {"1501", "21", "24"}
    assert facts([], deep) == finishers([], deep) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("seed", "coordinates"), [(5, []), (57, ["21", "23", "24"]), (131, ["21", "24"]), (174, [])])
def test_pages_and_files_tell_what_the_attacker_is_given_and_no_more(seed, coordinates, stored, person, client):
    population = stored(random_population(seed))
    if coordinates:
        reader = person("Max", role="coordinator", areas=coordinates)
        population = replace(population.inside(coordinates), threshold=5)
    else:
        reader = person("Lucia", role="analyst", national=True)
        population = replace(population, threshold=10)
    client.force_login(reader)
    known = {(one.node, one.measure, one.course, one.months): one.cell for one in seen_by(population)}
    read: dict[tuple, Seen] = {}
    for node, address in addresses_of(population):
        nodes = nodes_by_name(population, node)
        for wanted in filters(population.courses[1:] and population.courses, population.months):
            query = query_of(wanted)
            rows = file_rows(client.post(address + query).content)
            page = client.get(address + query).content
            assert TOO_FEW in page.decode() or page_rows(page) == rows
            for row in rows:
                for measure, cell in row.cells().items():
                    one = Seen(nodes[row.name], measure, cell, wanted.course, wanted.months)
                    key = (one.node, measure, one.course, one.months)
                    assert read.setdefault(key, one) == one, "a figure is told in the same way on every page"
    assert {key: one for key, one in read.items() if one.cell != known.get(key, Cell(State.HIDDEN))} == {}
    assert Attack(population, list(read.values())).leaks() == []


def addresses_of(population):
    """Yield the place and the address of every page that a reader may open where people are."""
    yield (), "/panel/"
    slugs = {area.code: area.slug for area in areas()}
    for place in sorted({place[:depth] for place, _course, _month in population.people for depth in (1, 2) if place[0]}):
        yield place, f"/panel/{'/'.join([slugs[place[0]], *place[1:]])}/"


def nodes_by_name(population, node):
    """Return what the rows of a page are about."""
    if not node:
        below = {area.name: (area.code,) for area in areas()}
    elif len(node) == 1:
        below = {name: (*node, code) for code, name in province_names(node[0]).items()}
    else:
        below = {name: (*node, code) for code, name in district_names(node[1]).items()}
        places = {place for place, _course, _month in population.people if place[:2] == node}
        below |= {name: place for place in places for name in institution_names({place[3]}).values()}
    return {"Total": node, "Sin entidad declarada": (*node, ""), **below}


def query_of(wanted) -> str:
    """Return the filter as the form sends it."""
    if wanted.course is not None:
        return f"?curso={CourseHead.objects.get(pk=wanted.course).slug}"
    return f"?desde={min(wanted.months):%Y-%m-%d}&hasta={max(wanted.months):%Y-%m-%d}" if wanted.months else ""


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
    assert (entry.actor_key, entry.object_key, entry.details["threshold"]) == (max_.learner_key, "tumbes-2401", 5)


@pytest.mark.django_db
def test_no_name_can_run_as_a_formula(tally, max_, client):
    starts = ("=", "+", "-", "@", "\t", "\r")
    for start in starts:
        tally("240101", 40, completed=20, name=f"{start}HYPERLINK(1)")
    client.force_login(max_)
    lines = client.post("/panel/tumbes/2401/").content.decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(lines, newline="")) for cell in line]
    assert {cell for cell in cells if "HYPERLINK" in cell} == {f"'{start}HYPERLINK(1)" for start in starts}
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
        ("desde=05/03/2026&hasta=2026-04-01", "Terminaron de marzo de 2026 a abril de 2026 (meses completos)"),
        ("desde=2026-03-05", "Terminaron desde marzo de 2026 (meses completos)"),
        ("hasta=2026-03-05", "Terminaron hasta marzo de 2026 (meses completos)"),
    ],
    ids=["one-month", "two-months", "since", "until"],
)
def test_screen_print_and_file_tell_the_months_that_are_counted(country, max_, client, query, words):
    client.force_login(max_)
    page = client.get(f"/panel/?{query}").content.decode()
    assert f"<p>Filtro: {words}.</p>" in page
    assert f"Filtros: {words}." in client.post(f"/panel/?{query}").content.decode("utf-8-sig")


@pytest.mark.django_db
def test_words_say_enrolments_and_who_told_the_place(country, max_, client):
    client.force_login(max_)
    page = client.get("/panel/").content.decode()
    assert "Terminaron 37 de 90 inscripciones (41 %)." in page
    assert "también inscribirse" in page
    assert "la entidad que cada persona declaró" in page


@pytest.mark.django_db
def test_a_day_shows_again_however_it_was_written(country, max_, client):
    client.force_login(max_)
    assert 'value="2026-03-01"' in client.get("/panel/?desde=01/03/2026").content.decode()
    page = client.get("/panel/?desde=29/02/2027").content.decode()
    assert re.search(r'<input type="text"[^>]*value="29/02/2027"|value="29/02/2027"[^>]*type="text"', page)


@pytest.mark.django_db
def test_a_period_that_has_not_begun_is_told_as_such(country, max_, client):
    client.force_login(max_)
    page = client.get("/panel/?desde=2099-01-01").content.decode()
    assert "Esa fecha aún no llega. Elige hoy o un día anterior." in page
    assert TOO_FEW not in page


@pytest.mark.django_db
def test_an_order_is_no_filter(country, max_, client):
    client.force_login(max_)
    assert "Quita los filtros" not in client.get("/panel/?orden=nombre").content.decode()
    assert "Quita los filtros" in client.get("/panel/?orden=nombre&hasta=2026-03-05").content.decode()


@pytest.mark.django_db
def test_what_cannot_be_a_filter_is_no_fault_of_the_site(country, max_, client):
    client.force_login(max_)
    odd = ["curso=otro", "desde=ayer", "hasta=2026-02-30", "curso=curso&desde=%00", "orden=%27&curso=", "orden=-nada"]
    assert statuses(client, [f"/panel/?{query}" for query in odd]) == {200}


@pytest.mark.django_db
def test_course_and_period_together_are_refused_with_a_reason(courses, tally, max_, client):
    for head in courses(2):
        tally("240101", 40, completed=20, course_id=head.pk)
    client.force_login(max_)
    shown = client.get("/panel/?curso=curso-1&desde=2026-10-01").content.decode()
    assert "Elige un curso o un periodo, no los dos a la vez" in shown
    assert 'value="2026-10-01"' in shown
    assert "<table" not in shown


@pytest.mark.django_db
def test_the_only_course_there_is_leaves_nothing_out(country, max_, client):
    client.force_login(max_)
    assert rows_of(client, "/panel/?curso=curso") == rows_of(client, "/panel/")


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?desde=2026-01-01&hasta=2026-01-31"])
def test_too_few_people_are_explained(tally, max_, client, query):
    tally("240101", 4 if not query else 60, completed=2 if not query else 30)
    client.force_login(max_)
    shown = client.get(f"/panel/{query}").content.decode()
    assert (TOO_FEW if query else TOO_FEW.replace("con este filtro", "aquí")) in shown
    assert "<table" not in shown


@pytest.mark.django_db
def test_a_course_with_few_people_is_explained(courses, tally, max_, client):
    for head, count in zip(courses(3), (60, 40, 3), strict=True):
        tally("240101", count, completed=count // 2, course_id=head.pk)
    client.force_login(max_)
    assert rows_of(client, "/panel/?curso=curso-1")["Total"]["Asignadas"] == "60"
    assert TOO_FEW in client.get("/panel/?curso=curso-3").content.decode()


@pytest.mark.django_db
def test_a_month_is_a_month_of_lima(course, tally, institution, max_, client):
    made = tally("240101", 60, completed=30)
    place = ("24", "2401", "240101", str(made.organisation_id))
    late = datetime(2026, 9, 30, 23, 30, tzinfo=LIMA)
    Enrolment.objects.bulk_create(completed_enrolment(place, course, late) for _person in range(30))
    client.force_login(max_)
    assert rows_of(client, "/panel/?desde=2026-09-10&hasta=2026-09-12")["Total"]["Terminaron en el periodo"] == "30"
    assert TOO_FEW in client.get("/panel/?desde=2026-10-01&hasta=2026-10-31").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_page_costs_at_most_six_statements_whatever_the_number_of_enrolments(courses, institution, person, client):
    lucia = person("Lucia", organisation="ministry", role="analyst", national=True)
    heads = courses(2)
    offices = [institution(code) for code in ("240101", "240102", "210101", "150101")]
    client.force_login(lucia)
    addresses = [
        f"/panel/{place}{query}" for place in ("", "tumbes/", "tumbes/2401/") for query in ("", "?curso=curso-1", "?desde=2026-01-01")
    ]
    counted = {}
    for count in (10, 1000):
        Enrolment.objects.all().delete()
        Enrolment.objects.bulk_create(
            completed_enrolment(
                ("24", "2401", offices[number % 4].district_id, str(offices[number % 4].pk)), heads[number % 2], timezone.now()
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
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
