"""A telephone's code follows the password: who operates meets it, and anybody may have it."""

import pytest

from tests.factories.second_factor import code_now
from tests.journeys.conftest import PASSWORD, answer_challenge, press


@pytest.mark.parametrize("width", [360, 1280])
def test_who_operates_writes_the_code_of_their_telephone(
    visit, sign_in, demo_site, accessible, width
):
    page = visit(width)
    page.goto(demo_site.url + "/cuenta/ingresar/?next=/cartas/")
    page.locator("main input[autocomplete=username]").fill("oscar@demo.example")
    page.locator("main input[autocomplete=current-password]").fill(PASSWORD)
    press(page, page.get_by_role("main").get_by_role("button", name="Ingresa"))
    assert page.get_by_role("heading", level=1).inner_text() == "Escribe tu código"
    accessible(page)
    page.get_by_label("Código").fill("12")
    press(page, page.get_by_role("main").get_by_role("button", name="Ingresa"))
    assert "Ese código no vale" in page.get_by_role("main").inner_text()
    accessible(page)
    answer_challenge(page)
    assert page.url.endswith("/cartas/")
    page.goto(demo_site.url + "/cuenta/segundo-factor/")
    accessible(page)
    page.get_by_role("link", name="Quita la aplicación de códigos").click()
    accessible(page)


@pytest.mark.parametrize(("width", "email"), [(360, "rosa"), (1280, "nora")])
def test_anybody_sets_it_up_and_signs_in_with_it(
    visit, sign_in, demo_site, accessible, width, email
):
    page = visit(width)
    sign_in(page, f"{email}@demo.example")
    page.goto(demo_site.url + "/cuenta/")
    page.get_by_role("link", name="Segundo factor").click()
    page.get_by_role("link", name="Actívalo").click()
    accessible(page)
    assert page.locator("svg.qr").bounding_box()["width"] <= width - 32
    secret = page.locator("figcaption .code").inner_text().replace(" ", "")
    page.get_by_label("Código", exact=True).fill(code_now(secret))
    page.get_by_label("Tu contraseña").fill(PASSWORD)
    press(page, page.get_by_role("button", name="Activa"))
    assert page.get_by_role("heading", level=1).inner_text() == "Tus códigos de reserva"
    accessible(page)
    spare = page.locator("main li.code").nth(2).inner_text()
    press(page, page.get_by_role("link", name="Ya los guardé, continúa"))
    page.goto(demo_site.url + "/cuenta/salir/")
    press(page, page.get_by_role("main").get_by_role("button"))
    page.goto(demo_site.url + "/cuenta/ingresar/")
    page.locator("main input[autocomplete=username]").fill(f"{email}@demo.example")
    page.locator("main input[autocomplete=current-password]").fill(PASSWORD)
    press(page, page.get_by_role("main").get_by_role("button", name="Ingresa"))
    page.get_by_label("Código").fill(spare)
    press(page, page.get_by_role("main").get_by_role("button", name="Ingresa"))
    assert "/cuenta/ingresar/" not in page.url


@pytest.mark.parametrize(("width", "email"), [(360, "lina"), (1280, "omar")])
def test_a_passkey_of_the_device_takes_the_place_of_the_code(
    visit, demo_site, accessible, width, email
):
    page = visit(width)
    give_device(page)
    # Browsers make no passkey for a number.
    site = demo_site.named_url
    give_password(page, site, email)
    page.goto(site + "/cuenta/segundo-factor/")
    page.get_by_role("link", name="Crea una llave de acceso").click()
    accessible(page)
    assert not page.get_by_text("Este navegador no puede").is_visible()
    page.get_by_label("Cómo la llamas").fill("Teléfono de la oficina")
    page.get_by_label("Tu contraseña").fill("otra-clave-larga")
    page.get_by_role("button", name="Crea tu llave").click()
    page.get_by_role("link", name="Esa no es tu contraseña actual.").wait_for()
    accessible(page)
    page.get_by_label("Tu contraseña").fill(PASSWORD)
    press(page, page.get_by_role("button", name="Crea tu llave"))
    assert page.get_by_role("heading", level=1).inner_text() == "Tus códigos de reserva"
    page.goto(site + "/cuenta/segundo-factor/")
    assert "Teléfono de la oficina" in page.get_by_role("main").inner_text()
    accessible(page)
    page.goto(site + "/cuenta/salir/")
    press(page, page.get_by_role("main").get_by_role("button"))
    give_password(page, site, email)
    assert page.get_by_role("heading", level=1).inner_text() == "Muestra que eres tú"
    assert "demostración" not in page.get_by_role("main").inner_text()
    accessible(page)
    press(page, page.get_by_role("button", name="Usa tu llave de acceso"))
    assert "/cuenta/ingresar/" not in page.url
    page.goto(site + "/cuenta/segundo-factor/")
    page.get_by_role("link", name="Quítala").click()
    accessible(page)
    page.get_by_label("Tu contraseña").fill(PASSWORD)
    press(page, page.get_by_role("main").get_by_role("button", name="Quítala"))
    assert "Quitamos esa llave de acceso." in page.get_by_role("main").inner_text()


def give_device(page) -> None:
    """Let the browser of a page keep passkeys, as a phone with a fingerprint does."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def give_password(page, site: str, email: str) -> None:
    page.goto(site + "/cuenta/ingresar/")
    page.locator("main input[autocomplete=username]").fill(f"{email}@demo.example")
    page.locator("main input[autocomplete=current-password]").fill(PASSWORD)
    press(page, page.get_by_role("main").get_by_role("button", name="Ingresa"))
