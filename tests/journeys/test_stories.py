"""Follows the four stories of the demonstration in a real browser, at the widths of a phone and of
a desk.
"""

import re

import pytest
from pypdf import PdfReader

from tests.journeys.conftest import PASSWORD, fits, press
from tests.journeys.studying import once_for_each_kind, study_to_the_end

pytestmark = pytest.mark.journey
COURSE = "/cursos/migracion-y-territorio/"
# Somebody of Corrales whom no other story knows: those of a module share one site.
OF_TUMBES = f"""
from django.utils import timezone
from accounts.models import Organisation
from accounts.services import confirm_first_entry, create_person
corina = create_person(
    first_name="Corina",
    last_name="Silva",
    email="corina@demo.example",
    password="{PASSWORD}",
    organisation=Organisation.objects.get(name="Municipalidad Distrital de Corrales"),
    now=timezone.now(),
)
confirm_first_entry(user=corina, post="", now=timezone.now())
"""
# In one process: to start costs more than either. Where the site's own worker is at the jobs, they
# are done too.
JOBS_AND_AUDIT = """
from contextlib import suppress
from django.core.management import CommandError, call_command
with suppress(CommandError):
    call_command("run_due_jobs")
call_command("audit_records")
"""


@pytest.fixture(autouse=True)
def records_stay_clean(demo_site):
    """After every story the records hold what they must."""
    yield
    audit = demo_site.command("shell", "-c", JOBS_AND_AUDIT)
    assert audit.returncode == 0, audit.stdout + audit.stderr


@pytest.mark.parametrize(
    ("width", "email", "enrols"),
    [(360, "lina@demo.example", False), (1280, "omar@demo.example", True)],
)
def test_learner_earns_a_certificate_that_a_stranger_verifies(
    visit, sign_in, demo_site, accessible, width, email, enrols
):
    page = visit(width)
    page.goto(demo_site.url + "/")
    accessible(page)
    sign_in(page, email)
    if enrols:
        page.goto(demo_site.url + COURSE)
        accessible(page)
        press(page, page.get_by_role("button", name="Inscríbete"))
    # Who enrols meets every question, and each is looked at whole; at the other width, where only
    # their words differ, one of each kind is, and of the others that they fit.
    at_question = accessible if enrols else once_for_each_kind(accessible, fits)
    study_to_the_end(page, demo_site, accessible, at_question)
    for address in (
        COURSE,
        "/mi-aprendizaje/migracion-y-territorio/requisitos/",
        "/cuenta/",
        "/cursos/",
    ):
        page.goto(demo_site.url + address)
        accessible(page)
    demo_site.command("run_due_jobs")
    page.goto(demo_site.url + "/certificados/")
    accessible(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("Descarga el PDF")).click()
    document = PdfReader(waiting.value.path())
    text = document.pages[0].extract_text()
    code = re.search(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}", text).group()
    address = next(
        note.get_object()["/A"]["/URI"]
        for note in document.pages[0].get("/Annots", [])
        if "/A" in note.get_object()
    )
    assert address == f"{demo_site.url}/verificar/{code.replace('-', '')}/"

    stranger = visit(width)
    stranger.goto(demo_site.url + "/verificar/")
    accessible(stranger)
    stranger.get_by_label("Código del certificado").fill(code.lower().replace("-", " "))
    press(stranger, stranger.get_by_role("button", name="Verifica"))
    assert "VÁLIDO" in stranger.get_by_role("main").inner_text()
    accessible(stranger)
    stranger.goto(address)
    shown = stranger.get_by_role("main").inner_text()
    assert "VÁLIDO" in shown
    assert " de 20" not in shown
    assert "@" not in shown


@pytest.mark.parametrize("width", [360, 1280])
def test_manager_sees_her_figures_and_no_others(visit, sign_in, demo_site, accessible, width):
    page = visit(width)
    sign_in(page, "max@demo.example")
    page.goto(demo_site.url + "/panel/")
    accessible(page)
    assert "Tumbes" in page.get_by_role("main").inner_text()
    assert "Puno" not in page.get_by_role("main").inner_text()
    assert page.goto(demo_site.url + "/panel/puno/").status == 404
    assert page.goto(demo_site.url + "/panel/tumbes/").status == 200
    accessible(page)

    analyst = visit(width)
    sign_in(analyst, "lucia@demo.example")
    analyst.goto(demo_site.url + "/panel/")
    accessible(analyst)
    shown = analyst.get_by_role("main").inner_text()
    assert all(name in shown for name in ("Tumbes", "Puno", "Lima Metropolitana", "Callao"))
    with analyst.expect_download() as waiting:
        analyst.get_by_role("button", name=re.compile("Descarga")).click()
    assert waiting.value.path().read_bytes().startswith(b"\xef\xbb\xbf")


def test_figures_of_tumbes_change_when_a_learner_of_tumbes_finishes(visit, sign_in, demo_site):
    page = visit(1280)
    sign_in(page, "max@demo.example")
    page.goto(demo_site.url + "/panel/")
    before = int(
        page.locator("tbody tr").first.locator("td").nth(0).inner_text().split()[0].replace(",", "")
    )
    made = demo_site.command("shell", "-c", OF_TUMBES)
    assert made.returncode == 0, made.stderr
    learner = visit(360)
    sign_in(learner, "corina@demo.example")
    learner.goto(demo_site.url + COURSE)
    press(learner, learner.get_by_role("button", name="Inscríbete"))
    page.reload()
    after = int(
        page.locator("tbody tr").first.locator("td").nth(0).inner_text().split()[0].replace(",", "")
    )
    assert after == before + 1


def test_author_edits_and_previews_the_reviewer_approves_and_the_edition_follows(
    visit, sign_in, demo_site
):
    newest = "SELECT major, minor FROM courses_edition ORDER BY major DESC, minor DESC LIMIT 1"
    before = demo_site.rows(newest)[0]
    lesson = demo_site.rows("SELECT id FROM wagtailcore_page WHERE slug = 'flujos-y-conceptos'")[0][
        0
    ]
    page = visit(1280)
    sign_in(page, "ada@demo.example")
    page.goto(f"{demo_site.url}/gestion/pages/{lesson}/edit/")
    page.locator("#id_title").fill("Distingue los cuatro flujos y sus conceptos")
    preview = page.request.get(f"{demo_site.url}/gestion/pages/{lesson}/edit/preview/?mode=")
    assert preview.status == 200
    page.get_by_role("button", name=re.compile("acciones|actions|Más", re.IGNORECASE)).last.click()
    assert not page.locator("[name=action-publish]").count()
    press(page, page.locator("[name=action-submit]"))
    assert demo_site.rows(newest)[0] == before
    reviewer = visit(1280)
    sign_in(reviewer, "raul@demo.example")
    reviewer.goto(f"{demo_site.url}/gestion/pages/{lesson}/edit/")
    reviewer.get_by_role(
        "button", name=re.compile("acciones|actions|Más", re.IGNORECASE)
    ).last.click()
    press(reviewer, reviewer.locator("[data-workflow-action-name=approve]").first)
    after = demo_site.rows(newest)[0]
    assert after == (before[0], before[1] + 1)
    reader = visit(360)
    reader.goto(demo_site.url + COURSE)
    assert "Distingue los cuatro flujos" in reader.get_by_role("main").inner_text()
