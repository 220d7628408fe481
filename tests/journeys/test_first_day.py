"""Opens an empty site in a real browser, from the printed link to the certificate of somebody who
came in by a list, was given an attempt more and moved to another region on the way.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from pypdf import PdfReader

from tests.factories.second_factor import code_now
from tests.journeys.conftest import COURSE, PASSWORD, Site, press, require_chromium
from tests.journeys.studying import study_to_the_end
from tools.harness.servers import HOST, free_port

pytestmark = pytest.mark.journey
HEADINGS = "DNI;Nombres;Apellidos;Entidad;Cargo;Correo"
ACORA = "Municipalidad Distrital de Ácora"
GOOD_LINES = [
    f"40123678;Ñusta;Q'orianka Huamán;{ACORA};Tesorera;",
    f"40123679;José;Peña D’Angelo;{ACORA};Asistente;jose.pena@caminos.example",
    f"40123680;María;Ñahui;{ACORA};Registradora;",
]
WRONG_LINES = [
    f";Ana;Quispe;{ACORA};Asistente;",
    f"1234567;Ana;Quispe;{ACORA};Asistente;",
    f"4012A681;Ana;Quispe;{ACORA};Asistente;",
    f"40123682;;Quispe;{ACORA};Asistente;",
    f"40123683;Ana;;{ACORA};Asistente;",
    f"40123678;Ana;Quispe;{ACORA};Asistente;",
    "40123684;Ana;Quispe;Municipalidad de Ninguna Parte;Asistente;",
    "40123685;Ana;Quispe;;Asistente;",
    f"40123686;Ana;Quispe;{ACORA};Asistente;ana@",
    f"40123687;=1+1;Quispe;{ACORA};Asistente;",
    f"40123688;Ana;40123688;{ACORA};Asistente;",
    f"40123689;Ana;Quispe;{ACORA};Asistente;ana.caminos.example",
]
# Enrolled, finished… as the columns of the figures go.
NOBODY = ["0", "0", "0", "0", "0", "—", "0", "0"]
BEGUN = ["1", "0", "1", "0", "1", "0 %", "0", "0"]
FINISHED = ["1", "1", "1", "1", "0", "100 %", "0", "1"]


class Letters:
    """A mail server that keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 - the library's
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture(scope="module")
def letters() -> Iterator[tuple[Letters, str]]:
    """Yield a mail server on loopback, and its address for a site."""
    kept = Letters()
    controller = Controller(kept, hostname=HOST, port=free_port())
    controller.start()
    yield kept, f"smtp://{HOST}:{controller.port}"
    controller.stop()


@pytest.fixture(scope="module")
def demo_site(tmp_path_factory, letters) -> Iterator[Site]:
    """An empty site, as a ministry finds it: no demonstration, nobody in it."""
    require_chromium()
    site = Site(tmp_path_factory.mktemp("site"))
    site.environment |= {"DEMO": "0", "EMAIL_URL": letters[1]}
    made = site.command("set_up")
    assert made.returncode == 0, made.stderr[-2000:]
    site.start()
    yield site
    site.stop()


@pytest.fixture
def screen(accessible):
    """Look at a screen at the widths of a phone and of a desk."""

    def look(page) -> None:
        before = page.viewport_size
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            accessible(page)
        page.set_viewport_size(before)

    return look


def main(page):
    return page.get_by_role("main")


def send(page, button: str) -> None:
    """Press a button of the page's own form."""
    press(page, main(page).get_by_role("button", name=button))


def follow(page, link: str) -> None:
    press(page, main(page).get_by_role("link", name=link).first)


def fill(page, **fields: str) -> None:
    for name, value in fields.items():
        main(page).locator(f"[name={name}]").fill(value)


def open_site(page, site, screen) -> None:
    """Become the first operator, with a second factor."""
    link = re.search(r"http://\S+", site.command("first_link").stdout)[0]
    page.goto(link)
    screen(page)
    fill(page, first_name="Inés", last_name="Ortiz", email="ines@caminos.example")
    fill(page, password=PASSWORD)
    page.locator("main [name=accepts]").check()
    press(page, main(page).locator("form button").last)
    page.locator("main input[autocomplete=username]").fill("ines@caminos.example")
    page.locator("main input[autocomplete=current-password]").fill(PASSWORD)
    send(page, "Ingresa")
    screen(page)
    secret = page.locator("figcaption .code").inner_text().replace(" ", "")
    page.get_by_label("Código", exact=True).fill(code_now(secret))
    page.get_by_label("Tu contraseña").fill(PASSWORD)
    send(page, "Activa")
    screen(page)
    follow(page, "Ya los guardé, continúa")
    assert page.url.endswith("/primer-dia/")


def take_first_steps(page, site, letters, screen) -> dict[str, str]:
    """Write the institution, try the mail, name a second operator and a coordinator; return the
    links to hand over.
    """
    links = {}
    page.goto(site.url + "/primer-dia/institucion/")
    screen(page)
    fill(page, name="Ministerio de los Caminos", short_name="MC", ruc="20131312955")
    fill(page, email="datos@caminos.example", telephone="01 204 2400", address="Jirón Lampa 545")
    fill(page, legal_basis="Reglamento de organización", officer_name="Ana Paz")
    fill(page, officer_email="datos@caminos.example")
    fill(page, first_signer_name="Luz Salas", first_signer_post="Directora general")
    press(page, main(page).locator("form button").last)
    page.goto(site.url + "/primer-dia/correo/")
    screen(page)
    send(page, "Envía una carta de prueba")
    # By day it tells the operator of the own account too.
    subjects = [letter["Subject"].strip() for letter in letters.taken]
    assert subjects.count("Carta de prueba de Puriq") == 1
    for who, area in {"olga": "", "nora": "Puno", "max": "Tumbes"}.items():
        page.goto(f"{site.url}/primer-dia/{'region' if area else 'operadores'}/")
        screen(page)
        fill(page, first_name=who.title(), last_name="Paz", email=f"{who}@caminos.example")
        if area:
            page.locator("main [name=area]").select_option(label=area)
            fill(page, last_day="2099-12-31")
        press(page, main(page).locator("form button").last)
        screen(page)
        links[who] = page.locator("main .card .code").inner_text()
    page.goto(site.url + "/primer-dia/")
    screen(page)
    return links


def enter_by_link(page, site, link: str, email: str) -> None:
    """Choose a password by the link that was handed over, sign in, and accept the notice."""
    page.goto(link)
    page.locator("main [name=password1]").fill(PASSWORD)
    press(page, main(page).locator("form button").last)
    page.goto(site.url + "/cuenta/ingresar/")
    page.locator("main input[autocomplete=username]").fill(email)
    page.locator("main input[autocomplete=current-password]").fill(PASSWORD)
    send(page, "Ingresa")
    page.locator("main [name=accepts]").check()
    send(page, "Confirma")


def bring_people_in(page, site, screen) -> PdfReader:
    """Send a list with twelve slips, send it mended, import it, and print what lets people in."""
    page.goto(site.url + "/personas/listas/")
    screen(page)
    for lines, errors in ((GOOD_LINES + WRONG_LINES, len(WRONG_LINES)), (GOOD_LINES, 0)):
        text = "\n".join([HEADINGS, *lines])
        file = {"name": "puno.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.locator("main [name=file]").set_input_files(file)
        send(page, "Sube la lista")
        screen(page)
        assert (f"{errors} filas con error" in main(page).inner_text()) is bool(errors)
        if errors:
            follow(page, "Sube otro archivo")
    send(page, "Importa 3 personas")
    for _ in range(60):
        if main(page).get_by_text("Tu lista está importada").count():
            break
        site.command("run_due_jobs")
        page.reload()
    screen(page)
    page.goto(site.url + "/personas/papeletas/")
    screen(page)
    with page.expect_download() as waiting:
        main(page).get_by_role("button", name="Imprime 3 papeletas").click()
    return PdfReader(waiting.value.path())


def activate(page, site, document: str, slip: str, screen) -> None:
    """Come in on a phone with what the slip says, and join the course."""
    page.goto(site.url + "/cuenta/recuperar/codigo/")
    screen(page)
    fill(page, username=document, password=PASSWORD)
    fill(page, code=re.search(r"Escribe este código: (\S+)", slip)[1])
    send(page, "Guarda")
    page.goto(site.url + "/cuenta/ingresar/")
    page.locator("main input[autocomplete=username]").fill(document)
    page.locator("main input[autocomplete=current-password]").fill(PASSWORD)
    send(page, "Ingresa")
    screen(page)
    page.locator("main [name=organisation_is_right]").first.check()
    page.locator("main [name=accepts]").check()
    send(page, "Confirma")
    page.goto(site.url + COURSE)
    send(page, "Inscríbete")


def let_days_pass(site, days: int) -> None:
    """Move what was done back, and let the worker look twice. Letters that leave by day leave now:
    the story does not wait for the morning of Lima.
    """
    site.change(
        "UPDATE learning_enrolment SET enrolled_at = datetime(enrolled_at, ?), "
        "last_act_on = date(last_act_on, ?)",
        *[f"-{days} days"] * 2,
    )
    site.change(
        "UPDATE notices_journalposition SET number = number - ? WHERE name = 'reminders'", days
    )
    for _ in range(2):
        site.command("run_due_jobs")
        site.change("UPDATE notices_letter SET may_wait = 0")


def use_up(page, site, quiz: str) -> None:
    """Hand in three empty attempts."""
    for _ in range(3):
        page.goto(site.url + quiz)
        press(page, main(page).get_by_role("button", name=re.compile("Empieza|Intenta")))
        page.goto(re.sub(r"/\d+/$", "/revisar/", page.url))
        send(page, "Entrega")
    assert "Aprobaste" not in main(page).inner_text()


def ask_for_an_attempt(page, screen) -> None:
    """Ask where the page of the quiz leads."""
    press(page, main(page).get_by_role("link", name=re.compile("^Pide")))
    screen(page)
    page.locator("main [name=quiz]").first.check()
    fill(page, words="Hubo un corte de luz en Ácora.")
    send(page, "Envía tu pedido")
    screen(page)


def grant(page, site, screen) -> None:
    """Decide what waits."""
    page.goto(site.url + "/personas/pedidos/")
    screen(page)
    press(page, main(page).get_by_role("link", name=re.compile("Un intento|intento")).first)
    screen(page)
    page.locator("main [name=decision]").first.check()
    fill(page, reason="Hubo un corte de luz en el distrito")
    send(page, "Responde")
    screen(page)


def move(page, site, card: str, screen) -> None:
    """Let the learner serve in Tumbes from today."""
    page.goto(site.url + card)
    screen(page)
    page.goto(site.url + card + "entidad/?buscar=Zorritos")
    screen(page)
    main(page).get_by_label(re.compile("Municipalidad .* Villar")).check()
    fill(page, cargo="Tesorera", reason="Oficio 12-2026")
    send(page, "Guarda")


def correct_name(page, site, card: str, screen) -> None:
    """Write the name as the document has it."""
    page.goto(site.url + card + "nombre/")
    screen(page)
    fill(page, first_name="Ñusta Victoria", reason="Trajo su DNI")
    send(page, "Guarda")


def counted(site) -> dict[str, tuple[int, int]]:
    """Return by region how many are enrolled and how many finished, by plain SQL."""
    rows = site.rows(
        "SELECT substr(district_code, 1, 2), count(*), sum(state = 'completed') "
        "FROM learning_enrolment GROUP BY 1"
    )
    return {region: (enrolled, finished) for region, enrolled, finished in rows}


def shown(page, site) -> list[str]:
    """Return the figures of a coordinator's region, in the order of their columns."""
    page.goto(site.url + "/panel/")
    return page.locator("tbody tr").first.locator("td").all_inner_texts()


def test_empty_site_reaches_a_certificate(visit, demo_site, letters, screen):
    site = demo_site
    operator = visit(1280)
    open_site(operator, site, screen)
    links = take_first_steps(operator, site, letters[0], screen)
    coordinator, of_tumbes = visit(1280), visit(1280)
    enter_by_link(coordinator, site, links["nora"], "nora@caminos.example")
    enter_by_link(of_tumbes, site, links["max"], "max@caminos.example")
    slips = bring_people_in(coordinator, site, screen)
    text = "\n".join(page.extract_text() for page in slips.pages)
    learner = visit(360)
    activate(learner, site, "40123678", text[text.index("Ñusta") :], screen)
    rows = site.rows(
        "SELECT m.slug, p.slug FROM quizzes_quizpage q JOIN wagtailcore_page p"
        " ON p.id = q.page_ptr_id JOIN wagtailcore_page m"
        " ON m.path = substr(p.path, 1, length(p.path) - 4) ORDER BY p.path"
    )
    quiz = f"{COURSE}{rows[0][0]}/{rows[0][1]}/"
    use_up(learner, site, quiz)
    ask_for_an_attempt(learner, screen)
    grant(coordinator, site, screen)
    assert counted(site) == {"21": (1, 0)}
    assert (shown(coordinator, site), shown(of_tumbes, site)) == (BEGUN, NOBODY)
    username = site.rows("SELECT username FROM accounts_user WHERE first_name = 'Ñusta'")[0][0]
    move(operator, site, f"/personas/{username}/", screen)
    assert counted(site) == {"24": (1, 0)}
    assert (shown(coordinator, site), shown(of_tumbes, site)) == (NOBODY, BEGUN)
    assert coordinator.goto(f"{site.url}/personas/{username}/").status == 404
    study_to_the_end(learner, site)
    assert counted(site) == {"24": (1, 1)}
    site.command("run_due_jobs")
    assert (shown(coordinator, site), shown(of_tumbes, site)) == (NOBODY, FINISHED)
    learner.goto(site.url + "/certificados/")
    correct_name(operator, site, f"/personas/{username}/", screen)
    learner.reload()
    screen(learner)
    send(learner, "Emite otra vez con tu nombre corregido")
    screen(learner)
    names = site.rows("SELECT holder_name FROM certificates_certificate ORDER BY id")
    assert [name for (name,) in names] == [
        "Ñusta Q'orianka Huamán",
        "Ñusta Victoria Q'orianka Huamán",
    ]
    audit = site.command("audit_records")
    assert audit.returncode == 0, audit.stdout
    activate(visit(360), site, "40123679", text[text.index("José") :], screen)
    let_days_pass(site, 0)
    before = len(letters[0].taken)
    for days in (8, 0, 5):
        let_days_pass(site, days)
    reminders = [letter for letter in letters[0].taken[before:] if "jose." in letter["To"]]
    assert [letter["Subject"].strip() for letter in reminders] == [
        "Todavía no empiezas «Migración y territorio: datos, aportes y reglas básicas»"
    ]
    assert site.url + "/mi-aprendizaje/" in reminders[0].get_body(("plain",)).get_content()
