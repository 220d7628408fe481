"""A telephone's code follows the password: who operates meets it, and anybody may have it."""

import pytest

from tests.factories.second_factor import code_now
from tests.journeys.conftest import PASSWORD, press


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
    page.get_by_label("Código").fill(page.locator("main .note .code").inner_text())
    press(page, page.get_by_role("main").get_by_role("button", name="Ingresa"))
    assert page.url.endswith("/cartas/")
    page.goto(demo_site.url + "/cuenta/segundo-factor/")
    accessible(page)
    page.get_by_role("link", name="Quita tu segundo factor").click()
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
