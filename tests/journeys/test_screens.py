"""Opens every screen at the widths of a phone and of a desk: rules of accessibility, no side
scroll, no report of the policy.
"""

from uuid import UUID

import pytest

from tests.journeys.conftest import PASSWORD, press

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("width", [360, 1280]),
]
COURSE = "/cursos/migracion-y-territorio/"
LESSON = f"{COURSE}pais-de-origen-transito-destino-y-retorno/flujos-y-conceptos/"
PUBLIC = [
    "/",
    "/cursos/",
    "/cursos/?q=nada+de+esto",
    COURSE,
    "/verificar/",
    "/verificar/00000000000000000000/",
    "/ayuda/",
    "/accesibilidad/",
    "/privacidad/",
    "/cuenta/ingresar/",
    "/cuenta/registro/",
    "/cuenta/registro/?buscar=Zorritos&falta=1",
    "/cuenta/recuperar/",
    "/cuenta/recuperar/enviado/",
    "/cuenta/recuperar/codigo/",
    "/cuenta/recuperar/clave/1-nada/",
    "/no-existe/",
]
OWN = [
    "/mi-aprendizaje/",
    "/mi-aprendizaje/migracion-y-territorio/requisitos/",
    LESSON,
    "/certificados/",
    "/cuenta/",
    "/cuenta/datos/",
    "/cuenta/correo/",
    "/cuenta/contrasena/",
    "/cuenta/entidad/",
    "/cuenta/mis-datos/",
    "/cuenta/borrar/",
    "/panel/puno/",
]
BANK = [
    "",
    "banco-nuevo/",
    "banco/c1-m1/",
    "banco/c1-m1/?q=nada+de+esto",
    "banco/c1-m1/?estado=retired",
    "banco/c1-m1/nueva/",
]
FIGURES = [
    "/panel/",
    "/panel/puno/",
    "/panel/puno/2101/",
    "/panel/?desde=2026-12-01&hasta=2026-01-01",
]


def test_visitor_finds_every_screen_in_order(visit, demo_site, accessible, width):
    page = visit(width)
    for address in PUBLIC:
        page.goto(demo_site.url + address)
        accessible(page)


def test_what_a_visitor_typed_wrong_is_told_in_order(visit, demo_site, accessible, width):
    page = visit(width)
    page.goto(demo_site.url + "/cuenta/ingresar/")
    page.locator("main input[autocomplete=username]").fill("1234567")
    page.locator("main input[autocomplete=current-password]").fill("x")
    press(page, page.get_by_role("main").get_by_role("button", name="Ingresa"))
    assert "El DNI tiene 8 números. Escribiste 7." in page.get_by_role("main").inner_text()
    accessible(page)
    page.goto(demo_site.url + "/verificar/")
    page.get_by_label("Código del certificado").fill("no es un código")
    press(page, page.get_by_role("button", name="Verifica"))
    accessible(page)


def test_newcomer_registers_on_screens_in_order(visit, sign_in, demo_site, accessible, width):
    page = visit(width)
    page.goto(demo_site.url + "/cuenta/registro/")
    page.locator("main input[name=buscar]").fill("municipalidad Zorritos")
    press(page, page.get_by_role("button", name="Busca"))
    accessible(page)
    page.get_by_role("radio").first.check()
    press(page, page.get_by_role("button", name="Continúa"))
    accessible(page)
    page.get_by_role("main").get_by_role("button").last.click()
    page.get_by_role("heading", name="Revisa lo siguiente").wait_for()
    accessible(page)
    page.locator("main input[name=first_name]").fill("Nélida")
    page.locator("main input[name=last_name]").fill("Ñaupari Quispe")
    page.locator("main input[name=email]").fill(f"nelida{width}@demo.example")
    page.locator("main input[name=password]").fill(PASSWORD)
    page.get_by_label("Prefiero ingresar solo con mi correo").check()
    page.locator("main input[name=accepts]").check()
    press(page, page.get_by_role("main").get_by_role("button").last)
    assert page.url.endswith("/cuenta/registro/listo/")
    accessible(page)
    sign_in(page, f"nelida{width}@demo.example")
    accessible(page)


def test_certificate_of_another_is_shown_in_order(visit, demo_site, accessible, width):
    code = demo_site.rows("SELECT code FROM certificates_certificate ORDER BY id LIMIT 1")[0][0]
    page = visit(width)
    page.goto(f"{demo_site.url}/verificar/{code}/")
    assert "VÁLIDO" in page.get_by_role("main").inner_text()
    accessible(page)


def test_learner_finds_every_screen_in_order(visit, sign_in, demo_site, accessible, width):
    page = visit(width)
    sign_in(page, "rosa@demo.example")
    for address in OWN:
        page.goto(demo_site.url + address)
        accessible(page)


def test_first_visit_of_a_lesson_is_light_and_it_can_be_answered_without_scripts(
    visit, sign_in, demo_site, browser, width
):
    page = visit(width)
    sign_in(page, "rosa@demo.example")
    session = browser.new_context(
        storage_state=page.context.storage_state(), java_script_enabled=False
    )
    first = session.new_page()
    asked, arrived = [], []
    network = session.new_cdp_session(first)
    network.send("Network.enable")
    network.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    network.on("Network.loadingFinished", lambda event: arrived.append(event["encodedDataLength"]))
    first.goto(demo_site.url + LESSON, wait_until="networkidle")
    assert len(asked) <= 12, asked
    assert len(arrived) >= 3
    assert sum(arrived) <= 100 * 1024
    answer = first.locator(".case .answer").first
    assert not answer.is_visible()
    first.locator(".case summary").first.click()
    assert answer.is_visible()
    session.close()


def test_analyst_finds_every_screen_in_order(visit, sign_in, demo_site, accessible, width):
    page = visit(width)
    sign_in(page, "lucia@demo.example")
    for address in FIGURES:
        page.goto(demo_site.url + address)
        accessible(page)


def test_author_finds_every_screen_of_the_bank_in_order(
    visit, sign_in, demo_site, accessible, width
):
    key = demo_site.rows(
        "SELECT key FROM questions_question WHERE current_id IS NOT NULL ORDER BY id LIMIT 1"
    )[0][0]
    page = visit(width)
    sign_in(page, "ada@demo.example")
    for address in BANK:
        assert page.goto(f"{demo_site.url}/gestion/preguntas/{address}").status == 200
        accessible(page, within="#main")
    for address in (f"{UUID(key)}/", f"{UUID(key)}/editar/"):
        assert page.goto(f"{demo_site.url}/gestion/preguntas/{address}").status == 200
        accessible(page, within="#main")


def test_what_an_author_typed_wrong_is_told_in_order(visit, sign_in, demo_site, accessible, width):
    page = visit(width)
    sign_in(page, "ada@demo.example")
    page.goto(f"{demo_site.url}/gestion/preguntas/banco/c1-m1/nueva/")
    page.get_by_label("Enunciado").fill("¿Una pregunta a medias?")
    press(page, page.get_by_role("button", name="Guarda", exact=True))
    said = page.get_by_role("alert").inner_text()
    assert "Falta marcar la respuesta correcta." in said
    assert page.get_by_label("Enunciado").input_value() == "¿Una pregunta a medias?"
    accessible(page, within="#main")


@pytest.mark.parametrize(
    ("email", "address"),
    [
        ("max@demo.example", "/cuenta/ayudar-a-ingresar/"),
        ("oscar@demo.example", "/cuenta/pedidos-de-borrado/"),
    ],
)
def test_helpers_of_people_find_their_screens_in_order(
    visit, sign_in, demo_site, accessible, width, email, address
):
    page = visit(width)
    sign_in(page, email)
    assert page.goto(demo_site.url + address).status == 200
    accessible(page)


def test_author_reaches_what_the_bank_offers_without_scripts(
    visit, sign_in, demo_site, browser, width
):
    key = demo_site.rows(
        "SELECT key FROM questions_question WHERE current_id IS NOT NULL ORDER BY id LIMIT 1"
    )[0][0]
    page = visit(width)
    sign_in(page, "ada@demo.example")
    session = browser.new_context(
        storage_state=page.context.storage_state(),
        java_script_enabled=False,
        viewport={"width": width, "height": 740},
    )
    plain = session.new_page()
    plain.goto(f"{demo_site.url}/gestion/preguntas/{UUID(key)}/")
    press(plain, plain.get_by_role("link", name="Edita"))  # refuses what something else covers
    assert plain.get_by_label("Enunciado").is_visible()
    plain.goto(f"{demo_site.url}/gestion/preguntas/")
    press(plain, plain.get_by_role("link", name="Crea un banco"))
    session.close()
